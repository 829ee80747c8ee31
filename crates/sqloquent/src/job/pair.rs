//! Two jobs as one, so that both see one state of the database.

use sqloquent_core::{Access, Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::call::Task;

/// Runs one job, then another, in one transaction.
pub(crate) struct Pair<A, B> {
    first: A,
    second: B,
    on_second: bool,
}

impl<A: Task, B: Task> Pair<A, B> {
    pub(crate) fn new(first: A, second: B) -> Self {
        Self {
            first,
            second,
            on_second: false,
        }
    }
}

impl<A: Task, B: Task> Job for Pair<A, B>
where
    A::Output: Send + 'static,
    B::Output: Send + 'static,
{
    fn plan(&self) -> Plan {
        let writes = self.first.plan().access == Access::Write || self.second.plan().access == Access::Write;
        if writes {
            Plan::WRITE_TRANSACTION
        } else {
            Plan::READ_SNAPSHOT
        }
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        if !self.on_second {
            if let Some(statement) = self.first.next()? {
                return Ok(Some(statement));
            }
            self.on_second = true;
        }
        self.second.next()
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if self.on_second {
            self.second.row(row)
        } else {
            self.first.row(row)
        }
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        if self.on_second {
            self.second.done(outcome)
        } else {
            self.first.done(outcome)
        }
    }

    fn take_back(&mut self, statement: Statement) {
        if self.on_second {
            self.second.take_back(statement);
        } else {
            self.first.take_back(statement);
        }
    }

    fn restart(&mut self) -> bool {
        self.on_second = false;
        self.first.restart() && self.second.restart()
    }

    into_any!();
}

impl<A: Task, B: Task> Task for Pair<A, B>
where
    A::Output: Send + 'static,
    B::Output: Send + 'static,
{
    type Output = (A::Output, B::Output);

    fn output(self) -> Result<Self::Output> {
        Ok((self.first.output()?, self.second.output()?))
    }
}
