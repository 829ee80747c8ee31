//! Statements of which only the number of affected rows matters.

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::call::Task;

/// Runs statements one after the other and adds up what they affect.
pub(crate) struct Execute {
    statements: Vec<Statement>,
    next: usize,
    plan: Plan,
    affected: u64,
}

impl Execute {
    pub(crate) fn one(statement: Statement, plan: Plan) -> Self {
        Self {
            statements: vec![statement],
            next: 0,
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
        match &*self.statements {
            [only] => Some(only),
            _ => None,
        }
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        let statement = self.statements.get(self.next).cloned();
        self.next += 1;
        Ok(statement)
    }

    fn row(&mut self, _: &dyn RowAccess) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        self.affected += outcome.affected;
        Ok(())
    }

    fn restart(&mut self) -> bool {
        self.next = 0;
        self.affected = 0;
        true
    }

    into_any!();
}

impl Task for Execute {
    type Output = u64;

    fn output(self) -> Result<u64> {
        Ok(self.affected)
    }
}
