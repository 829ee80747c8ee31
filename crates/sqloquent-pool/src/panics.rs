//! Panics of code that the pool calls, turned into errors.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use sqloquent_core::{Error, ErrorKind, Result};

/// Calls a callback of a job. A panic becomes an error: what the job holds is dropped with it, the connection stays.
pub(crate) fn guarded<T>(callback: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(callback))
        .unwrap_or_else(|payload| Err(panicked("code run by this call", &*payload)))
}

/// Awaits a future of the driver. A panic is the outer error: the connection must then not be used again.
pub(crate) async fn contained<F: Future>(future: F) -> Result<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        match polled {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(payload) => Poll::Ready(Err(panicked("the database driver", &*payload))),
        }
    })
    .await
}

fn panicked(who: &str, payload: &(dyn Any + Send)) -> Error {
    let words = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Error::new(ErrorKind::Panic, format!("{who} panicked: {words}"))
}
