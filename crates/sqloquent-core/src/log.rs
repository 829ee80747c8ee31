//! The statement log: one event per statement, for whoever runs the statement to report.

use std::time::Instant;

use crate::{CallContext, Error, Value};

/// The clock of one statement under way.
#[derive(Clone, Copy, Debug)]
pub struct StatementLog {
    started: Option<Instant>,
}

impl StatementLog {
    /// Starts the clock if anybody listens.
    #[must_use]
    #[inline]
    pub fn start(cx: &CallContext) -> Self {
        let wanted = cx.slow.is_some() || enabled();
        Self {
            started: wanted.then(Instant::now),
        }
    }

    /// Reports that the statement has ended: SQL, rows given or affected, elapsed microseconds, connection. At level
    /// DEBUG, or WARN when slower than the threshold or failed for a reason that is no everyday one.
    #[inline]
    pub fn end(
        self,
        cx: &CallContext,
        sql: &str,
        params: &[Value],
        rows: u64,
        connection: &str,
        error: Option<&Error>,
    ) {
        if let Some(started) = self.started {
            report(started, cx, sql, params, rows, connection, error);
        }
    }
}

#[cfg(feature = "tracing")]
fn enabled() -> bool {
    tracing::enabled!(target: "sqloquent::statement", tracing::Level::DEBUG)
}

#[cfg(not(feature = "tracing"))]
fn enabled() -> bool {
    false
}

#[cfg(feature = "tracing")]
fn report(
    started: Instant,
    cx: &CallContext,
    sql: &str,
    params: &[Value],
    rows: u64,
    connection: &str,
    error: Option<&Error>,
) {
    let elapsed = started.elapsed();
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let params = cx.log_params.then(|| format!("{params:?}"));
    let error = error.map(|e| format!("{:?}: {}", e.kind(), e.message()));
    if cx.slow.is_some_and(|limit| elapsed >= limit) {
        tracing::warn!(target: "sqloquent::statement", sql, params, rows, micros, connection, error, caller = %cx.caller, "slow statement");
    } else {
        tracing::debug!(target: "sqloquent::statement", sql, params, rows, micros, connection, error, caller = %cx.caller, "statement");
    }
}

#[cfg(not(feature = "tracing"))]
fn report(_: Instant, _: &CallContext, _: &str, _: &[Value], _: u64, _: &str, _: Option<&Error>) {}
