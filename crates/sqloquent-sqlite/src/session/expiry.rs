//! Transactions that run out of time while nobody calls them.

use std::{
    pin::Pin,
    sync::{Arc, PoisonError, Weak},
    task::{Context, Poll, Wake},
    time::Instant,
};

use futures_timer::Delay;
use sqloquent_core::ErrorKind;

use super::{Ended, Inner};

/// What the timer wakes: the session, if it is still there.
struct Alarm(Weak<Inner>);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        if let Some(inner) = self.0.upgrade() {
            let shared = Arc::clone(&inner.shared);
            shared.executor.submit(move || expire(&inner));
        }
    }
}

/// Has the session ended at its time, whether it is called or not.
pub(super) fn arm(inner: &Arc<Inner>) {
    let Some(end) = inner.end else { return };
    let mut delay = Delay::new(end.saturating_duration_since(Instant::now()));
    let waker = Arc::new(Alarm(Arc::downgrade(inner))).into();
    match Pin::new(&mut delay).poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(()) => expire(inner),
        Poll::Pending => *inner.timer.lock().unwrap_or_else(PoisonError::into_inner) = Some(delay),
    }
}

/// Rolls back and gives the connection back; a call under way does that when it ends.
pub(super) fn expire(inner: &Inner) {
    let mut state = inner.lock();
    if state.ended.is_some() || state.abandoned {
        return;
    }
    state.ended = Some(Ended {
        kind: ErrorKind::Timeout,
        message: format!(
            "the transaction begun at {} ran past its time-out and was rolled back; give it more time, or do less in it",
            inner.begun.caller
        ),
    });
    let lease = state.lease.take();
    let cursor = state.cursor.upgrade();
    drop(state);
    if let Some(cursor) = cursor {
        cursor.hurry();
    }
    drop(lease);
}
