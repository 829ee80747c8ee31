//! Gates: what lets one part of a transaction run at a time.
//!
//! A write with hooks inside a transaction sets a savepoint, which would take in whatever else was sent meanwhile. It
//! closes the gate that it came through; its own statements and those of its hooks go through a gate of their own.

use std::{
    future::{Future, poll_fn},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Poll, Waker},
};

/// A gate: open unless somebody passes.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    closed: AtomicBool,
    waiting: Mutex<Vec<Waker>>,
}

/// Holds a gate closed behind itself; opens it when dropped.
#[derive(Debug)]
pub(crate) struct Pass<'g>(&'g Gate);

impl Gate {
    pub(crate) fn is_open(&self) -> bool {
        !self.closed.load(Ordering::Acquire)
    }

    /// Waits until the gate is open.
    pub(crate) fn opened(&self) -> impl Future<Output = ()> + Send + '_ {
        self.wait(Self::is_open)
    }

    /// Waits until the gate is open and closes it.
    pub(crate) async fn pass(&self) -> Pass<'_> {
        self.wait(|gate| !gate.closed.swap(true, Ordering::AcqRel)).await;
        Pass(self)
    }

    fn wait(&self, ready: impl Fn(&Self) -> bool + Send) -> impl Future<Output = ()> + Send {
        poll_fn(move |cx| {
            if ready(self) {
                return Poll::Ready(());
            }
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            // Once more under the lock: it may have been opened in between.
            if ready(self) {
                return Poll::Ready(());
            }
            if !waiting.iter().any(|w| w.will_wake(cx.waker())) {
                waiting.push(cx.waker().clone());
            }
            Poll::Pending
        })
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let waiting = {
            let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            self.0.closed.store(false, Ordering::Release);
            std::mem::take(&mut *waiting)
        };
        for waker in waiting {
            waker.wake();
        }
    }
}
