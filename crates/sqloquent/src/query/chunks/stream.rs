//! Rows as a stream.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use sqloquent_core::Result;

use super::Chunks;

type Step<'a, T> = Pin<Box<dyn Future<Output = (Chunks<'a, T>, Result<Option<Vec<T>>>)> + Send + 'a>>;

/// The rows of a query as a [`Stream`].
#[must_use = "streams do nothing until they are polled"]
pub struct Rows<'a, T> {
    ready: std::vec::IntoIter<T>,
    idle: Option<Chunks<'a, T>>,
    step: Option<Step<'a, T>>,
}

impl<T> Unpin for Rows<'_, T> {}

impl<T> fmt::Debug for Rows<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

impl<'a, T> Rows<'a, T> {
    pub(super) fn new(chunks: Chunks<'a, T>) -> Self {
        Self {
            ready: Vec::new().into_iter(),
            idle: Some(chunks),
            step: None,
        }
    }
}

impl<'a, T: Send + 'static> Stream for Rows<'a, T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.ready.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(step) = &mut this.step {
                let (chunks, result) = match step.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(done) => done,
                };
                this.step = None;
                match result {
                    Ok(Some(rows)) => {
                        this.ready = rows.into_iter();
                        this.idle = Some(chunks);
                    }
                    Ok(None) => return Poll::Ready(None),
                    Err(e) => return Poll::Ready(Some(Err(e))),
                }
                continue;
            }
            let Some(mut chunks) = this.idle.take() else {
                return Poll::Ready(None);
            };
            let step: Step<'a, T> = Box::pin(async move {
                let result = chunks.next().await;
                (chunks, result)
            });
            this.step = Some(step);
        }
    }
}
