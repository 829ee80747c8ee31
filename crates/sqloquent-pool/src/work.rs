//! Work on a connection, and what becomes of it when nobody waits for it any more.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use sqloquent_core::{Access, BoxFuture};

use crate::{
    background::Background,
    limit::{after, limited},
};

/// Tells work that reads that its rows are not wanted any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(crate) fn set(&self) {
        self.0.store(true, Relaxed);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// A future that owns its connection.
///
/// Dropped after it has begun, it is finished by the runtime, within the limit if it has one; work that reads stops at
/// its next row. Without a runtime, and at the limit, it is cut off, which closes the connection.
pub(crate) struct Work<T: Send + 'static> {
    future: Option<BoxFuture<'static, T>>,
    begun: bool,
    access: Access,
    stop: Stop,
    limit: Option<Duration>,
    background: Background,
}

impl<T: Send + 'static> Work<T> {
    pub(crate) fn new(
        access: Access,
        stop: Stop,
        limit: Option<Duration>,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Self {
        Self {
            future: Some(Box::pin(future)),
            begun: false,
            access,
            stop,
            limit,
            background: Background::current(),
        }
    }

    /// Work that is brought to its end by all means.
    pub(crate) fn writing(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self::new(Access::Write, Stop::default(), None, future)
    }

    /// Nobody waits for the outcome: reading may stop.
    pub(crate) fn let_go(&self) {
        if self.access == Access::Read {
            self.stop.set();
        }
    }

    /// Polls, once more than once: none after it has ended.
    pub(crate) fn poll_on(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(future) = &mut self.future else {
            return Poll::Ready(None);
        };
        self.begun = true;
        let output = std::task::ready!(future.as_mut().poll(cx));
        self.future = None;
        Poll::Ready(Some(output))
    }
}

impl<T: Send + 'static> Future for Work<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_on(cx)
    }
}

impl<T: Send + 'static> Drop for Work<T> {
    fn drop(&mut self) {
        let Some(future) = self.future.take().filter(|_| self.begun) else {
            return;
        };
        self.let_go();
        let until = self.limit.and_then(after);
        self.background.finish(Box::pin(async move {
            drop(limited(until, future).await);
        }));
    }
}
