//! All rows of a query, or the first.

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::{call::Task, query::Decode};

/// Gathers rows of one statement.
pub(crate) struct Gather<T, R> {
    /// None while the backend has it.
    statement: Option<Statement>,
    given: bool,
    plan: Plan,
    decode: Decode<T>,
    rows: R,
}

/// All rows of one statement.
pub(crate) type Collect<T> = Gather<T, Vec<T>>;

/// The first row of one statement.
pub(crate) type First<T> = Gather<T, Option<T>>;

/// What rows are gathered in.
pub(crate) trait Basket<T>: Default + Send + 'static {
    /// Puts a row in, and tells whether it wants more.
    fn put(&mut self, row: T) -> Flow;
}

impl<T: Send + 'static> Basket<T> for Vec<T> {
    #[inline]
    fn put(&mut self, row: T) -> Flow {
        self.push(row);
        Flow::Continue
    }
}

impl<T: Send + 'static> Basket<T> for Option<T> {
    #[inline]
    fn put(&mut self, row: T) -> Flow {
        self.get_or_insert(row);
        Flow::Stop
    }
}

impl<T, R: Default> Gather<T, R> {
    pub(crate) fn new(statement: Statement, plan: Plan, decode: Decode<T>) -> Self {
        Self {
            statement: Some(statement),
            given: false,
            plan,
            decode,
            rows: R::default(),
        }
    }
}

impl<T: Send + 'static, R: Basket<T>> Job for Gather<T, R> {
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
        Ok(self.rows.put(self.decode.row(row)?))
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn take_back(&mut self, statement: Statement) {
        self.statement = Some(statement);
    }

    fn restart(&mut self) -> bool {
        self.rows = R::default();
        self.given = false;
        self.statement.is_some()
    }

    into_any!();
}

impl<T: Send + 'static, R: Basket<T>> Task for Gather<T, R> {
    type Output = R;

    fn output(self) -> Result<R> {
        Ok(self.rows)
    }
}
