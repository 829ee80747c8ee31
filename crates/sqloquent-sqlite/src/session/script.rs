//! Scripts of several statements.

use sqloquent_core::{CallContext, Error, Result};

use super::Call;
use crate::{
    error_map,
    hand_over::{Limits, Seat, WhenDropped, hand_over},
};

/// Runs a script on an executor thread. It has not begun or completes.
pub(super) async fn run(call: Call, sql: String, cx: CallContext) -> Result<()> {
    let limits = Limits {
        when_dropped: WhenDropped::Prevent,
        deadline: cx.deadline,
        interrupt_at: call.inner.end,
    };
    let reply = hand_over(call, limits, move |call| {
        let result = call.lease().open().and_then(|connection| {
            connection.tally.statements.add_alone();
            let log = sqloquent_core::log::StatementLog::start(&cx);
            let result = connection.raw().execute_batch(&sql).map_err(|e| {
                let error: Error = error_map::from_engine(e);
                error.with_sql(sql.clone())
            });
            log.end(&cx, &sql, &[], 0, &connection.name, result.as_ref().err());
            result
        });
        call.settle(result.as_ref().err());
        (false, result)
    })
    .await?;
    reply.value
}
