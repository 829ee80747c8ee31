//! Short calls of many tasks, run together on one connection in one transaction.
//!
//! SQLite takes locks of the process and of the file for every transaction, empties the caches of the other connections
//! at every commit, and, where the log is flushed, waits for the disk once for each. So when many tasks call at once,
//! it is quicker to let one of them run the calls of all than to let each take a connection: calls queue up, and
//! whoever gets the writing connection first runs what is queued in one transaction, hands out the results, and looks
//! into the queue again. What is queued must be a single statement that [can share](Job::shares) a transaction. If one
//! that writes fails, or the commit does, the transaction is rolled back and each call runs by itself, so that nobody
//! sees anything but what it would have seen alone. Nobody is told of a result before it is committed.
//!
//! This is done when calls have been seen to meet ([`Crowd`]), and for commits that wait for the disk (group commit).

mod crowd;
mod lead;
mod member;

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use sqloquent_core::{Access, BoxFuture, CallContext, Job, Plan, Result};

use crate::{
    costs::Shape,
    fairness,
    hand_over::late,
    lease::{Kind, Lease},
    options::Durability,
    shared::Shared,
    timer::until,
    work::Work,
};

use crowd::Crowd;
use lead::{Batch, run_queue};
use member::{Ended, Member};

/// The queue, and when to use it.
#[derive(Default)]
pub(crate) struct Combiner {
    state: Mutex<State>,
    pub(crate) crowd: Crowd,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Arc<Member>>,
    /// The number of the lead under which the queue is run; whoever has it looks into the queue once more.
    led: Option<u64>,
    last_lead: u64,
}

impl State {
    fn next_lead(&mut self) -> u64 {
        self.last_lead += 1;
        self.led = Some(self.last_lead);
        self.last_lead
    }
}

impl Combiner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up to so many calls from the queue, which are under way from now on.
    fn take(&self, most: usize) -> Batch {
        let mut state = self.lock();
        let mut batch = Batch::default();
        while batch.len() < most
            && let Some(member) = state.queue.pop_front()
        {
            batch.add(member);
        }
        batch
    }

    /// Takes a call out of the queue, with its work if that has not begun.
    fn leave(&self, member: &Arc<Member>) -> Option<Work<dyn Job>> {
        self.lock().queue.retain(|other| !Arc::ptr_eq(other, member));
        member.take_back()
    }
}

/// The right to run what is queued. When it is given up, those who wait in the queue are woken, since nobody looks after
/// them any more.
struct Lead {
    shared: Arc<Shared>,
    number: u64,
}

impl Lead {
    /// Takes the lead, if nobody has it.
    fn try_new(shared: &Arc<Shared>) -> Option<Self> {
        let mut state = shared.combiner.lock();
        let number = state.led.is_none().then(|| state.next_lead())?;
        drop(state);
        Some(Self {
            shared: Arc::clone(shared),
            number,
        })
    }

