//! Running what is queued.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use sqloquent_core::{Access, CallContext, Error, ErrorKind, Job, Sql, Statement};

use super::{
    Lead,
    member::{Ended, Member},
    programs,
};
use crate::{
    checkpoint,
    connection::Connection,
    drive::{attempt, attempt_within_limits, is_over},
    fairness::{BUDGET, OnTheSpot, Watch, within_budget},
    hand_over::late,
    lease::Lease,
    run_work::Scope,
    work::{Halt, Work, panicked},
};

/// How many calls run in one transaction at most.
const MOST_CALLS: usize = 64;

/// How often calls are tried together, each time without the one that was refused.
const TRIES: usize = 3;

thread_local! {
    static LEADING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread runs calls of the queue: what their code calls in turn cannot wait there.
pub(super) fn is_leading() -> bool {
    LEADING.get()
}

/// Runs what is queued until nothing is, or this thread has done enough. Goes on on an executor thread where something
/// has to wait for the disk.
pub(super) fn run_queue(lead: Lead, mut lease: Lease, cx: &CallContext) {
    let shared = Arc::clone(lead.shared());
    loop {
        let may_run_here = shared.options.on_the_spot
            && (shared.writes_are_short() || !shared.combiner.writes_next(MOST_CALLS));
        if !may_run_here || lease.opened().is_none() {
            lease.register(cx.caller);
            lead.goes_to_thread();
            shared.executor.submit(move || run_on_thread(&lead, lease));
            return;
        }
        let clock = OnTheSpot::start();
        let batch = shared.combiner.take(MOST_CALLS);
        if batch.len() == 0 {
            break;
        }
        let over = run_batch(&mut lease, batch, Some(clock.watch()));
        checkpoint::after_work(&lease);
        drop(clock);
        hand_out(over);
        // Who closes the database waits for what was accepted.
        if !within_budget() && !shared.is_closed() {
            break;
        }
    }
    // The connection is free before anybody is told to look for it.
    drop(lease);
    drop(lead);
}

fn run_on_thread(lead: &Lead, mut lease: Lease) {
    let shared = lead.shared();
    loop {
        let mut batch = shared.combiner.take(MOST_CALLS);
        if batch.len() == 0 {
            break;
        }
        if !shared.facts.single {
            hand_out(batch.leave_out_reads());
        }
        let over = run_batch(&mut lease, batch, None);
        checkpoint::after_work(&lease);
        hand_out(over);
        if checkpoint::finish_is_due(&lease) {
            checkpoint::finish(&lease);
        }
        // Whoever waits for the connection gets it now; and where the disk need not be waited for again, a caller's
        // thread goes on.
        let others_wait = shared.counters.waiting.get() > 0 || !shared.leads_on_threads();
        if others_wait && !shared.is_closed() {
            break;
        }
    }
}

/// Calls that run together.
#[derive(Default)]
pub(super) struct Batch {
    calls: Vec<Running>,
}

struct Running {
    called: Called,
    work: Work<dyn Job>,
    begun: bool,
    /// Why it ended by itself.
    halt: Option<Halt>,
    /// What it runs that was found to fire no triggers.
    texts: Vec<Sql>,
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

    /// Who is to be told later.
    fn not_yet(mut self) -> Arc<Member> {
        self.told = true;
        Arc::clone(&self.member)
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

    /// Lets the calls go that only read: each has a connection that does not wait for the disk.
    fn leave_out_reads(&mut self) -> Vec<Over> {
        let (reads, writes) = std::mem::take(&mut self.calls)
            .into_iter()
            .partition(|call| call.work.plan.access == Access::Read);
        self.calls = writes;
        let alone = |call: Running| (call.called, Ended::Alone(call.work));
        Vec::into_iter(reads).map(alone).collect()
    }

    /// Adds a call unless nobody waits for it any more.
    pub(super) fn add(&mut self, member: Arc<Member>) {
        if let Some(work) = member.begin() {
            self.calls.push(Running {
                called: Called { member, told: false },
                work,
                begun: false,
                halt: None,
                texts: Vec::new(),
            });
        }
    }
}

/// A call with what came of it.
type Over = (Called, Ended);

fn hand_out(over: Vec<Over>) {
    for (called, ended) in over {
        // A waker is foreign code. The others are to hear of their results whatever it does.
        let _ = catch_unwind(AssertUnwindSafe(|| called.tell(ended)));
    }
}

/// Runs calls, several in one transaction. `here` is the clock of a caller's thread.
fn run_batch(lease: &mut Lease, batch: Batch, here: Option<&Watch>) -> Vec<Over> {
    struct Leading(bool);
    impl Drop for Leading {
        fn drop(&mut self) {
            LEADING.set(self.0);
        }
    }
    let _leading = Leading(LEADING.replace(true));
    let shared = Arc::clone(lease.shared());
    let crowd = &shared.combiner.crowd;
    if crowd.is_there() {
        crowd.note(batch.len());
    }
    let counter = if here.is_some() {
        &shared.counters.on_the_spot
    } else {
        &shared.counters.handed_over
    };
    counter.add_all(batch.len());
    let mut calls = batch.calls;
    let mut over = Vec::with_capacity(calls.len());
    for _ in 0..TRIES {
        if calls.len() > 1 {
            leave_out_programs(lease, &mut calls, &mut over);
        }
        if calls.is_empty() {
            return over;
        }
        if let [only] = &mut *calls {
            run(lease, only, Scope::Pool, here.is_some());
            over.extend(calls.into_iter().map(ended));
            return over;
        }
        match run_all(lease, &mut calls, here) {
            Ran::Committed => {
                let (ran, left): (Vec<_>, Vec<_>) = calls
                    .into_iter()
                    .partition(|call| call.begun || call.halt.is_some());
                over.extend(ran.into_iter().map(ended));
                put_back(lease, left);
                return over;
            }
            Ran::Undone { by } => {
                let refused = by.map(|at| calls.remove(at));
                over.extend(refused.map(by_itself));
                for mut call in std::mem::take(&mut calls) {
                    if call.begin_again() {
                        calls.push(call);
                    } else {
                        over.push(by_itself(call));
                    }
                }
                if by.is_none() || calls.is_empty() {
                    break;
                }
            }
        }
    }
    crowd.note_failure();
    over.extend(calls.into_iter().map(by_itself));
    over
}

/// Lets the writes go that fire triggers: what those do is nobody else's business.
fn leave_out_programs(lease: &mut Lease, calls: &mut Vec<Running>, over: &mut Vec<Over>) {
    let Ok(connection) = lease.open() else {
        return;
    };
    for mut call in std::mem::take(calls) {
        if call.work.plan.access == Access::Read {
            calls.push(call);
            continue;
        }
        let texts_of = |statement: Option<&Statement>| match statement {
            Some(statement) => programs::texts_that_fire_nothing(connection, statement),
            None => Some(Vec::new()),
        };
        // Its code is foreign, and who leads is not to pay for it.
        let texts = catch_unwind(AssertUnwindSafe(|| call.work.peek().map(texts_of)))
            .unwrap_or_else(|payload| Err(panicked(&*payload)));
        match texts {
            Ok(Some(texts)) => {
                call.texts = texts;
                calls.push(call);
            }
            Ok(None) => over.push((call.called, Ended::Alone(call.work))),
            Err(error) => over.push((call.called, Ended::Over(Err(error)))),
        }
    }
}

/// How calls ran together.
enum Ran {
    /// Those that began are done.
    Committed,
    /// The transaction was rolled back because of this call; of none if it could not be begun or committed.
    Undone { by: Option<usize> },
}

/// Runs calls in one transaction, until a caller's thread has done enough.
fn run_all(lease: &mut Lease, calls: &mut [Running], here: Option<&Watch>) -> Ran {
    let writes = calls.iter().any(|call| call.work.plan.access == Access::Write);
    let begin = if writes { "BEGIN IMMEDIATE" } else { "BEGIN" };
    if lease
        .open()
        .map_or(true, |connection| connection.execute(begin).is_err())
    {
        return Ran::Undone { by: None };
    }
    let shared = Arc::clone(lease.shared());
    let mut ran = 0;
    let mut by = None;
    for (at, call) in calls.iter_mut().enumerate() {
        run(lease, call, Scope::Session, here.is_some());
        let reads = call.work.plan.access == Access::Read;
        // What a read has seen may be rolled back, but then it runs again.
        let goes_on = reads || !call.begun || call.halt.is_none();
        // Nor may a write leave a key behind that one of the others would pay for, or have fired a trigger that was made
        // meanwhile.
        let may_go_on = |c: &Connection| {
            !c.is_autocommit() && (reads || !c.database.owes_keys() && !programs::any_fires(c, &call.texts))
        };
        if !goes_on || !lease.opened().is_some_and(may_go_on) {
            by = Some(at);
            break;
        }
        ran += 1;
        if call.work.shape.is_some() && here.is_some_and(|clock| clock.elapsed() > BUDGET) {
            break;
        }
    }
    let Some(connection) = lease.opened() else {
        return Ran::Undone { by: None };
    };
    if by.is_none() && connection.execute("COMMIT").is_ok() {
        shared.counters.combined.add_all(ran);
        shared.counters.commits.add();
        return Ran::Committed;
    }
    connection.roll_back();
    shared.counters.rollbacks.add();
    Ran::Undone { by }
}

/// Puts calls back into the queue that did not begin.
fn put_back(lease: &Lease, calls: Vec<Running>) {
    let waiting = calls.into_iter().filter_map(|call| {
        let member = call.called.not_yet();
        member.wait_again(call.work).then_some(member)
    });
    let members: Vec<Arc<Member>> = waiting.collect();
    lease.shared().combiner.put_back(members.into_iter());
}

impl Running {
    /// Back to where it had not begun, after its transaction was rolled back. False when it cannot, or need not.
    fn begin_again(&mut self) -> bool {
        if !self.begun {
            return self.halt.is_none();
        }
        if !self.work.begin_again() {
            return false;
        }
        self.begun = false;
        self.halt = None;
        true
    }
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
            Some(shape) if scope == Scope::Session => {
                let watch = Watch::start();
                let halt = attempt(lease, &mut call.work, cx, scope).err();
                lease.shared().costs.note(shape, watch.elapsed());
                halt
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
