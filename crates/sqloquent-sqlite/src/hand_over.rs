//! Sending work, together with its connection, to an executor thread and waiting for what comes back.

use std::{pin::pin, sync::Arc, time::Instant};

use sqloquent_core::{Error, ErrorKind, Result};
use tokio::sync::oneshot;

use crate::{
    checkpoint,
    lease::Lease,
    shared::Shared,
    ticket::{Cancelled, Ticket},
    timer::until,
};

/// Whoever holds a connection for a piece of work and gives it back when dropped.
pub(crate) trait Seat: Send + 'static {
    fn shared(&self) -> &Arc<Shared>;
    fn lease(&mut self) -> &mut Lease;
    /// The session's view of how a piece of work ended.
    fn settle(&mut self, error: Option<&Error>) {
        let _ = error;
    }
}

impl Seat for Lease {
    fn shared(&self) -> &Arc<Shared> {
        Lease::shared(self)
    }

    fn lease(&mut self) -> &mut Lease {
        self
    }
}

/// What happens to work when nobody waits for it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhenDropped {
    /// It stops, begun or not: reads.
    Interrupt,
    /// It does not begin; begun, it completes: writes.
    Prevent,
    /// It completes: commits.
    Complete,
}

/// Limits of one piece of work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) when_dropped: WhenDropped,
    /// When the caller no longer waits for work that has not begun.
    pub(crate) deadline: Option<Instant>,
    /// When statements are interrupted.
    pub(crate) interrupt_at: Option<Instant>,
}

/// What came back: the seat, if it was kept, and the result.
pub(crate) struct Reply<S, R> {
    pub(crate) seat: Option<S>,
    pub(crate) value: R,
}

struct CancelOnDrop(Arc<Ticket>, WhenDropped);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if self.1 != WhenDropped::Complete {
            self.0.cancel(self.1 == WhenDropped::Interrupt);
        }
    }
}

/// Runs `work` on an executor thread. It says, beside its result, whether the seat is to come back too; otherwise the
/// seat is given up on that thread, before the result travels.
pub(crate) async fn hand_over<S: Seat, R: Send + 'static>(
    seat: S,
    limits: Limits,
    work: impl FnOnce(&mut S) -> (bool, R) + Send + 'static,
) -> Result<Reply<S, R>> {
    let shared = Arc::clone(seat.shared());
    shared.counters.handed_over.add();
    let (sender, receiver) = oneshot::channel::<Result<Reply<S, R>>>();
    let ticket = Ticket::new();
    let cancel = CancelOnDrop(Arc::clone(&ticket), limits.when_dropped);
    shared.executor.submit({
        let ticket = Arc::clone(&ticket);
        move || run_on_thread(seat, &ticket, limits, work, sender)
    });
    let mut receiver = pin!(receiver);
    let answer = match limits.deadline {
        None => receiver.await,
        Some(deadline) => match until(deadline, receiver.as_mut()).await {
            Some(answer) => answer,
            None => match ticket.cancel(limits.when_dropped == WhenDropped::Interrupt) {
                Cancelled::Prevented => return Err(late()),
                Cancelled::Running | Cancelled::Over => receiver.await,
            },
        },
    };
    drop(cancel);
    answer.unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Connection,
            "no thread could be started to run the statement; raise the limit of threads",
        ))
    })
}

fn run_on_thread<S: Seat, R>(
    mut seat: S,
    ticket: &Ticket,
    limits: Limits,
    work: impl FnOnce(&mut S) -> (bool, R),
    sender: oneshot::Sender<Result<Reply<S, R>>>,
) {
    // An answer that nobody waits for is dropped, and with it the seat.
    let answer = |answer| drop(sender.send(answer));
    let interrupter = match seat.lease().open() {
        Ok(connection) => Arc::clone(&connection.interrupter),
        Err(error) => {
            drop(seat);
            return answer(Err(error));
        }
    };
    if !ticket.begin(&interrupter) {
        return;
    }
    interrupter.set_deadline(limits.interrupt_at);
    let (keep, value) = work(&mut seat);
    ticket.finish();
    checkpoint::after_work(seat.lease());
    let finishes = checkpoint::finish_is_due(seat.lease());
    if keep {
        if finishes {
            checkpoint::finish(seat.lease());
        }
        answer(Ok(Reply {
            seat: Some(seat),
            value,
        }));
    } else if finishes {
        // The caller need not wait for it, only who writes next.
        answer(Ok(Reply { seat: None, value }));
        checkpoint::finish(seat.lease());
    } else {
        drop(seat);
        answer(Ok(Reply { seat: None, value }));
    }
}

#[cold]
pub(crate) fn late() -> Error {
    Error::new(
        ErrorKind::Timeout,
        "the deadline passed before the statement began; nothing was done",
    )
}
