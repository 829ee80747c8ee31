//! Inserts of many rows that tell of each whether it was stored.

use std::mem;

use sqloquent_core::{Error, ErrorKind, Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::call::Task;

/// Runs an insert once for each row, and gives back for each whether it is new.
pub(crate) struct InsertEach {
    statement: Option<Statement>,
    rows: usize,
    new: Vec<bool>,
}

impl InsertEach {
    /// Takes a statement of one set for each row.
    pub(crate) fn new(statement: Statement) -> Self {
        Self {
            rows: statement.sets,
            new: Vec::with_capacity(statement.sets),
            statement: Some(statement.per_set()),
        }
    }
}

impl Job for InsertEach {
    fn plan(&self) -> Plan {
        Plan::WRITE
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        Ok(self.statement.take())
    }

    fn row(&mut self, _: &dyn RowAccess) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    fn set_done(&mut self, affected: u64) {
        self.new.push(affected > 0);
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    /// Its values are given away once.
    fn restart(&mut self) -> bool {
        self.statement.is_some()
    }

    into_any!();
}

impl Task for InsertEach {
    type Output = Vec<bool>;

    fn output(mut self) -> Result<Vec<bool>> {
        if self.new.len() == self.rows {
            return Ok(mem::take(&mut self.new));
        }
        Err(Error::new(
            ErrorKind::Unsupported,
            "the driver does not tell what each set of parameters did; it must call `Job::set_done` where a statement \
             asks for it",
        ))
    }
}
