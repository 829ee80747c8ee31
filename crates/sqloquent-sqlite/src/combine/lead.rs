//! Running what is queued.

use std::sync::Arc;

use sqloquent_core::{Access, Error, ErrorKind, Job};

use super::{
    Lead,
    member::{Ended, Member},
};
use crate::{
    checkpoint,
    drive::{attempt, attempt_within_limits, is_over},
    fairness::{OnTheSpot, Watch, within_budget},
    hand_over::late,
    lease::Lease,
    run_work::Scope,
    work::{Halt, Work},
};

/// How many calls run in one transaction at most.
const MOST_CALLS: usize = 64;

/// Runs what is queued until nothing is, or this thread has done enough. Goes on on an executor thread where something
/// has to wait for the disk.
pub(super) fn run_queue(lead: Lead, mut lease: Lease) {
    let shared = lead.shared();
    while within_budget() {
        let batch = shared.combiner.take(MOST_CALLS);
        if batch.calls.is_empty() {
            break;
        }
        let may_run_here = shared.options.on_the_spot && (!batch.writes || shared.writes_are_short());
        if !may_run_here || lease.opened().is_none() {
            let executor = Arc::clone(shared);
            executor
                .executor
                .submit(move || run_on_thread(&lead, lease, batch));
            return;
        }
        let clock = OnTheSpot::start();
        shared.counters.on_the_spot.add();
        let over = run_batch(&mut lease, batch, true);
        checkpoint::after_work(&lease);
        drop(clock);
        hand_out(over);
    }
    // The connection is free before anybody is told to look for it.
    drop(lease);
    drop(lead);
}

fn run_on_thread(lead: &Lead, mut lease: Lease, first: Batch) {
    let shared = lead.shared();
    let mut batch = first;
    shared.counters.handed_over.add();
    while !batch.calls.is_empty() {
        let over = run_batch(&mut lease, batch, false);
        checkpoint::after_work(&lease);
        hand_out(over);
        if checkpoint::finish_is_due(&lease) {
            checkpoint::finish(&lease);
        }
        // Whoever waits for the connection gets it now; and where the disk need not be waited for again, a caller's
        // thread goes on.
        if shared.counters.waiting.get() > 0 || !shared.leads_on_threads() {
            break;
        }
        batch = shared.combiner.take(MOST_CALLS);
    }
}

/// Calls that run together.
#[derive(Default)]
pub(super) struct Batch {
    calls: Vec<Running>,
    writes: bool,
}

struct Running {
    called: Called,
    work: Work<dyn Job>,
    begun: bool,
    /// Why it ended by itself.
    halt: Option<Halt>,
}

/// Who is to be told. Should nobody tell it, an error does.
struct Called {
    member: Arc<Member>,
    told: bool,
}

impl Called {
    fn tell(mut self, ended: Ended) {
        self.told = true;
        self.member.end(ended);
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        if !self.told {
            self.member.end(Ended::Over(Err(Error::new(
                ErrorKind::Connection,
                "the thread that was to run the statement could not be started or ended early; raise the limit of \
                 threads",
            ))));
        }
    }
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Adds a call unless nobody waits for it any more.
    pub(super) fn add(&mut self, member: Arc<Member>) {
        if let Some(work) = member.begin() {
            self.writes |= work.plan.access == Access::Write;
            self.calls.push(Running {
                called: Called { member, told: false },
                work,
                begun: false,
                halt: None,
            });
        }
    }
}

/// A call with what came of it.
type Over = (Called, Ended);

fn hand_out(over: Vec<Over>) {
    for (called, ended) in over {
        called.tell(ended);
    }
}

/// Runs calls, several in one transaction.
fn run_batch(lease: &mut Lease, batch: Batch, here: bool) -> Vec<Over> {
    let crowd = &Arc::clone(lease.shared()).combiner.crowd;
    if crowd.is_there() {
        crowd.note(batch.len());
    }
    let mut calls = batch.calls;
    if let [only] = &mut *calls {
        run(lease, only, Scope::Pool, here);
    } else if !run_all(lease, &mut calls, batch.writes, here) {
        crowd.note_failure();
        return calls.into_iter().map(by_itself).collect();
    }
    calls.into_iter().map(ended).collect()
}

/// Runs calls in one transaction. False when it was rolled back.
fn run_all(lease: &mut Lease, calls: &mut [Running], writes: bool, here: bool) -> bool {
    let begin = if writes { "BEGIN IMMEDIATE" } else { "BEGIN" };
    if lease
        .open()
        .map_or(true, |connection| connection.execute(begin).is_err())
    {
        return false;
    }
    let shared = Arc::clone(lease.shared());
    let all_ran = calls.iter_mut().all(|call| {
        run(lease, call, Scope::Session, here);
        let reads = call.work.plan.access == Access::Read;
        // What a read has seen may be rolled back, but then it runs again.
        (reads || call.halt.is_none()) && lease.opened().is_some_and(|c| !c.is_autocommit())
    });
    let Some(connection) = lease.opened() else {
        return false;
    };
    if all_ran && connection.execute("COMMIT").is_ok() {
        shared.counters.combined.add_all(calls.len());
        return true;
    }
    connection.roll_back();
    shared.counters.rollbacks.add();
    false
}

fn run(lease: &mut Lease, call: &mut Running, scope: Scope, here: bool) {
    let cx = &call.called.member.cx;
    call.halt = if is_over(cx) {
        Some(Halt::Failed(late()))
    } else {
        call.begun = true;
        match call.work.shape {
            Some(shape) if here => {
                attempt_within_limits(lease, &mut call.work, cx, scope, shape, &Watch::start()).err()
            }
            _ => attempt(lease, &mut call.work, cx, scope).err(),
        }
    };
}

/// What came of a call whose transaction was committed, or that ran by itself.
fn ended(call: Running) -> Over {
    let ended = match call.halt {
        None => Ended::Over(Ok(call.work.job)),
        Some(Halt::Failed(error)) => Ended::Over(Err(error)),
        Some(Halt::Busy(_) | Halt::Long(_)) => Ended::Alone(call.work),
    };
    (call.called, ended)
}

/// What becomes of a call whose transaction was rolled back.
fn by_itself(mut call: Running) -> Over {
    if call.begun && !call.work.begin_again() {
        let error = match call.halt {
            Some(Halt::Failed(error)) => error,
            _ => Error::new(
                ErrorKind::TransactionAborted,
                "the transaction that the statement shared was rolled back, and it cannot run again; nothing was done",
            ),
        };
        return (call.called, Ended::Over(Err(error)));
    }
    match call.halt {
        Some(Halt::Failed(error)) if !call.begun => (call.called, Ended::Over(Err(error))),
        _ => (call.called, Ended::Alone(call.work)),
    }
}