    /// Takes the lead from whoever has it: for who has the writing connection.
    fn new(shared: &Arc<Shared>) -> Self {
        let number = shared.combiner.lock().next_lead();
        Self {
            shared: Arc::clone(shared),
            number,
        }
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        let mut state = self.shared.combiner.lock();
        if state.led != Some(self.number) {
            return;
        }
        state.led = None;
        let wakers: Vec<Waker> = state
            .queue
            .iter()
            .filter_map(|member| member.take_waker())
            .collect();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Shared {
    /// Whether a call goes through the queue now.
    #[inline]
    pub(crate) fn combines(&self, plan: &Plan, job: &dyn Job, shape: Option<Shape>) -> bool {
        if !plan.by_key || plan.transaction {
            return false;
        }
        let flushes = plan.access == Access::Write && self.flushes_each_commit();
        let crowd = self.combiner.crowd.is_there() && self.options.on_the_spot;
        (flushes || crowd)
            && self.options.combine
            && (self.facts.wal || self.facts.single)
            && self.costs.is_short(plan, shape)
            && job.shares()
    }

    /// Whether every write of the queue is for an executor thread.
    fn leads_on_threads(&self) -> bool {
        !self.options.on_the_spot || self.flushes_each_commit()
    }

    fn flushes_each_commit(&self) -> bool {
        !self.facts.single && self.options.durability == Durability::Full
    }
}

/// Runs a call through the queue. Gives its work back where it is to run by itself.
pub(crate) async fn combine(
    shared: &Arc<Shared>,
    work: Work<dyn Job>,
    cx: &CallContext,
) -> std::result::Result<Result<Box<dyn Job>>, Work<dyn Job>> {
    let writes = work.plan.access == Access::Write;
    let call = Call {
        shared,
        member: Arc::new(Member::new(work, *cx)),
    };
    shared.combiner.lock().queue.push_back(Arc::clone(&call.member));
    let ended = match cx.deadline {
        None => call.run(writes, cx).await,
        Some(deadline) => match until(deadline, call.run(writes, cx)).await {
            Some(ended) => ended,
            None => match shared.combiner.leave(&call.member) {
                Some(_) => return Ok(Err(late())),
                None => poll_fn(|task| call.member.poll(task)).await,
            },
        },
    };
    match ended {
        Ended::Over(result) => Ok(result),
        Ended::Alone(work) => Err(work),
    }
}

/// Waiting for the writing connection.
type Line<'a> = BoxFuture<'a, Result<Lease>>;

/// A call in the queue. Dropped, it leaves the queue; work that is under way goes on.
struct Call<'a> {
    shared: &'a Arc<Shared>,
    member: Arc<Member>,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.member.is_waiting() {
            drop(self.shared.combiner.leave(&self.member));
        }
    }
}

impl Call<'_> {
    async fn run(&self, writes: bool, cx: &CallContext) -> Ended {
        if self.shared.combiner.crowd.is_there() {
            // So that what they have to do is in the queue, too.
            fairness::let_others_go_first().await;
        }
        let mut line = None;
        loop {
            match poll_fn(|task| self.poll(task, writes, cx, &mut line)).await {
                Some(ended) => return ended,
                None => fairness::yield_if_spent().await,
            }
        }
    }

    /// What came of the call, or none when this thread has done enough.
    fn poll<'l>(
        &'l self,
        task: &mut Context<'_>,
        writes: bool,
        cx: &'l CallContext,
        line: &mut Option<Line<'l>>,
    ) -> Poll<Option<Ended>> {
        loop {
            if let Poll::Ready(ended) = self.member.poll(task) {
                return Poll::Ready(Some(ended));
            }
            let (lead, lease) = if let Some(waiting) = line {
                let Poll::Ready(entered) = waiting.as_mut().poll(task) else {
                    return Poll::Pending;
                };
                *line = None;
                match entered {
                    Ok(lease) => (Lead::new(self.shared), lease),
                    Err(error) => {
                        return match self.shared.combiner.leave(&self.member) {
                            Some(_) => Poll::Ready(Some(Ended::Over(Err(error)))),
                            None => self.member.poll(task).map(Some),
                        };
                    }
                }
            } else {
                let Some(lead) = Lead::try_new(self.shared) else {
                    return Poll::Pending;
                };
                match self.shared.try_lease(Kind::Writer) {
                    Some(lease) => (lead, lease),
                    None if writes => {
                        // A transaction has the connection: everybody takes a place in line, and whoever gets it first
                        // leads.
                        drop(lead);
                        *line = Some(Box::pin(self.shared.lease(Kind::Writer, cx)));
                        continue;
                    }
                    None => {
                        // Readers need not wait for whoever writes.
                        drop(lead);
                        return match self.shared.combiner.leave(&self.member) {
                            Some(work) => Poll::Ready(Some(Ended::Alone(work))),
                            None => self.member.poll(task).map(Some),
                        };
                    }
                }
            };
            // Its own result needs no waking.
            drop(self.member.take_waker());
            run_queue(lead, lease);
            if let Poll::Ready(ended) = self.member.poll(task) {
                return Poll::Ready(Some(ended));
            }
            if !fairness::within_budget() {
                return Poll::Ready(None);
            }
        }
    }
}
