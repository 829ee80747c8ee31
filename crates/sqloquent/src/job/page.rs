//! A page of rows with the key that the next page begins behind.

use std::time::{Duration, Instant};

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement, Value};

use super::into_any;
use crate::{call::Task, query::Decode};

/// Gathers so many rows behind others; the last columns of each row are the paging key.
pub(crate) struct PageOf<T> {
    /// None while the backend has it.
    statement: Option<Statement>,
    began: Option<Instant>,
    plan: Plan,
    decode: Decode<T>,
    keys: usize,
    /// How many rows there were before.
    before: usize,
    wanted: usize,
    page: Page<T>,
}

/// What came of it.
pub(crate) struct Page<T> {
    pub(crate) rows: Vec<T>,
    /// The paging key of the last row.
    pub(crate) last: Vec<Value>,
    /// How long the engine was at it.
    pub(crate) took: Duration,
}

impl<T> PageOf<T> {
    pub(crate) fn new(
        statement: Statement,
        plan: Plan,
        decode: Decode<T>,
        keys: usize,
        wanted: usize,
        rows: Vec<T>,
    ) -> Self {
        Self {
            statement: Some(statement),
            began: None,
            plan,
            decode,
            keys,
            before: rows.len(),
            wanted,
            page: Page {
                rows,
                last: Vec::new(),
                took: Duration::ZERO,
            },
        }
    }

    fn read(&self) -> usize {
        self.page.rows.len() - self.before
    }
}

impl<T: Send + 'static> Job for PageOf<T> {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        if self.began.is_some() {
            return Ok(None);
        }
        self.began = Some(Instant::now());
        Ok(self.statement.take())
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        self.page.rows.push(self.decode.row(row)?);
        if self.read() < self.wanted {
            return Ok(Flow::Continue);
        }
        let n = row.column_count();
        self.page.last.clear();
        for i in n.saturating_sub(self.keys)..n {
            self.page.last.push(row.get(i)?.to_owned());
        }
        Ok(Flow::Stop)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        self.page.took = self.began.map_or(Duration::ZERO, |began| began.elapsed());
        Ok(())
    }

    fn take_back(&mut self, statement: Statement) {
        self.statement = Some(statement);
    }

    fn restart(&mut self) -> bool {
        self.page.rows.truncate(self.before);
        self.began = None;
        self.statement.is_some()
    }

    into_any!();
}

impl<T: Send + 'static> Task for PageOf<T> {
    type Output = Page<T>;

    fn output(self) -> Result<Self::Output> {
        Ok(self.page)
    }
}
