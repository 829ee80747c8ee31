//! Closing.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use sqloquent_core::{CallContext, Result};
use tokio::sync::oneshot;

use crate::{checkpoint, lane::Lane, lease::Kind, shared::Shared};

/// Waits for work under way, in line behind the calls that wait already, then closes every connection. Where somebody
/// else closes already it waits for that, and goes on if it was broken off.
pub(super) async fn close(shared: &Arc<Shared>) -> Result<()> {
    shared.closed.store(true, Relaxed);
    let mut done = shared.closing.lock().await;
    if *done {
        return Ok(());
    }
    let cx = CallContext::here();
    let mut taken = Vec::new();
    for lane in [&shared.cursors, &shared.readers, &shared.writer] {
        for _ in 0..lane.size() {
            if !lane.try_enter() {
                shared.wait(lane, cx.deadline).await?;
            }
            taken.push(Place(lane));
        }
    }
    let (sender, receiver) = oneshot::channel();
    let for_task = Arc::clone(shared);
    shared.executor.submit(move || {
        drop(for_task.readers.take_all_idle());
        drop(for_task.cursors.take_all_idle());
        let mut result = Ok(());
        for writer in for_task.lane(Kind::Writer).take_all_idle() {
            result = checkpoint::last(&for_task, writer.raw());
        }
        let _ = sender.send(result);
    });
    let result = receiver.await.unwrap_or(Ok(()));
    for lane in [&shared.cursors, &shared.readers, &shared.writer] {
        lane.close();
    }
    *done = true;
    drop(taken);
    result
}

/// A place taken for closing.
struct Place<'a>(&'a Lane);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.leave(0);
    }
}
