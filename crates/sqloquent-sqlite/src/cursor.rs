//! Queries whose rows come in chunks while the engine steps.
//!
//! A cursor has a thread of its own for as long as it lives, which holds the connection; the statement's own read
//! snapshot makes all rows come from one state of the database. On a session's connection, or the only connection of a
//! database in memory, other calls need not wait for the reader of the cursor: as soon as one of them wants the
//! connection, the rest of the rows is collected in memory and the connection is free.

use std::{sync::Arc, thread, time::Instant};

use sqloquent_core::{BoxFuture, CallContext, ChunkJob, Cursor, Error, ErrorKind, Flow, Result};

use crate::{
    busy::Retry,
    checkpoint,
    chunk_queue::{Chunk, ChunkQueue},
    hand_over::Seat,
    run_work::{Scope, run_work},
    ticket::Ticket,
    work::{Halt, Work},
};

pub(crate) struct SqliteCursor {
    queue: Arc<ChunkQueue>,
    ticket: Arc<Ticket>,
}

impl Cursor for SqliteCursor {
    fn next<'a>(&'a mut self) -> BoxFuture<'a, Result<Option<Chunk>>> {
        Box::pin(self.queue.next())
    }
}

impl Drop for SqliteCursor {
    fn drop(&mut self) {
        self.queue.leave();
        self.ticket.cancel(true);
    }
}

/// Starts the thread of a cursor.
pub(crate) fn start<S: Seat>(
    seat: S,
    job: Box<dyn ChunkJob>,
    cx: CallContext,
    scope: Scope,
    deadline: Option<Instant>,
    queue: &Arc<ChunkQueue>,
) -> Result<SqliteCursor> {
    let ticket = Ticket::new();
    let cursor = SqliteCursor {
        queue: Arc::clone(queue),
        ticket: Arc::clone(&ticket),
    };
    let queue = Arc::clone(queue);
    seat.shared().counters.handed_over.add();
    thread::Builder::new()
        .name("sqloquent-cursor".into())
        .spawn(move || {
            let mut seat = seat;
            let error = step_through(&mut seat, job, &cx, scope, deadline, &queue, &ticket).err();
            ticket.finish();
            checkpoint::after_work(seat.lease());
            drop(seat);
            queue.end(error);
        })
        .map_err(|e| {
            Error::new(
                ErrorKind::Connection,
                format!("no thread could be started for the cursor: {e}; raise the limit of threads"),
            )
            .with_source(e)
        })?;
    Ok(cursor)
}

fn step_through<S: Seat>(
    seat: &mut S,
    job: Box<dyn ChunkJob>,
    cx: &CallContext,
    scope: Scope,
    deadline: Option<Instant>,
    queue: &ChunkQueue,
    ticket: &Ticket,
) -> Result<()> {
    let mut work = Work::new(job, None);
    let shared = Arc::clone(seat.shared());
    let connection = seat.lease().open()?;
    if !ticket.begin(&connection.interrupter) {
        return Ok(());
    }
    connection.interrupter.set_deadline(deadline);
    let mut retry = Retry::new(shared.options.busy_timeout, deadline);
    let mut late = false;
    let result = loop {
        let mut flush = |job: &mut dyn ChunkJob| {
            if job
                .take_chunk()
                .is_none_or(|chunk| queue.push(Ok(chunk), deadline))
            {
                return Flow::Continue;
            }
            late = deadline.is_some_and(|d| Instant::now() >= d);
            Flow::Stop
        };
        match run_work(connection, &mut work, cx, scope, &mut flush) {
            Err(Halt::Busy(error)) => match retry.pause() {
                Some(time) => {
                    shared.counters.busy_retries.add();
                    thread::sleep(time);
                }
                None => break Err(error),
            },
            Err(Halt::Failed(error) | Halt::Long(error)) => break Err(error),
            Ok(()) if late => {
                break Err(Error::new(
                    ErrorKind::Timeout,
                    "the deadline passed before all rows of the cursor were read",
                ));
            }
            Ok(()) => {
                if let Some(chunk) = work.job.take_chunk() {
                    queue.push(Ok(chunk), deadline);
                }
                break Ok(());
            }
        }
    };
    seat.settle(result.as_ref().err());
    result
}
