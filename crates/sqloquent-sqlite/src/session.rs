//! A connection in exclusive use: a transaction, or an acquired connection.

mod end;
mod expiry;
mod script;

use std::{
    any::Any,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use futures_timer::Delay;
use sqloquent_core::{
    BoxFuture, CallContext, ChunkJob, Cursor, Error, ErrorKind, Job, Result, Session, Tried,
};
use tokio::sync::Semaphore;

use crate::{
    chunk_queue::ChunkQueue,
    cursor,
    drive::{drive, earlier, is_over, run_here},
    fairness,
    hand_over::Seat,
    lease::Lease,
    raw,
    run_work::Scope,
    shared::Shared,
    timer::until,
    work::{Halt, Work},
};

/// Why a session serves no calls any more.
#[derive(Clone, Debug)]
struct Ended {
    kind: ErrorKind,
    message: String,
}

impl Ended {
    fn error(&self) -> Error {
        Error::new(self.kind, self.message.clone())
    }
}

#[derive(Default)]
struct State {
    /// The connection, while no call has it.
    lease: Option<Lease>,
    ended: Option<Ended>,
    abandoned: bool,
    cursor: Weak<ChunkQueue>,
}

struct Inner {
    shared: Arc<Shared>,
    /// One place: calls queue up behind each other.
    queue: Semaphore,
    waiting: AtomicUsize,
    state: Mutex<State>,
    is_transaction: bool,
    end: Option<Instant>,
    timer: Mutex<Option<Delay>>,
    begun: CallContext,
    changes_before: u64,
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A SQLite connection in exclusive use.
///
/// Reached from a [`Session`] through [`as_any`](Session::as_any), for [`with_raw`](Self::with_raw).
pub struct SqliteSession {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for SqliteSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteSession")
            .field("transaction", &self.inner.is_transaction)
            .field("ended", &self.inner.lock().ended)
            .finish_non_exhaustive()
    }
}

impl SqliteSession {
    pub(crate) fn transaction(lease: Lease, cx: &CallContext, end: Option<Instant>) -> Self {
        let this = Self::new(lease, cx, true, end);
        expiry::arm(&this.inner);
        this
    }

    pub(crate) fn plain(lease: Lease, cx: &CallContext) -> Self {
        Self::new(lease, cx, false, None)
    }

    fn new(lease: Lease, cx: &CallContext, is_transaction: bool, end: Option<Instant>) -> Self {
        let changes_before = lease.opened().map_or(0, |c| c.raw().total_changes());
        Self {
            inner: Arc::new(Inner {
                shared: Arc::clone(lease.shared()),
                queue: Semaphore::new(1),
                waiting: AtomicUsize::new(0),
                state: Mutex::new(State {
                    lease: Some(lease),
                    ..State::default()
                }),
                is_transaction,
                end,
                timer: Mutex::default(),
                begun: *cx,
                changes_before,
            }),
        }
    }

    /// Runs a closure with the connection of rusqlite itself, on an executor thread. In a transaction it must not end
    /// it; if it does, later calls and the commit fail with [`ErrorKind::TransactionAborted`].
    ///
    /// # Errors
    /// [`ErrorKind::TransactionAborted`] when the transaction has ended already, [`ErrorKind::Timeout`],
    /// [`ErrorKind::Panic`].
    pub async fn with_raw<R: Send + 'static>(
        &self,
        cx: CallContext,
        f: impl FnOnce(&mut rusqlite::Connection) -> R + Send + 'static,
    ) -> Result<R> {
        raw::with_raw(self.enter(cx.deadline).await?, cx, f).await
    }

    /// Takes the connection for one call, waiting in line for it.
    async fn enter(&self, deadline: Option<Instant>) -> Result<Call> {
        let inner = &self.inner;
        if let Some(call) = self.try_enter()? {
            return Ok(call);
        }
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Relaxed);
            }
        }
        inner.waiting.fetch_add(1, Relaxed);
        let _waiting = Waiting(&inner.waiting);
        let cursor = inner.lock().cursor.upgrade();
        if let Some(cursor) = cursor {
            cursor.hurry();
        }
        let limit = Instant::now() + inner.shared.options.wait_timeout;
        let end = earlier(Some(limit), earlier(deadline, inner.end)).unwrap_or(limit);
        match until(end, inner.queue.acquire()).await {
            Some(Ok(permit)) => {
                permit.forget();
                self.take()
            }
            _ => {
                inner.shared.counters.timeouts.add();
                Err(Error::new(
                    ErrorKind::Timeout,
                    format!(
                        "another call of the same transaction or acquired connection (begun at {}) took too long",
                        inner.begun.caller
                    ),
                ))
            }
        }
    }

    /// Takes the connection for one call if none is under way.
    fn try_enter(&self) -> Result<Option<Call>> {
        match self.inner.queue.try_acquire() {
            Ok(permit) => {
                permit.forget();
                self.take().map(Some)
            }
            Err(_) => Ok(None),
        }
    }

    fn take(&self) -> Result<Call> {
        let mut state = self.inner.lock();
        let lease = state.lease.take();
        let error = match (&lease, &state.ended) {
            (Some(_), None) => None,
            (_, Some(ended)) => Some(ended.error()),
            (None, None) => Some(Error::new(
                ErrorKind::TransactionAborted,
                "the connection of this session was lost; begin again",
            )),
        };
        drop(state);
        let call = Call {
            inner: Arc::clone(&self.inner),
            lease,
        };
        error.map_or(Ok(call), Err)
    }
}

