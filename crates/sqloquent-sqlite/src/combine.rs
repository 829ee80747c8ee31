//! Short calls of many tasks, run together on one connection in one transaction.
//!
//! SQLite takes locks of the process and of the file for every transaction, empties the caches of the other connections
//! at every commit, and, where the log is flushed, waits for the disk once for each. So when many tasks call at once,
//! it is quicker to let one of them run the calls of all than to let each take a connection: calls queue up, and
//! whoever gets the writing connection first runs what is queued in one transaction, hands out the results, and looks
//! into the queue again. What is queued must be a single statement that [can share](Job::shares) a transaction, and one
//! that fires triggers leaves it to run by itself. If one that writes fails, or the commit does, the transaction is
//! rolled back and begun anew without it, so that nobody sees anything but what it would have seen alone. Nobody is told
//! of a result before it is committed.
//!
//! This is done when calls have been seen to meet ([`Crowd`]), and for commits that wait for the disk (group commit).

mod call;
mod crowd;
mod lead;
mod member;
mod programs;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

use sqloquent_core::{Access, Job, Plan};

use crate::{costs::Shape, options::Durability, shared::Shared, work::Work};

pub(crate) use call::combine;
use crowd::Crowd;
use lead::{Batch, is_leading};
use member::Member;

/// The queue, and when to use it.
#[derive(Default)]
pub(crate) struct Combiner {
    state: Mutex<State>,
    pub(crate) crowd: Crowd,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Arc<Member>>,
    /// The lead under which the queue is run; whoever has it looks into the queue once more.
    led: Option<Led>,
    last_lead: u64,
}

#[derive(Clone, Copy)]
struct Led {
    number: u64,
    /// Whether it is on an executor thread, where it may take as long as the disk does.
    on_thread: bool,
}

impl State {
    fn next_lead(&mut self) -> u64 {
        self.last_lead += 1;
        self.led = Some(Led {
            number: self.last_lead,
            on_thread: false,
        });
        self.last_lead
    }

    /// What wakes those in the queue who look after themselves from now on.
    fn take_wakers(&self) -> Vec<Waker> {
        self.queue
            .iter()
            .filter_map(|member| member.take_waker())
            .collect()
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

    /// Puts calls back that did not begin, in front.
    fn put_back(&self, members: impl DoubleEndedIterator<Item = Arc<Member>>) {
        let mut state = self.lock();
        members.rev().for_each(|member| state.queue.push_front(member));
    }

    /// Whether one of the next calls writes.
    fn writes_next(&self, most: usize) -> bool {
        self.lock().queue.iter().take(most).any(|member| member.writes)
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

/// Who leads when one wants to.
enum Leader {
    Oneself(Lead),
    Another { on_thread: bool },
}

impl Lead {
    /// Takes the lead, if nobody has it.
    fn try_new(shared: &Arc<Shared>) -> Leader {
        let mut state = shared.combiner.lock();
        if let Some(led) = state.led {
            return Leader::Another {
                on_thread: led.on_thread,
            };
        }
        let number = state.next_lead();
        drop(state);
        Leader::Oneself(Self {
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

    /// Notes that it goes on on an executor thread. Those in the queue may not want to wait for that.
    fn goes_to_thread(&self) {
        let mut state = self.shared.combiner.lock();
        if let Some(led) = state.led.as_mut().filter(|led| led.number == self.number) {
            led.on_thread = true;
            let wakers = state.take_wakers();
            drop(state);
            wakers.into_iter().for_each(Waker::wake);
        }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        let mut state = self.shared.combiner.lock();
        if state.led.is_none_or(|led| led.number != self.number) {
            return;
        }
        state.led = None;
        let wakers = state.take_wakers();
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
        let writes = plan.access == Access::Write;
        let flushes = writes && self.flushes_each_commit();
        // Readers need not wait for the disk.
        let crowd = self.combiner.crowd.is_there()
            && self.options.on_the_spot
            && (writes || self.facts.single || self.writes_are_short());
        (flushes || crowd)
            && self.options.combine
            && (self.facts.wal || self.facts.single)
            && self.costs.is_short(plan, shape)
            && job.shares()
            && !is_leading()
    }

    /// Whether every write of the queue is for an executor thread.
    fn leads_on_threads(&self) -> bool {
        !self.options.on_the_spot || self.flushes_each_commit()
    }

    fn flushes_each_commit(&self) -> bool {
        !self.facts.single && self.options.durability == Durability::Full
    }
}
