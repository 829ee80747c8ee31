//! Deleting one row.

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::{Stored, into_any};
use crate::call::Task;

/// Deletes a row; where there is a version, tells a missing row from one of another version.
pub(crate) struct Remove {
    delete: Statement,
    find: Option<Statement>,
    stage: Stage,
    affected: u64,
    present: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    Deleting,
    Finding,
}

impl Remove {
    pub(crate) fn new(delete: Statement, find: Option<Statement>) -> Self {
        Self {
            delete,
            find,
            stage: Stage::Start,
            affected: 0,
            present: false,
        }
    }
}

impl Job for Remove {
    /// A delete may cascade, so that it is not short.
    fn plan(&self) -> Plan {
        if self.find.is_some() {
            Plan::WRITE_TRANSACTION
        } else {
            Plan::WRITE
        }
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        match self.stage {
            Stage::Start => {
                self.stage = Stage::Deleting;
                Ok(Some(self.delete.clone()))
            }
            Stage::Deleting if self.affected == 0 => {
                self.stage = Stage::Finding;
                Ok(self.find.clone())
            }
            Stage::Deleting | Stage::Finding => Ok(None),
        }
    }

    fn row(&mut self, _: &dyn RowAccess) -> Result<Flow> {
        self.present |= self.stage == Stage::Finding;
        Ok(Flow::Continue)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        if self.stage == Stage::Deleting {
            self.affected = outcome.affected;
        }
        Ok(())
    }

    fn restart(&mut self) -> bool {
        self.stage = Stage::Start;
        self.affected = 0;
        self.present = false;
        true
    }

    into_any!();
}

impl Task for Remove {
    type Output = Stored<()>;

    fn output(self) -> Result<Stored<()>> {
        Ok(if self.affected > 0 {
            Stored::Row(())
        } else if self.present {
            Stored::Stale
        } else {
            Stored::Missing
        })
    }
}
