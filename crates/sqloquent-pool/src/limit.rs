//! Time limits that need no runtime.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
    time::{Duration, Instant},
};

use futures_timer::Delay;

/// The instant so far from now; none when that is farther than the clock goes.
pub(crate) fn after(duration: Duration) -> Option<Instant> {
    Instant::now().checked_add(duration)
}

/// The earlier of two limits, where none is no limit.
pub(crate) fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// Whether a limit has passed.
pub(crate) fn passed(until: Option<Instant>) -> bool {
    until.is_some_and(|until| until <= Instant::now())
}

/// Awaits a future until the limit; none when the limit came first. The timer starts only when there is a wait.
pub(crate) async fn limited<F: Future>(until: Option<Instant>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut timer = None;
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        let Some(until) = until else {
            return Poll::Pending;
        };
        let timer = timer.get_or_insert_with(|| Delay::new(until.saturating_duration_since(Instant::now())));
        Pin::new(timer).poll(cx).map(|()| None)
    })
    .await
}
