//! Running a transaction again after a conflict.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_timer::Delay;
use sqloquent_core::Error;

thread_local! {
    static CONFLICT: Cell<bool> = const { Cell::new(false) };
}

/// Notes that a statement failed because of others, so that the closure is run again whatever error type it has.
pub(crate) fn note(error: &Error) {
    if error.is_retryable() {
        CONFLICT.set(true);
    }
}

/// Polls a future and tells whether a conflict was noted while it ran.
pub(crate) async fn watch<F: Future + Unpin>(future: F) -> (F::Output, bool) {
    Watch {
        future,
        conflict: false,
    }
    .await
}

struct Watch<F> {
    future: F,
    conflict: bool,
}

impl<F: Future + Unpin> Future for Watch<F> {
    type Output = (F::Output, bool);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let before = CONFLICT.replace(self.conflict);
        let polled = Pin::new(&mut self.future).poll(cx);
        self.conflict = CONFLICT.replace(before);
        polled.map(|done| (done, self.conflict))
    }
}

/// Waits before the next attempt: 2 ms doubled with each, at most 250 ms, of which a random half to whole.
pub(crate) async fn pause(attempt: u32) {
    let cap = Duration::from_millis(2)
        .saturating_mul(1 << attempt.min(7))
        .min(Duration::from_millis(250));
    let mut random = [0_u8; 2];
    // Without randomness the pause is whole: still correct, only less spread.
    let part = match getrandom::fill(&mut random) {
        Ok(()) => 0.5 + f64::from(u16::from_ne_bytes(random)) / f64::from(u16::MAX) / 2.0,
        Err(_) => 1.0,
    };
    Delay::new(cap.mul_f64(part)).await;
}
