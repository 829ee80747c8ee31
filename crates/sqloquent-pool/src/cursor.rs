//! Queries whose rows are handed over in chunks.
//!
//! The fetch is a future like any other; a cursor polls it when its caller wants a chunk, and stops polling as soon as
//! there is one. What is in memory is therefore what one poll of the driver's `fetch` pours out. The sink answers
//! [`Flow::Flush`] when a chunk is full: a driver that then returns to its executor once (see
//! [`pause`](crate::pause)) keeps it at one chunk; one that goes on as after `Continue` fills memory with what its
//! client has at hand, at worst the whole result.

use std::{
    any::Any,
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

use sqloquent_core::{
    Access, BoxFuture, ChunkJob, Connection, Cursor, Error, Flow, Job, Outcome, Plan, Result, RowAccess,
    Statement,
};
use tokio::sync::oneshot;

use crate::{
    limit::limited,
    run::Done,
    session::{Turn, cut_off, ran_out},
    work::Work,
};

type Chunk = Box<dyn Any + Send>;

/// The chunks that are ready.
#[derive(Clone, Default)]
pub(crate) struct Chunks(Arc<Mutex<VecDeque<Chunk>>>);

impl Chunks {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Chunk>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a chunk job as a plain one: the chunks go out by the side.
pub(crate) struct Chunking {
    job: Box<dyn ChunkJob>,
    chunks: Chunks,
}

impl Chunking {
    /// The plain job, and where its chunks come out.
    pub(crate) fn of(job: Box<dyn ChunkJob>) -> (Box<dyn Job>, Chunks) {
        let chunks = Chunks::default();
        let ready = chunks.clone();
        (Box::new(Self { job, chunks }), ready)
    }

    fn hand_over(&mut self) {
        if let Some(chunk) = self.job.take_chunk() {
            self.chunks.lock().push_back(chunk);
        }
    }
}

impl Job for Chunking {
    fn plan(&self) -> Plan {
        self.job.plan()
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        self.job.next()
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        let flow = self.job.row(row)?;
        if flow == Flow::Flush {
            self.hand_over();
        }
        Ok(flow)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        self.job.done(outcome)?;
        self.hand_over();
        Ok(())
    }

    fn restart(&mut self) -> bool {
        // Chunks may be with the caller already.
        false
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// Where chunks come from.
pub(crate) trait Source: Send + 'static {
    /// Lets the query go on; ready when it has ended. Not called again then.
    fn poll_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;
}

impl Source for Work<Result<Done>> {
    fn poll_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Self::poll_on(self, cx).map(|ended| ended.unwrap_or_else(|| Err(cut_off())).map(drop))
    }
}

/// A query on a session, with the turn that it holds.
pub(crate) struct Told<C: Connection> {
    pub(crate) turn: Turn<C>,
    pub(crate) told: oneshot::Receiver<Result<()>>,
}

impl<C: Connection> Source for Told<C> {
    fn poll_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.turn
            .poll_finish(cx)
            .map(|()| self.told.try_recv().unwrap_or_else(|_| Err(cut_off())))
    }
}

/// A cursor. Dropped, it lets its source wind down.
pub(crate) struct ChunkCursor<S> {
    source: Option<S>,
    chunks: Chunks,
    error: Option<Error>,
    until: Option<Instant>,
}

impl<S: Source> ChunkCursor<S> {
    pub(crate) fn boxed(source: S, chunks: Chunks, until: Option<Instant>) -> Box<dyn Cursor> {
        Box::new(Self {
            source: Some(source),
            chunks,
            error: None,
            until,
        })
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Chunk>>> {
        if let Some(chunk) = self.chunks.lock().pop_front() {
            return Poll::Ready(Ok(Some(chunk)));
        }
        if let Some(source) = &mut self.source {
            match source.poll_on(cx) {
                Poll::Ready(ended) => {
                    // Gives the connection back at once.
                    self.source = None;
                    self.error = ended.err();
                }
                Poll::Pending => {
                    let chunk = self.chunks.lock().pop_front();
                    return chunk.map_or(Poll::Pending, |chunk| Poll::Ready(Ok(Some(chunk))));
                }
            }
        }
        // Rows that came before an error are handed over before it.
        Poll::Ready(match self.chunks.lock().pop_front() {
            Some(chunk) => Ok(Some(chunk)),
            None => self.error.take().map_or(Ok(None), Err),
        })
    }
}

impl<S: Source> Cursor for ChunkCursor<S> {
    fn next<'a>(&'a mut self) -> BoxFuture<'a, Result<Option<Chunk>>> {
        Box::pin(async move {
            let next = limited(self.until, poll_fn(|cx| self.poll_next(cx))).await;
            next.unwrap_or_else(|| {
                self.source = None;
                Err(ran_out(Access::Read))
            })
        })
    }
}
