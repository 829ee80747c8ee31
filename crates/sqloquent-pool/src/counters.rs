//! What is counted for [`Stats`](sqloquent_core::Stats).

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The counters of a pool. They order nothing, so relaxed access will do.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) waiting: AtomicUsize,
    pub(crate) open_transactions: AtomicUsize,
    pub(crate) statements: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) rollbacks: AtomicU64,
    pub(crate) timeouts: AtomicU64,
}

/// Counts one who waits for as long as this lives.
pub(crate) struct Waiting<'a>(&'a AtomicUsize);

impl Counters {
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Relaxed);
        Waiting(&self.waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
