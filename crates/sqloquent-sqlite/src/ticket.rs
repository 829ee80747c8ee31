//! Interrupting work on an executor thread, so that the interrupt can never hit the next job of the connection.
//!
//! An interrupt is sent under the ticket's lock and only while its job runs; the job leaves that state, under the same
//! lock, before its connection goes to anybody else. SQLite forgets an interrupt that comes between two statements, so
//! a flag that the connection's progress handler looks at is set as well.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::connection::Interrupter;

enum State {
    Queued,
    Running(Arc<Interrupter>),
    Cancelled,
    Done,
}

/// What cancelling found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancelled {
    /// The job had not begun, and never will.
    Prevented,
    /// The job was running; it was interrupted if that was asked for.
    Running,
    /// The job was over.
    Over,
}

/// One job on its way through an executor thread.
pub(crate) struct Ticket(Mutex<State>);

impl Ticket {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State::Queued)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the job, unless it was cancelled.
    pub(crate) fn begin(&self, interrupter: &Arc<Interrupter>) -> bool {
        let mut state = self.lock();
        match *state {
            State::Queued => {
                *state = State::Running(Arc::clone(interrupter));
                true
            }
            _ => false,
        }
    }

    /// The job is over: nothing interrupts its connection any more.
    pub(crate) fn finish(&self) {
        let mut state = self.lock();
        if let State::Running(interrupter) = &*state {
            interrupter.clear();
        }
        *state = State::Done;
    }

    /// Stops the job: at once if it has not begun, else by an interrupt if `interrupt` says so.
    pub(crate) fn cancel(&self, interrupt: bool) -> Cancelled {
        let mut state = self.lock();
        match &*state {
            State::Queued => {
                *state = State::Cancelled;
                Cancelled::Prevented
            }
            State::Running(interrupter) => {
                if interrupt {
                    interrupter.interrupt();
                }
                Cancelled::Running
            }
            State::Cancelled => Cancelled::Prevented,
            State::Done => Cancelled::Over,
        }
    }
}
