//! What the ORM talks to: a database as a whole, with its connections.
//!
//! Authors of drivers implement [`Driver`](crate::Driver) and [`Connection`](crate::Connection); the ORM pools those
//! behind this trait. Only a driver that schedules connections itself, as the SQLite one does, implements this one.

use std::any::Any;

use crate::{BoxFuture, CallContext, ChunkJob, Dialect, Job, Result, Stats, TxOptions};

/// What came of trying to run a job without waiting.
pub enum Tried {
    /// It ran.
    Done(Result<Box<dyn Job>>),
    /// It could not run on the spot; here it is back, untouched.
    NotNow(Box<dyn Job>),
}

impl std::fmt::Debug for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Done(Ok(_)) => "Done(Ok)",
            Self::Done(Err(_)) => "Done(Err)",
            Self::NotNow(_) => "NotNow",
        })
    }
}

/// A database: schedules jobs onto its connections.
pub trait Backend: Send + Sync + 'static {
    /// The dialect that statements must be written in.
    fn dialect(&self) -> Dialect;

    /// Where this database is, for messages; never holds a password.
    fn describe(&self) -> String;

    /// Whether there is only one connection, so that using the database inside one's own transaction can never work.
    fn single_connection(&self) -> bool {
        false
    }

    /// Whether jobs whose plan is short run on the caller's thread when their connection is free.
    fn runs_on_the_spot(&self) -> bool {
        false
    }

    /// Runs a job on the caller's thread if that needs no waiting and is expected to be short. Never blocks.
    fn try_run(&self, job: Box<dyn Job>, cx: CallContext) -> Tried {
        let _ = cx;
        Tried::NotNow(job)
    }

    /// Runs a job by itself: in a transaction of its own where its plan asks for one.
    ///
    /// Dropping the future interrupts a read; a write has either not begun or completes.
    fn run<'a>(&'a self, job: Box<dyn Job>, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>>;

    /// Opens a transaction.
    fn begin<'a>(&'a self, options: TxOptions, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>>;

    /// Takes a connection out of the pool for exclusive use, without a transaction.
    fn acquire<'a>(&'a self, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>>;

    /// Runs a reading job and hands its rows over in chunks, all from one state of the database.
    fn cursor<'a>(
        &'a self,
        job: Box<dyn ChunkJob>,
        cx: CallContext,
    ) -> BoxFuture<'a, Result<Box<dyn Cursor>>>;

    /// Figures about this database.
    fn stats(&self) -> Stats;

    /// Waits for work under way, then closes every connection. Later calls fail with
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed), except for closing again, which is no error.
    fn close<'a>(&'a self) -> BoxFuture<'a, Result<()>>;

    /// For reaching what only this backend has.
    fn as_any(&self) -> &dyn Any;
}

/// One connection in exclusive use: a transaction, or an acquired connection.
///
/// Calls through shared references queue up behind each other. Dropped, a transaction is rolled back and the connection
/// goes back to its pool.
pub trait Session: Send + Sync {
    /// Runs a job on the caller's thread if that needs no waiting and is expected to be short. Never blocks.
    fn try_run(&self, job: Box<dyn Job>, cx: CallContext) -> Tried {
        let _ = cx;
        Tried::NotNow(job)
    }

    /// Runs a job on this connection. In a transaction the plan's wish for one is met already.
    ///
    /// # Errors
    /// [`ErrorKind::TransactionAborted`](crate::ErrorKind::TransactionAborted) when the transaction has ended inside
    /// the engine.
    fn run<'a>(&'a self, job: Box<dyn Job>, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>>;

    /// Runs a reading job and hands its rows over in chunks.
    fn cursor<'a>(
        &'a self,
        job: Box<dyn ChunkJob>,
        cx: CallContext,
    ) -> BoxFuture<'a, Result<Box<dyn Cursor>>>;

    /// Runs a script of statements without parameters.
    fn script<'a>(&'a self, sql: String, cx: CallContext) -> BoxFuture<'a, Result<()>>;

    /// Commits. Once sent, it completes even if the future is dropped. On an acquired connection without a transaction
    /// it only gives the connection back.
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>>;

    /// Rolls back. On an acquired connection without a transaction it only gives the connection back.
    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>>;

    /// For reaching what only this backend has.
    fn as_any(&self) -> &dyn Any;
}

/// A query under way whose rows come in chunks. Dropped, the query ends and its connection is free again.
pub trait Cursor: Send {
    /// The next chunk as the job boxed it; none at the end.
    fn next<'a>(&'a mut self) -> BoxFuture<'a, Result<Option<Box<dyn Any + Send>>>>;
}
