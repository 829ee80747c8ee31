//! A call in the queue.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use sqloquent_core::{Access, CallContext, Job, Result};

use crate::work::Work;

/// What came of a call.
pub(super) enum Ended {
    /// It is over.
    Over(Result<Box<dyn Job>>),
    /// It has had no effect and is to run by itself.
    Alone(Work<dyn Job>),
}

enum Stage {
    Waiting(Work<dyn Job>),
    Running,
    Ended(Ended),
    /// Nobody waits for it, or what came of it was taken.
    Gone,
}

struct State {
    stage: Stage,
    waker: Option<Waker>,
    /// Whether it waits for the writing connection, which wakes it.
    in_line: bool,
    /// Whether nobody waits for what comes of it.
    abandoned: bool,
}

/// A call that waits, runs, or is over.
pub(super) struct Member {
    pub(super) cx: CallContext,
    pub(super) writes: bool,
    state: Mutex<State>,
}

impl Member {
    pub(super) fn new(work: Work<dyn Job>, cx: CallContext) -> Self {
        Self {
            cx,
            writes: work.plan.access == Access::Write,
            state: Mutex::new(State {
                stage: Stage::Waiting(work),
                waker: None,
                in_line: false,
                abandoned: false,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came of it; else it will wake the task.
    pub(super) fn poll(&self, task: &Context<'_>) -> Poll<Ended> {
        let mut state = self.lock();
        match mem::replace(&mut state.stage, Stage::Gone) {
            Stage::Ended(ended) => Poll::Ready(ended),
            other => {
                state.stage = other;
                match &mut state.waker {
                    Some(waker) => waker.clone_from(task.waker()),
                    none => *none = Some(task.waker().clone()),
                }
                Poll::Pending
            }
        }
    }

    /// Takes the work, to run it. None when nobody waits for it.
    pub(super) fn begin(&self) -> Option<Work<dyn Job>> {
        self.take(Stage::Running)
    }

    /// Takes the work back if it has not begun.
    pub(super) fn take_back(&self) -> Option<Work<dyn Job>> {
        self.take(Stage::Gone)
    }

    fn take(&self, next: Stage) -> Option<Work<dyn Job>> {
        let mut state = self.lock();
        match mem::replace(&mut state.stage, next) {
            Stage::Waiting(work) => Some(work),
            other => {
                state.stage = other;
                None
            }
        }
    }

    /// Has it wait once more. False when nobody waits for it.
    pub(super) fn wait_again(&self, work: Work<dyn Job>) -> bool {
        let mut state = self.lock();
        if state.abandoned {
            return false;
        }
        state.stage = Stage::Waiting(work);
        true
    }

    /// Says what came of it, and wakes who waits.
    pub(super) fn end(&self, ended: Ended) {
        let mut state = self.lock();
        state.stage = Stage::Ended(ended);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Notes that nobody waits for what comes of it. Whether it has not begun.
    pub(super) fn abandon(&self) -> bool {
        let mut state = self.lock();
        state.abandoned = true;
        matches!(state.stage, Stage::Waiting(_))
    }

    /// Notes whether it waits for the writing connection.
    pub(super) fn stand_in_line(&self, stands: bool) {
        self.lock().in_line = stands;
    }

    /// What to wake, where nothing else will.
    pub(super) fn take_waker(&self) -> Option<Waker> {
        let mut state = self.lock();
        if state.in_line { None } else { state.waker.take() }
    }
}
