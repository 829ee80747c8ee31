//! Keeping calls that run on the caller's thread from starving the other tasks of that thread.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// What a thread may spend on the spot before it must yield.
const BUDGET: Duration = Duration::from_micros(200);

thread_local! {
    static SPENT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Whether this thread may run something on the spot without yielding first.
pub(crate) fn within_budget() -> bool {
    SPENT.get() < BUDGET
}

/// The clock of one piece of work on the spot; its time counts from `start` until it is dropped.
pub(crate) struct OnTheSpot {
    began: Instant,
    /// What it showed when it was stopped: looking at it once more would cost as much as decoding a column.
    stopped: Cell<Option<Duration>>,
}

impl OnTheSpot {
    pub(crate) fn start() -> Self {
        Self {
            began: Instant::now(),
            stopped: Cell::new(None),
        }
    }

    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// Stops the clock, because what is left to do takes no time worth counting.
    pub(crate) fn stop(&self) -> Duration {
        let elapsed = self.began.elapsed();
        self.stopped.set(Some(elapsed));
        elapsed
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Drop for OnTheSpot {
    fn drop(&mut self) {
        let elapsed = self.stopped.get().unwrap_or_else(|| self.began.elapsed());
        SPENT.set(SPENT.get() + elapsed);
    }
}

/// Lets the other tasks of this thread run if its budget is used up, and starts a new one.
pub(crate) async fn yield_if_spent() {
    if !within_budget() {
        yield_now().await;
        SPENT.set(Duration::ZERO);
    }
}

async fn yield_now() {
    #[cfg(feature = "tokio")]
    if tokio::runtime::Handle::try_current().is_ok() {
        return tokio::task::yield_now().await;
    }
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
