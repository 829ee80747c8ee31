//! Returning to the executor once.

use std::{future::poll_fn, task::Poll};

/// Returns to the executor once, asking to be polled again at once.
///
/// For drivers: await it in [`fetch`](sqloquent_core::Connection::fetch) when the sink answers
/// [`Flow::Flush`](sqloquent_core::Flow::Flush), so that a cursor hands its chunk over before more rows come.
///
/// ```
/// # pollster::block_on(async {
/// sqloquent_pool::pause().await;
/// # });
/// ```
pub async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
