//! Statements of which only the number of affected rows matters.

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::call::Task;

/// Runs a statement, once or for many sets of parameters, and tells how many rows it affected.
pub(crate) struct Execute {
    /// None while the backend has it.
    statement: Option<Statement>,
    given: bool,
    plan: Plan,
    affected: u64,
}

impl Execute {
    pub(crate) fn one(statement: Statement, plan: Plan) -> Self {
        Self {
            statement: Some(statement),
            given: false,
            plan,
            affected: 0,
        }
    }
}

impl Job for Execute {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn first(&self) -> Option<&Statement> {
        self.statement.as_ref()
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        if std::mem::replace(&mut self.given, true) {
            Ok(None)
        } else {
            Ok(self.statement.take())
        }
    }

    fn row(&mut self, _: &dyn RowAccess) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        self.affected += outcome.affected;
        Ok(())
    }

    fn take_back(&mut self, statement: Statement) {
        self.statement = Some(statement);
    }

    fn restart(&mut self) -> bool {
        self.given = false;
        self.affected = 0;
        self.statement.is_some()
    }

    into_any!();
}

impl Task for Execute {
    type Output = u64;

    fn output(self) -> Result<u64> {
        Ok(self.affected)
    }
}
