//! A page of rows with the key that the next page begins behind.

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement, Value};

use super::into_any;
use crate::{call::Task, query::Decode};

/// Gathers a page; the last columns of each row are the paging key.
pub(crate) struct PageOf<T> {
    statement: Statement,
    given: bool,
    decode: Decode<T>,
    keys: usize,
    rows: Vec<T>,
    last: Vec<Value>,
}

impl<T> PageOf<T> {
    pub(crate) fn new(statement: Statement, decode: Decode<T>, keys: usize, size: usize) -> Self {
        Self {
            statement,
            given: false,
            decode,
            keys,
            rows: Vec::with_capacity(size.min(4096)),
            last: Vec::new(),
        }
    }
}

impl<T: Send + 'static> Job for PageOf<T> {
    fn plan(&self) -> Plan {
        Plan::READ
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        if std::mem::replace(&mut self.given, true) {
            Ok(None)
        } else {
            Ok(Some(self.statement.clone()))
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        self.rows.push(self.decode.row(row)?);
        let n = row.column_count();
        self.last.clear();
        for i in n.saturating_sub(self.keys)..n {
            self.last.push(row.get(i)?.to_owned());
        }
        Ok(Flow::Continue)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) -> bool {
        self.rows.clear();
        self.given = false;
        true
    }

    into_any!();
}

impl<T: Send + 'static> Task for PageOf<T> {
    type Output = (Vec<T>, Vec<Value>);

    fn output(self) -> Result<Self::Output> {
        Ok((self.rows, self.last))
    }
}
