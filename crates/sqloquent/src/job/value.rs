//! One value of one row.

use sqloquent_core::{Error, ErrorKind, Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::{First, into_any};
use crate::{
    call::Task,
    query::{Decode, read},
    types::SqlType,
};

/// Takes the single value that a statement always gives, such as a count.
pub(crate) struct Single<T>(First<T>);

impl<T: SqlType + Send + 'static> Single<T> {
    pub(crate) fn new(statement: Statement, plan: Plan) -> Self {
        Self::decoded(statement, plan, Decode::Function(|row| read(row, 0)))
    }
}

impl<T> Single<T> {
    pub(crate) fn decoded(statement: Statement, plan: Plan, decode: Decode<T>) -> Self {
        Self(First::new(statement, plan, decode))
    }
}

impl<T: Send + 'static> Job for Single<T> {
    fn plan(&self) -> Plan {
        self.0.plan()
    }

    fn first(&self) -> Option<&Statement> {
        self.0.first()
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        self.0.next()
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        self.0.row(row)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        self.0.done(outcome)
    }

    fn take_back(&mut self, statement: Statement) {
        self.0.take_back(statement);
    }

    fn restart(&mut self) -> bool {
        self.0.restart()
    }

    into_any!();
}

impl<T: Send + 'static> Task for Single<T> {
    type Output = T;

    fn output(self) -> Result<T> {
        self.0
            .output()?
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "the statement gave no row"))
    }
}
