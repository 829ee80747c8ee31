//! Jobs: what crosses from the ORM to a database, in one hop.

use std::any::Any;

use crate::{Outcome, Result, RowAccess, Statement};

/// Whether a row sink wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// More rows, please.
    Continue,
    /// Enough: the statement may stop here, without error.
    Stop,
    /// A chunk is full: hand it over ([`ChunkJob::take_chunk`]), then go on. Outside cursors the same as `Continue`.
    Flush,
}

/// Whether a job changes the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It may write.
    Write,
}

/// What a backend must know of a job before it runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Whether it changes the database.
    pub access: Access,
    /// Whether every statement touches one row found by key, with neither cascades nor triggers: short enough to run
    /// on the caller's thread.
    pub by_key: bool,
    /// Whether all its statements must run in one transaction (when the job does not run in one already).
    pub transaction: bool,
}

impl Plan {
    /// A read of any length, in one statement.
    pub const READ: Self = Self {
        access: Access::Read,
        by_key: false,
        transaction: false,
    };
    /// A read of one row by its key.
    pub const READ_BY_KEY: Self = Self {
        access: Access::Read,
        by_key: true,
        transaction: false,
    };
    /// Several reads that must see one state of the database.
    pub const READ_SNAPSHOT: Self = Self {
        access: Access::Read,
        by_key: false,
        transaction: true,
    };
    /// A write of any length, in one statement.
    pub const WRITE: Self = Self {
        access: Access::Write,
        by_key: false,
        transaction: false,
    };
    /// A write of one row by its key.
    pub const WRITE_BY_KEY: Self = Self {
        access: Access::Write,
        by_key: true,
        transaction: false,
    };
    /// Several statements that must all happen or none.
    pub const WRITE_TRANSACTION: Self = Self {
        access: Access::Write,
        by_key: false,
        transaction: true,
    };

    /// The same, in one transaction.
    #[must_use]
    pub const fn in_transaction(mut self) -> Self {
        self.transaction = true;
        self
    }

    /// The same, marked as short.
    #[must_use]
    pub const fn short(mut self) -> Self {
        self.by_key = true;
        self
    }
}

/// A piece of work of one or more statements. It goes to the database whole, is fed rows where the engine steps, and
/// comes back with its results.
///
/// A backend calls [`next`](Job::next) for a statement, [`row`](Job::row) for each of its rows, then
/// [`done`](Job::done), and starts over until `next` gives none.
pub trait Job: Send + 'static {
    /// What the backend must know beforehand; constant for a job.
    fn plan(&self) -> Plan;

    /// The only statement of a job that can [restart](Job::restart), before it runs: a backend may know from earlier
    /// runs what it costs. None for other jobs.
    fn first(&self) -> Option<&Statement> {
        None
    }

    /// Whether it is a single statement that may run in one transaction with those of other jobs: whether it comes to
    /// its end, and can [restart](Self::restart) once it has run, should that transaction be rolled back.
    fn shares(&self) -> bool {
        self.first().is_some()
    }

    /// The next statement, or none when the work is done.
    ///
    /// # Errors
    /// An error ends the job; a transaction opened for it is rolled back.
    fn next(&mut self) -> Result<Option<Statement>>;

    /// Takes a row of the current statement.
    ///
    /// # Errors
    /// An error stops the statement and ends the job.
    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow>;

    /// A set of parameters of the current statement has run and changed so many rows. Called after each set of a
    /// statement that asks for it ([`Statement::per_set`]), in their order.
    fn set_done(&mut self, affected: u64) {
        let _ = affected;
    }

    /// The current statement has ended.
    ///
    /// # Errors
    /// An error ends the job; a transaction opened for it is rolled back.
    fn done(&mut self, outcome: Outcome) -> Result<()>;

    /// Takes back the statement that [`next`](Self::next) gave, once it has run: a job that gives its statement away
    /// instead of copying it needs it to [restart](Self::restart). A backend that never restarts jobs need not give
    /// statements back.
    fn take_back(&mut self, statement: Statement) {
        let _ = statement;
    }

    /// Back to the beginning, forgetting results, so that the job can run again after a conflict. False when it cannot.
    fn restart(&mut self) -> bool;

    /// For getting the concrete job back.
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

/// A job of one reading statement whose rows are handed over in chunks while it runs.
pub trait ChunkJob: Job {
    /// The rows since the last call, boxed as whatever the caller expects; none when there are none.
    fn take_chunk(&mut self) -> Option<Box<dyn Any + Send>>;
}
