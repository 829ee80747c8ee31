//! The runtime, if there is one, that finishes what dropped futures leave behind.

use sqloquent_core::BoxFuture;

/// The tokio runtime that a call was made in; empty outside of one, and without the feature `tokio`.
///
/// It is remembered at the call because futures may be dropped on threads that belong to no runtime.
#[derive(Debug, Default)]
pub(crate) struct Background {
    #[cfg(feature = "tokio")]
    handle: Option<tokio::runtime::Handle>,
}

impl Background {
    /// The runtime that this code runs in.
    pub(crate) fn current() -> Self {
        Self {
            #[cfg(feature = "tokio")]
            handle: tokio::runtime::Handle::try_current().ok(),
        }
    }

    /// Whether there is a runtime.
    pub(crate) fn is_there(&self) -> bool {
        #[cfg(feature = "tokio")]
        return self.handle.is_some();
        #[cfg(not(feature = "tokio"))]
        false
    }

    /// Lets the runtime finish a future; without one the future is dropped.
    pub(crate) fn finish(&self, future: BoxFuture<'static, ()>) {
        #[cfg(feature = "tokio")]
        if let Some(handle) = &self.handle {
            // The task is on its own from here on: nobody waits for it.
            drop(handle.spawn(future));
            return;
        }
        drop(future);
    }
}
