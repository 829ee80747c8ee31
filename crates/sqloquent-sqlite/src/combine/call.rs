//! Waiting in the queue.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use futures_timer::Delay;
use sqloquent_core::{BoxFuture, CallContext, Job, Result};

use super::{
    Lead, Leader,
    lead::run_queue,
    member::{Ended, Member},
};
use crate::{
    fairness,
    hand_over::late,
    lease::{Kind, Lease},
    shared::Shared,
    timer::until,
    work::Work,
};

/// Runs a call through the queue. Gives its work back where it is to run by itself.
pub(crate) async fn combine(
    shared: &Arc<Shared>,
    work: Work<dyn Job>,
    cx: &CallContext,
) -> std::result::Result<Result<Box<dyn Job>>, Work<dyn Job>> {
    let call = Call {
        shared,
        member: Arc::new(Member::new(work, *cx)),
        asked: Instant::now(),
    };
    shared.combiner.lock().queue.push_back(Arc::clone(&call.member));
    let ended = match cx.deadline {
        None => call.run().await,
        Some(deadline) => match until(deadline, call.run()).await {
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

/// What a call waits for beside its result.
#[derive(Default)]
struct Waiting<'a> {
    /// The writing connection.
    line: Option<BoxFuture<'a, Result<Lease>>>,
    /// The end of the time that it may wait for a lead on another thread.
    limit: Option<Delay>,
}

/// A call in the queue. Dropped, it leaves the queue; work that is under way goes on.
struct Call<'a> {
    shared: &'a Arc<Shared>,
    member: Arc<Member>,
    asked: Instant,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.member.abandon() {
            drop(self.shared.combiner.leave(&self.member));
        }
    }
}

impl Call<'_> {
    async fn run(&self) -> Ended {
        if self.shared.combiner.crowd.is_there() {
            // So that what they have to do is in the queue, too.
            fairness::let_others_go_first().await;
        }
        let mut waiting = Waiting::default();
        loop {
            match poll_fn(|task| self.poll(task, &mut waiting)).await {
                Some(ended) => return ended,
                None => fairness::yield_if_spent().await,
            }
        }
    }

    /// What came of the call, or none when this thread has done enough.
    fn poll<'l>(&'l self, task: &mut Context<'_>, waiting: &mut Waiting<'l>) -> Poll<Option<Ended>> {
        loop {
            if let Poll::Ready(ended) = self.member.poll(task) {
                return Poll::Ready(Some(ended));
            }
            let (lead, lease) = if let Some(line) = &mut waiting.line {
                // The lane is fair: whoever gets the connection uses it, whatever this thread has done.
                let Poll::Ready(entered) = line.as_mut().poll(task) else {
                    return Poll::Pending;
                };
                waiting.line = None;
                self.member.stand_in_line(false);
                match entered {
                    Ok(lease) => (Lead::new(self.shared), lease),
                    Err(error) => return self.give_up(task, |_| Ended::Over(Err(error))),
                }
            } else if !fairness::within_budget() {
                return Poll::Ready(None);
            } else {
                match Lead::try_new(self.shared) {
                    Leader::Another { on_thread: false } => return Poll::Pending,
                    Leader::Another { on_thread: true } => return self.wait_for_thread(task, waiting),
                    Leader::Oneself(lead) => match self.shared.try_lease(Kind::Writer) {
                        Some(lease) => (lead, lease),
                        None if self.member.writes => {
                            // A transaction has the connection: everybody takes a place in line, and whoever gets it
                            // first leads.
                            self.member.stand_in_line(true);
                            drop(lead);
                            let lease = self.shared.lease_for_accepted(Kind::Writer, &self.member.cx);
                            waiting.line = Some(Box::pin(lease));
                            continue;
                        }
                        // Readers need not wait for whoever writes.
                        None => return self.give_up(task, Ended::Alone),
                    },
                }
            };
            // Its own result needs no waking.
            drop(self.member.take_waker());
            run_queue(lead, lease, &self.member.cx);
        }
    }

    /// Waits while a lead on an executor thread waits for the disk; readers do not.
    fn wait_for_thread(&self, task: &mut Context<'_>, waiting: &mut Waiting<'_>) -> Poll<Option<Ended>> {
        if !self.member.writes && !self.shared.facts.single {
            return self.give_up(task, Ended::Alone);
        }
        let limit = waiting.limit.get_or_insert_with(|| {
            let end = self.asked + self.shared.options.wait_timeout;
            Delay::new(end.saturating_duration_since(Instant::now()))
        });
        if Pin::new(limit).poll(task).is_pending() {
            return Poll::Pending;
        }
        self.shared.counters.timeouts.add();
        let error = self.shared.writer.timed_out(self.asked);
        self.give_up(task, |_| Ended::Over(Err(error)))
    }

    /// Leaves the queue, unless it is too late for that.
    fn give_up(&self, task: &Context<'_>, end: impl FnOnce(Work<dyn Job>) -> Ended) -> Poll<Option<Ended>> {
        match self.shared.combiner.leave(&self.member) {
            Some(work) => Poll::Ready(Some(end(work))),
            None => self.member.poll(task).map(Some),
        }
    }
}
