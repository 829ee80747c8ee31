//! How sessions end: committed, rolled back, dropped.

use std::{sync::Arc, thread, time::Instant};

use sqloquent_core::{Error, ErrorKind, Result};

use super::{Call, SqliteSession, expiry};
use crate::{
    busy::Retry,
    checkpoint, error_map,
    fairness::{OnTheSpot, within_budget},
    hand_over::{Limits, Seat, WhenDropped, hand_over},
    lease::Lease,
};

/// A commit of more changed rows than this is not made on the caller's thread.
const FEW_CHANGES: u64 = 64;

impl SqliteSession {
    pub(super) async fn end_with_commit(self: Box<Self>) -> Result<()> {
        // A call may have found out that time is up before the timer has.
        if self.inner.end.is_some_and(|end| Instant::now() >= end) {
            expiry::expire(&self.inner);
        }
        let mut call = self.enter(self.inner.begun.deadline).await?;
        if !self.inner.is_transaction {
            return Ok(());
        }
        if self.commits_here(&mut call) {
            let _clock = OnTheSpot::start();
            match try_commit(&mut call) {
                Err(error) if error.kind() == ErrorKind::Busy => {}
                result => {
                    finish(&call, &result);
                    checkpoint::after_work(call.lease());
                    return result;
                }
            }
        }
        let limits = Limits {
            when_dropped: WhenDropped::Complete,
            deadline: None,
            interrupt_at: None,
        };
        let reply = hand_over(call, limits, |call| {
            let result = commit_patiently(call);
            finish(call, &result);
            (false, result)
        })
        .await?;
        reply.value
    }

    fn commits_here(&self, call: &mut Call) -> bool {
        let inner = &self.inner;
        inner.shared.options.on_the_spot
            && inner.shared.writes_are_short()
            && within_budget()
            && call
                .lease()
                .opened()
                .is_some_and(|c| c.raw().total_changes() - inner.changes_before <= FEW_CHANGES)
    }

    pub(super) async fn end_with_rollback(self: Box<Self>) -> Result<()> {
        if self.inner.lock().ended.is_some() {
            return Ok(());
        }
        let cursor = self.inner.lock().cursor.upgrade();
        if let Some(cursor) = cursor {
            cursor.break_off(over());
        }
        let call = match self.enter(None).await {
            Ok(call) => call,
            // It ended meanwhile, which is what was asked for.
            Err(_) if self.inner.lock().ended.is_some() => return Ok(()),
            Err(error) => return Err(error),
        };
        let limits = Limits {
            when_dropped: WhenDropped::Complete,
            deadline: None,
            interrupt_at: None,
        };
        if self.inner.shared.options.on_the_spot
            && call.lease.as_ref().is_some_and(|l| !l.rolls_back_slowly())
        {
            call.end(
                ErrorKind::TransactionAborted,
                "the transaction was rolled back".into(),
            );
            return Ok(());
        }
        hand_over(call, limits, |call| {
            call.end(
                ErrorKind::TransactionAborted,
                "the transaction was rolled back".into(),
            );
            (false, ())
        })
        .await
        .map(|_| ())
    }
}

/// The session serves no further calls; the connection goes back, rolled back if the commit failed.
fn finish(call: &Call, result: &Result<()>) {
    match result {
        Ok(()) => {
            call.inner.shared.counters.commits.add();
            call.end(
                ErrorKind::TransactionAborted,
                "the transaction was committed".into(),
            );
        }
        Err(error) => call.end(ErrorKind::TransactionAborted, error.to_string()),
    }
}

fn try_commit(call: &mut Call) -> Result<()> {
    call.lease()
        .open()?
        .execute("COMMIT")
        .map_err(error_map::from_engine)
}

/// Commits, waiting on this executor thread while readers of other programs hold a file without write-ahead log.
fn commit_patiently(call: &mut Call) -> Result<()> {
    let shared = Arc::clone(call.shared());
    let mut retry = Retry::new(shared.options.busy_timeout, None);
    loop {
        match try_commit(call) {
            Err(error) if error.kind() == ErrorKind::Busy => match retry.pause() {
                Some(time) => {
                    shared.counters.busy_retries.add();
                    thread::sleep(time);
                }
                None => return Err(given_up(error)),
            },
            result => return result,
        }
    }
}

#[cold]
fn given_up(error: Error) -> Error {
    Error::new(
        ErrorKind::Busy,
        format!(
            "the transaction could not be committed and was rolled back: {}",
            error.message()
        ),
    )
    .with_source(error)
}

#[cold]
fn over() -> Error {
    Error::new(
        ErrorKind::TransactionAborted,
        "the transaction that the cursor reads in was rolled back; read to the end first",
    )
}

impl Drop for SqliteSession {
    fn drop(&mut self) {
        let mut state = self.inner.lock();
        state.abandoned = true;
        let lease = state.lease.take();
        let cursor = state.cursor.upgrade().filter(|_| state.ended.is_none());
        drop(state);
        self.inner
            .timer
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(cursor) = cursor {
            cursor.break_off(over());
        }
        if let Some(lease) = lease.filter(Lease::rolls_back_slowly) {
            self.inner.shared.executor.submit(move || drop(lease));
        }
    }
}
