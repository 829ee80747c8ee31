//! All rows of a query, or the first.

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::{call::Task, query::Decode};

/// Gathers rows of one statement.
pub(crate) struct Collect<T> {
    /// None while the backend has it.
    statement: Option<Statement>,
    given: bool,
    plan: Plan,
    decode: Decode<T>,
    flow: Flow,
    rows: Vec<T>,
}

impl<T> Collect<T> {
    pub(crate) fn new(statement: Statement, plan: Plan, decode: Decode<T>) -> Self {
        Self {
            statement: Some(statement),
            given: false,
            plan,
            decode,
            flow: Flow::Continue,
            rows: Vec::new(),
        }
    }
}

impl<T: Send + 'static> Job for Collect<T> {
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

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        self.rows.push(self.decode.row(row)?);
        Ok(self.flow)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn take_back(&mut self, statement: Statement) {
        self.statement = Some(statement);
    }

    fn restart(&mut self) -> bool {
        self.rows.clear();
        self.given = false;
        self.statement.is_some()
    }

    into_any!();
}

impl<T: Send + 'static> Task for Collect<T> {
    type Output = Vec<T>;

    fn output(self) -> Result<Vec<T>> {
        Ok(self.rows)
    }
}

/// Takes the first row of one statement.
pub(crate) struct First<T>(Collect<T>);

impl<T> First<T> {
    pub(crate) fn new(statement: Statement, plan: Plan, decode: Decode<T>) -> Self {
        Self(Collect {
            flow: Flow::Stop,
            ..Collect::new(statement, plan, decode)
        })
    }
}

impl<T: Send + 'static> Job for First<T> {
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

impl<T: Send + 'static> Task for First<T> {
    type Output = Option<T>;

    fn output(self) -> Result<Option<T>> {
        Ok(self.0.rows.into_iter().next())
    }
}
