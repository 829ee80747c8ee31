//! The database as the ORM sees it.

mod close;

use std::{any::Any, sync::Arc, time::Instant};

use sqloquent_core::{
    Access, Backend, BoxFuture, CallContext, ChunkJob, Cursor, Dialect, Error, ErrorKind, Job, Result,
    Session, Stats, Tried, TxOptions,
};
use tokio::sync::oneshot;

use crate::{
    chunk_queue::ChunkQueue,
    combine::combine,
    cursor,
    drive::{command, drive, earlier, is_over, run_here},
    executor::Executor,
    fairness,
    lease::{Kind, Lease},
    options::SqliteOptions,
    raw,
    run_work::Scope,
    session::SqliteSession,
    shared::Shared,
    work::{Halt, Work},
};

/// An open SQLite database: one connection that writes, a few that read, and a few threads.
///
/// Dropping it closes the connections as they come back; [`close`](Backend::close) waits for that and tells of errors.
pub struct SqliteBackend {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for SqliteBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteBackend")
            .field("database", &self.describe())
            .finish_non_exhaustive()
    }
}

impl SqliteBackend {
    /// Opens the database on a thread of its own, so that the caller's is not blocked.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the folder is missing, the path is a folder or permissions are lacking;
    /// [`ErrorKind::Corrupt`] when the file is no database, or damaged; [`ErrorKind::ReadOnly`] when it cannot be
    /// written and was not opened with `mode=ro`; what `on_connect` gave.
    pub async fn open(options: SqliteOptions) -> Result<Arc<Self>> {
        let (sender, receiver) = oneshot::channel();
        let executor = Executor::new(1);
        executor.submit(move || {
            let _ = sender.send(Self::open_blocking(options));
        });
        receiver.await.unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::Connection,
                "no thread could be started to open the database; raise the limit of threads",
            ))
        })
    }

    /// Opens the database on this thread, for callers that are not async.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_blocking(options: SqliteOptions) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            shared: Shared::new(options)?,
        }))
    }

    /// Runs a closure with the writing connection of rusqlite itself, on an executor thread, for what the library does
    /// not offer: backup, blobs, functions, extensions. A transaction that the closure leaves open is rolled back; a
    /// panic becomes an error. Settings that it changes stay changed, on this connection only.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] when the connection was not free in time, [`ErrorKind::Closed`],
    /// [`ErrorKind::Panic`].
    pub async fn with_raw<R: Send + 'static>(
        &self,
        cx: CallContext,
        f: impl FnOnce(&mut rusqlite::Connection) -> R + Send + 'static,
    ) -> Result<R> {
        let lease = self.shared.lease(Kind::Writer, &cx).await?;
        raw::with_raw(lease, cx, f).await
    }

    async fn cursor_lease(&self, access: Access, cx: &CallContext) -> Result<Lease> {
        // A cursor may be read slowly: it has a connection of its own, so that others do not wait for it.
        let kind = match self.shared.kind(access) {
            Kind::Reader => Kind::Cursor,
            kind => kind,
        };
        self.shared.lease(kind, cx).await
    }
}

impl Backend for SqliteBackend {
    fn dialect(&self) -> Dialect {
        Dialect::SQLITE
    }

    fn describe(&self) -> String {
        self.shared.describe()
    }

    fn single_connection(&self) -> bool {
        self.shared.facts.single
    }

    fn runs_on_the_spot(&self) -> bool {
        self.shared.options.on_the_spot
    }

    fn try_run(&self, job: Box<dyn Job>, cx: CallContext) -> Tried {
        let plan = job.plan();
        let shape = self.shared.shape(&*job, plan);
        if !self.shared.may_run_here(&plan, shape)
            || !fairness::within_budget()
            || is_over(&cx)
            || self.shared.combines(&plan, &*job, shape)
        {
            return Tried::NotNow(job);
        }
        let Some(mut lease) = self.shared.try_lease(self.shared.kind(plan.access)) else {
            self.shared.combiner.crowd.meet();
            return Tried::NotNow(job);
        };
        let _inside = self.shared.combiner.crowd.enter();
        let mut work = Work::new(job, shape);
        match run_here(&mut lease, &mut work, &cx, Scope::Pool) {
            Ok(()) => Tried::Done(Ok(work.job)),
            Err(Halt::Failed(error)) => Tried::Done(Err(error)),
            Err(Halt::Busy(_) | Halt::Long(_)) => Tried::NotNow(work.untouched()),
        }
    }

    fn run<'a>(&'a self, job: Box<dyn Job>, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>> {
        Box::pin(async move {
            let shape = self.shared.shape(&*job, job.plan());
            let mut work = Work::new(job, shape);
            self.shared.check_open()?;
            if self.shared.combines(&work.plan, &*work.job, shape) {
                match combine(&self.shared, work, &cx).await {
                    Ok(result) => return result,
                    Err(alone) => work = alone,
                }
            } else if self.shared.may_run_here(&work.plan, shape) {
                fairness::yield_if_spent().await;
                self.shared.check_open()?;
            }
            let kind = self.shared.kind(work.plan.access);
            let lease = self.shared.lease_for_accepted(kind, &cx).await?;
            drive(lease, work, cx, Scope::Pool, None).await
        })
    }

    fn begin<'a>(&'a self, options: TxOptions, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>> {
        Box::pin(async move {
            let end = options.timeout.map(|time| Instant::now() + time);
            let cx = cx.with_deadline(earlier(cx.deadline, end));
            fairness::yield_if_spent().await;
            let access = if options.read_only {
                Access::Read
            } else {
                Access::Write
            };
            let lease = self.shared.lease(self.shared.kind(access), &cx).await?;
            let begin: fn(&crate::connection::Connection) -> rusqlite::Result<()> =
                if options.read_only || options.deferred {
                    |connection| connection.execute("BEGIN")
                } else {
                    |connection| connection.execute("BEGIN IMMEDIATE")
                };
            let here = self.shared.options.on_the_spot;
            let mut lease = command(lease, here, cx.deadline, begin).await?;
            if options.read_only && self.shared.facts.single {
                lease.query_only = true;
                lease = command(lease, here, cx.deadline, |c| c.execute("PRAGMA query_only = 1")).await?;
            }
            lease.count_transaction();
            Ok(Box::new(SqliteSession::transaction(lease, &cx, end)) as Box<dyn Session>)
        })
    }

    fn acquire<'a>(&'a self, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>> {
        Box::pin(async move {
            let lease = self.shared.lease(Kind::Writer, &cx).await?;
            Ok(Box::new(SqliteSession::plain(lease, &cx)) as Box<dyn Session>)
        })
    }

    fn cursor<'a>(
        &'a self,
        job: Box<dyn ChunkJob>,
        cx: CallContext,
    ) -> BoxFuture<'a, Result<Box<dyn Cursor>>> {
        Box::pin(async move {
            let lease = self.cursor_lease(job.plan().access, &cx).await?;
            let queue = Arc::new(ChunkQueue::default());
            self.shared.set_only_cursor(&queue);
            let cursor = cursor::start(lease, job, cx, Scope::Pool, cx.deadline, &queue)?;
            Ok(Box::new(cursor) as Box<dyn Cursor>)
        })
    }

    fn stats(&self) -> Stats {
        self.shared.stats()
    }

    fn close<'a>(&'a self) -> BoxFuture<'a, Result<()>> {
        Box::pin(close::close(&self.shared))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