/// One call on a session, with its connection.
struct Call {
    inner: Arc<Inner>,
    lease: Option<Lease>,
}

impl Seat for Call {
    fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    fn lease(&mut self) -> &mut Lease {
        // Only `Drop` takes it out.
        match &mut self.lease {
            Some(lease) => lease,
            None => unreachable!("a call on a session has the session's connection"),
        }
    }

    /// Notices that the transaction has ended inside the engine.
    fn settle(&mut self, error: Option<&Error>) {
        let over = self
            .lease
            .as_ref()
            .and_then(Lease::opened)
            .is_some_and(|c| c.is_autocommit());
        if self.inner.is_transaction && over {
            let why = match error {
                Some(error) => format!("by this error: {error}"),
                None => "by a statement in it (COMMIT or ROLLBACK as text)".to_owned(),
            };
            self.end(
                ErrorKind::TransactionAborted,
                format!("the transaction was ended inside the engine {why}; roll back and run it again"),
            );
        }
    }
}

impl Call {
    fn end(&self, kind: ErrorKind, message: String) {
        self.inner.lock().ended.get_or_insert(Ended { kind, message });
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut state = self.inner.lock();
        let gone = if state.abandoned || state.ended.is_some() {
            self.lease.take()
        } else {
            if let Some(lease) = self.lease.take() {
                state.lease = Some(lease);
            }
            None
        };
        drop(state);
        drop(gone);
        self.inner.queue.add_permits(1);
    }
}

impl Session for SqliteSession {
    fn try_run(&self, job: Box<dyn Job>, cx: CallContext) -> Tried {
        let plan = job.plan();
        let shape = self.inner.shared.shape(&*job, plan);
        if !self.inner.shared.may_run_here(&plan, shape) || !fairness::within_budget() || is_over(&cx) {
            return Tried::NotNow(job);
        }
        let mut call = match self.try_enter() {
            Ok(Some(call)) => call,
            Ok(None) => return Tried::NotNow(job),
            Err(error) => return Tried::Done(Err(error)),
        };
        if call.lease().opened().is_none() {
            return Tried::NotNow(job);
        }
        let mut work = Work::new(job, shape);
        match run_here(&mut call, &mut work, &cx, Scope::Session) {
            Ok(()) => Tried::Done(Ok(work.job)),
            Err(Halt::Failed(error)) => Tried::Done(Err(error)),
            Err(Halt::Busy(_) | Halt::Long(_)) => Tried::NotNow(work.untouched()),
        }
    }

    fn run<'a>(&'a self, job: Box<dyn Job>, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>> {
        Box::pin(async move {
            let shape = self.inner.shared.shape(&*job, job.plan());
            let work = Work::new(job, shape);
            if self.inner.shared.may_run_here(&work.plan, shape) {
                fairness::yield_if_spent().await;
            }
            let call = self.enter(cx.deadline).await?;
            drive(call, work, cx, Scope::Session, self.inner.end).await
        })
    }

    fn cursor<'a>(
        &'a self,
        job: Box<dyn ChunkJob>,
        cx: CallContext,
    ) -> BoxFuture<'a, Result<Box<dyn Cursor>>> {
        Box::pin(async move {
            let call = self.enter(cx.deadline).await?;
            let queue = Arc::new(ChunkQueue::default());
            self.inner.lock().cursor = Arc::downgrade(&queue);
            if self.inner.waiting.load(Relaxed) > 0 {
                queue.hurry();
            }
            let deadline = earlier(cx.deadline, self.inner.end);
            let cursor = cursor::start(call, job, cx, Scope::Session, deadline, &queue)?;
            Ok(Box::new(cursor) as Box<dyn Cursor>)
        })
    }

    fn script<'a>(&'a self, sql: String, cx: CallContext) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let call = self.enter(cx.deadline).await?;
            script::run(call, sql, cx).await
        })
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(self.end_with_commit())
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(self.end_with_rollback())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
