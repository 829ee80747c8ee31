//! Running a job to its end: on the caller's thread or on another, again and again while somebody else holds the lock.

use std::{sync::Arc, time::Instant};

use sqloquent_core::{Access, CallContext, Error, ErrorKind, Flow, Job, Result};

use crate::{
    busy::Retry,
    checkpoint,
    connection::Connection,
    costs::{ALLOWED, Shape},
    fairness::{OnTheSpot, Watch},
    hand_over::{Limits, Seat, WhenDropped, hand_over, late},
    run_work::{Scope, refused, run_work},
    timer::sleep,
    work::{Halt, Work},
};

/// Runs one attempt on this thread.
pub(crate) fn run_here<S: Seat>(
    seat: &mut S,
    work: &mut Work<dyn Job>,
    cx: &CallContext,
    scope: Scope,
) -> Result<(), Halt> {
    let clock = OnTheSpot::start();
    if let Some(connection) = seat.lease().opened() {
        connection.tally.on_the_spot.add_alone();
    }
    let result = match work.shape {
        Some(shape) => attempt_within_limits(seat, work, cx, scope, shape, clock.watch()),
        None => attempt(seat, work, cx, scope),
    };
    checkpoint::after_work(seat.lease());
    drop(clock);
    result
}

/// An attempt whose cost is remembered. A read that was thought short and takes too long is stopped.
pub(crate) fn attempt_within_limits<S: Seat>(
    seat: &mut S,
    work: &mut Work<dyn Job>,
    cx: &CallContext,
    scope: Scope,
    shape: Shape,
    clock: &Watch,
) -> Result<(), Halt> {
    let can_stop = work.plan.access == Access::Read;
    if let Some(connection) = seat.lease().opened().filter(|_| can_stop) {
        connection.on_trial.set(true);
        connection.interrupter.set_deadline(Some(clock.began() + ALLOWED));
    }
    let result = attempt(seat, work, cx, scope);
    if let Some(connection) = seat.lease().opened().filter(|_| can_stop) {
        connection.on_trial.set(false);
        connection.interrupter.clear();
    }
    let costs = &seat.shared().costs;
    match result {
        Err(Halt::Failed(error)) if can_stop && error.kind() == ErrorKind::Timeout && work.begin_again() => {
            costs.note_stopped(shape);
            Err(Halt::Long(error))
        }
        other => {
            // A write may still have to see to checkpoints.
            let took = if can_stop { clock.stop() } else { clock.elapsed() };
            costs.note(shape, took);
            other
        }
    }
}

/// One attempt, without limits.
pub(crate) fn attempt<S: Seat>(
    seat: &mut S,
    work: &mut Work<dyn Job>,
    cx: &CallContext,
    scope: Scope,
) -> Result<(), Halt> {
    let connection = seat.lease().open().map_err(Halt::Failed)?;
    let result = run_work(connection, work, cx, scope, &mut |_| Flow::Continue);
    seat.settle(result.as_ref().err().map(Halt::error));
    result
}

/// Runs a job to its end. `end` is when the session that it runs in must be over.
pub(crate) async fn drive<S: Seat>(
    seat: S,
    mut work: Work<dyn Job>,
    cx: CallContext,
    scope: Scope,
    end: Option<Instant>,
) -> Result<Box<dyn Job>> {
    let deadline = earlier(cx.deadline, end);
    let reads = work.plan.access == Access::Read;
    let limits = Limits {
        when_dropped: if reads {
            WhenDropped::Interrupt
        } else {
            WhenDropped::Prevent
        },
        deadline,
        interrupt_at: if reads { deadline } else { end },
    };
    let shared = Arc::clone(seat.shared());
    let mut retry = Retry::new(shared.options.busy_timeout, deadline);
    let mut kept = Some(seat);
    while let Some(mut seat) = kept.take() {
        if is_over(&cx.with_deadline(deadline)) {
            return Err(late());
        }
        let here = shared.may_run_here(&work.plan, work.shape) && seat.lease().opened().is_some();
        let result = if here {
            let inside = (scope == Scope::Pool).then(|| shared.combiner.crowd.enter());
            let result = run_here(&mut seat, &mut work, &cx, scope);
            drop(inside);
            if matches!(result, Err(Halt::Busy(_) | Halt::Long(_))) {
                kept = Some(seat);
            }
            result
        } else {
            let reply = hand_over(seat, limits, move |seat| {
                let began = Instant::now();
                let result = attempt(seat, &mut work, &cx, scope);
                if let Some(shape) = work.shape {
                    seat.shared().costs.note(shape, began.elapsed());
                }
                (matches!(result, Err(Halt::Busy(_))), (work, result))
            })
            .await?;
            kept = reply.seat;
            let result;
            (work, result) = reply.value;
            result
        };
        match result {
            Ok(()) => return Ok(work.job),
            Err(Halt::Failed(error)) => return Err(error),
            Err(Halt::Busy(error)) => pause(&shared.counters.busy_retries, &mut retry, error).await?,
            Err(Halt::Long(_)) => {}
        }
    }
    Err(late())
}

async fn pause(retries: &crate::counters::Counter, retry: &mut Retry, error: Error) -> Result<()> {
    match retry.pause() {
        Some(time) => {
            retries.add();
            sleep(time).await;
            Ok(())
        }
        None => Err(error),
    }
}

/// Runs a command of the driver's own, such as `BEGIN`, and gives the seat back.
pub(crate) async fn command<S: Seat>(
    seat: S,
    here: bool,
    deadline: Option<Instant>,
    run: fn(&Connection) -> rusqlite::Result<()>,
) -> Result<S> {
    let shared = Arc::clone(seat.shared());
    let limits = Limits {
        when_dropped: WhenDropped::Prevent,
        deadline,
        interrupt_at: None,
    };
    let mut retry = Retry::new(shared.options.busy_timeout, deadline);
    let mut seat = seat;
    loop {
        let result = if let Some(open) = seat.lease().opened().filter(|_| here) {
            let _clock = OnTheSpot::start();
            run(open).map_err(refused)
        } else {
            let reply = hand_over(seat, limits, move |seat| {
                let result = seat
                    .lease()
                    .open()
                    .map_err(Halt::Failed)
                    .and_then(|open| run(open).map_err(refused));
                (true, result)
            })
            .await?;
            seat = reply.seat.ok_or_else(late)?;
            reply.value
        };
        match result {
            Ok(()) => return Ok(seat),
            Err(Halt::Failed(error) | Halt::Long(error)) => return Err(error),
            Err(Halt::Busy(error)) => pause(&shared.counters.busy_retries, &mut retry, error).await?,
        }
    }
}

/// The earlier of two moments, either of which may be missing.
pub(crate) fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Whether the call's deadline has passed.
pub(crate) fn is_over(cx: &CallContext) -> bool {
    cx.deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
