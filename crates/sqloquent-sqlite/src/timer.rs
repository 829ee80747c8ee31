//! Waiting with a limit, without a runtime.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
    time::{Duration, Instant},
};

use futures_timer::Delay;

/// The output of a future, or none when the deadline comes first.
pub(crate) async fn until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut delay: Option<Delay> = None;
    poll_fn(move |cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        let delay =
            delay.get_or_insert_with(|| Delay::new(deadline.saturating_duration_since(Instant::now())));
        Pin::new(delay).poll(cx).map(|()| None)
    })
    .await
}

/// Sleeps without blocking the thread.
pub(crate) async fn sleep(time: Duration) {
    Delay::new(time).await;
}
