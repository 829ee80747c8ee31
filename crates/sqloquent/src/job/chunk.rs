//! Rows that are handed over in chunks while the query runs.

use std::any::Any;

use sqloquent_core::{ChunkJob, Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::query::Decode;

/// Gathers rows into chunks of a size.
pub(crate) struct Chunked<T> {
    statement: Option<Statement>,
    decode: Decode<T>,
    size: usize,
    rows: Vec<T>,
}

impl<T> Chunked<T> {
    pub(crate) fn new(statement: Statement, decode: Decode<T>, size: usize) -> Self {
        Self {
            statement: Some(statement),
            decode,
            size,
            rows: Vec::new(),
        }
    }
}

impl<T: Send + 'static> Job for Chunked<T> {
    fn plan(&self) -> Plan {
        Plan::READ
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        Ok(self.statement.take())
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if self.rows.capacity() == 0 {
            self.rows.reserve_exact(self.size.min(4096));
        }
        self.rows.push(self.decode.row(row)?);
        Ok(if self.rows.len() >= self.size {
            Flow::Flush
        } else {
            Flow::Continue
        })
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) -> bool {
        false
    }

    into_any!();
}

impl<T: Send + 'static> ChunkJob for Chunked<T> {
    fn take_chunk(&mut self) -> Option<Box<dyn Any + Send>> {
        if self.rows.is_empty() {
            None
        } else {
            Some(Box::new(std::mem::take(&mut self.rows)))
        }
    }
}
