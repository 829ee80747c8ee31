//! Lending the connection of rusqlite itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqloquent_core::{CallContext, Result};

use crate::{
    hand_over::{Limits, Seat, WhenDropped, hand_over},
    work::panicked,
};

/// Runs a closure with the raw connection on an executor thread. It has not begun or completes.
pub(crate) async fn with_raw<S: Seat, R: Send + 'static>(
    seat: S,
    cx: CallContext,
    f: impl FnOnce(&mut rusqlite::Connection) -> R + Send + 'static,
) -> Result<R> {
    let limits = Limits {
        when_dropped: WhenDropped::Prevent,
        deadline: cx.deadline,
        interrupt_at: None,
    };
    let reply = hand_over(seat, limits, move |seat| {
        let result = seat.lease().open().and_then(|connection| {
            catch_unwind(AssertUnwindSafe(|| connection.database.with_raw(f)))
                .map_err(|payload| panicked(&*payload))
        });
        seat.settle(result.as_ref().err());
        (false, result)
    })
    .await?;
    reply.value
}
