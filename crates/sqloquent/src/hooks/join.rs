//! Waiting for several hooks at once.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use sqloquent_core::{BoxFuture, Result};

/// Polls all futures until each is done; then gives the first error in their order.
pub(super) struct JoinAll<'a>(Vec<Joined<'a>>);

enum Joined<'a> {
    Running(BoxFuture<'a, Result<()>>),
    Done(Result<()>),
}

impl<'a> JoinAll<'a> {
    pub(super) fn new(futures: impl Iterator<Item = BoxFuture<'a, Result<()>>>) -> Self {
        Self(futures.map(Joined::Running).collect())
    }
}

impl Future for JoinAll<'_> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut all = true;
        for joined in &mut self.0 {
            if let Joined::Running(future) = joined {
                match future.as_mut().poll(cx) {
                    Poll::Ready(done) => *joined = Joined::Done(done),
                    Poll::Pending => all = false,
                }
            }
        }
        if !all {
            return Poll::Pending;
        }
        let done = std::mem::take(&mut self.0).into_iter();
        let mut results = done.map(|joined| match joined {
            Joined::Done(result) => result,
            Joined::Running(_) => Ok(()),
        });
        Poll::Ready(results.find(Result::is_err).unwrap_or(Ok(())))
    }
}
