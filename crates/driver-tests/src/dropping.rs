//! Dropping futures midway.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// Polls a future at most so many times and drops it if it has not ended by then.
pub async fn polled_at_most<F: Future>(polls: u32, future: F) -> Option<F::Output> {
    Limited {
        left: polls,
        future: Some(Box::pin(future)),
    }
    .await
}

struct Limited<F> {
    left: u32,
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Limited<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let left = self.left;
        let Some(future) = self.future.as_mut().filter(|_| left > 0) else {
            self.future = None;
            return Poll::Ready(None);
        };
        match future.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 1 => {
                self.future = None;
                Poll::Ready(None)
            }
            Poll::Pending => {
                self.left = left - 1;
                Poll::Pending
            }
        }
    }
}

/// Numbers that look random and are the same in every run.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Starts at a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `sides`.
    pub fn throw(&mut self, sides: u32) -> u32 {
        // Steele, Lea and Flood's SplitMix64: every 64-bit state once, mixed.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let scaled = (u128::from(z ^ (z >> 31)) * u128::from(sides)) >> 64;
        u32::try_from(scaled).unwrap_or(0)
    }
}
