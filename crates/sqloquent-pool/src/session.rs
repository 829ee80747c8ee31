//! A connection in exclusive use, whose calls queue up.

mod queue;

use std::{
    any::Any,
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use sqloquent_core::{
    Access, BoxFuture, CallContext, ChunkJob, Connection, Cursor, Error, ErrorKind, Job, Result, Session,
};

use crate::{
    cursor::{ChunkCursor, Chunking, Told},
    lease::{Lease, Transaction},
    limit::{earlier, limited, passed},
    run,
    work::{Stop, Work},
};

use queue::Queue;
pub(crate) use queue::Turn;

/// A transaction, or an acquired connection.
///
/// Calls are first come, first served. A call whose future is dropped after it has begun is not cut off: the next call,
/// or the commit, brings it to its end first. A reading one then stops at its next row.
pub(crate) struct PoolSession<C: Connection> {
    queue: Queue<C>,
    cx: CallContext,
    is_transaction: bool,
    plain_snapshots: Arc<AtomicBool>,
}

impl<C: Connection> PoolSession<C> {
    pub(crate) fn new(
        lease: Lease<C>,
        cx: CallContext,
        deadline: Option<Instant>,
        plain_snapshots: Arc<AtomicBool>,
    ) -> Self {
        Self {
            is_transaction: lease.transaction() == Transaction::Open,
            queue: Queue::new(lease, cx.caller),
            cx: cx.with_deadline(deadline),
            plain_snapshots,
        }
    }

    fn deadline(&self, cx: &CallContext) -> Option<Instant> {
        earlier(cx.deadline, self.cx.deadline)
    }

    /// Waits for its turn and takes the connection, or says why there is none.
    async fn turn(&self, cx: &CallContext) -> Result<(Turn<C>, Lease<C>)> {
        let mut turn = self.queue.turn(cx.caller, self.deadline(cx)).await?;
        match turn.take() {
            Some(lease) if lease.transaction() == Transaction::Ended => {
                turn.put(lease);
                Err(run::aborted())
            }
            Some(lease) => Ok((turn, lease)),
            None if self.is_transaction => Err(run::aborted()),
            None => Err(Error::new(
                ErrorKind::Connection,
                "this connection was lost; acquire another one",
            )),
        }
    }

    /// Takes its turn and runs work on the connection.
    async fn call<T, F>(
        &self,
        access: Access,
        cx: CallContext,
        work: impl FnOnce(Lease<C>, Stop) -> F + Send,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = (Lease<C>, Result<T>)> + Send + 'static,
    {
        let (mut turn, lease) = self.turn(&cx).await?;
        let until = self.deadline(&cx);
        let told = turn.begin(access, lease, work);
        if limited(until, turn.finish()).await.is_none() {
            return Err(ran_out(access));
        }
        told.await.unwrap_or_else(|_| Err(cut_off()))
    }

    /// Takes the connection for good.
    async fn last(&self) -> Result<Lease<C>> {
        // The connection leaves the session: later turns, if any, find none.
        self.turn(&self.cx).await.map(|(_, lease)| lease)
    }
}

/// The error of a call that took longer than it was given.
#[cold]
pub(crate) fn ran_out(access: Access) -> Error {
    let message = match access {
        Access::Read => "the call took longer than its deadline allows",
        Access::Write => "the call took longer than its deadline allows; what it wrote may still be stored",
    };
    Error::new(ErrorKind::Timeout, message)
}

/// The error of a call whose work vanished with the runtime it ran in.
#[cold]
pub(crate) fn cut_off() -> Error {
    Error::new(ErrorKind::Interrupted, "the call was cut off before its end")
}

impl<C: Connection> Session for PoolSession<C> {
    fn run<'a>(&'a self, mut job: Box<dyn Job>, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>> {
        let plain = Arc::clone(&self.plain_snapshots);
        Box::pin(async move {
            let access = job.plan().access;
            let work = move |mut lease: Lease<C>, stop: Stop| async move {
                let result = run::alone(&mut lease, &mut *job, cx, &stop, &plain).await;
                (lease, result.map(|()| job))
            };
            self.call(access, cx, work).await
        })
    }

    fn cursor<'a>(
        &'a self,
        job: Box<dyn ChunkJob>,
        cx: CallContext,
    ) -> BoxFuture<'a, Result<Box<dyn Cursor>>> {
        let plain = Arc::clone(&self.plain_snapshots);
        Box::pin(async move {
            let (mut turn, lease) = self.turn(&cx).await?;
            let (mut job, chunks) = Chunking::of(job);
            let told = turn.begin(Access::Read, lease, move |mut lease, stop| async move {
                let result = run::alone(&mut lease, &mut *job, cx, &stop, &plain).await;
                (lease, result)
            });
            let source = Told { turn, told };
            Ok(ChunkCursor::boxed(source, chunks, self.deadline(&cx)))
        })
    }

    fn script<'a>(&'a self, sql: String, cx: CallContext) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let work = move |mut lease: Lease<C>, _| async move {
                let result = run::script(&mut lease, &sql, cx).await;
                (lease, result)
            };
            self.call(Access::Write, cx, work).await
        })
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let mut lease = self.last().await?;
            if !self.is_transaction {
                return Ok(());
            }
            if passed(self.cx.deadline) {
                let _ = lease.roll_back().await;
                return Err(Error::new(
                    ErrorKind::Timeout,
                    "the transaction took longer than its time-out allows and was rolled back",
                ));
            }
            last_work(async move { lease.commit().await }).await
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            match self.last().await {
                Ok(mut lease) if self.is_transaction => {
                    last_work(async move { lease.roll_back().await }).await
                }
                Ok(_) => Ok(()),
                // Whatever became of it, nothing of it is stored: what was asked for.
                Err(error) if error.kind() == ErrorKind::TransactionAborted => Ok(()),
                Err(error) => Err(error),
            }
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The last work of a session. Once begun, it completes even if nobody waits for it.
async fn last_work(work: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
    Work::writing(work).await.unwrap_or_else(|| Err(cut_off()))
}
