//! Keeping calls that run on the caller's thread from starving the other tasks of that thread.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// What a thread may spend on the spot before it must yield: half of the millisecond by which timers may be late, since
/// what runs last may take a while beyond it. Yielding is not cheap: a runtime of several threads may wake another. So
/// where another sleeps, a thread may spend it twice.
pub(crate) const BUDGET: Duration = Duration::from_micros(400);

thread_local! {
    static SPENT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    /// Whether it was asked already if this thread may spend its budget twice.
    static ASKED: Cell<bool> = const { Cell::new(false) };
    static ROUND: Cell<Round> = Cell::new(Round {
        thread: THREADS.fetch_add(1, Relaxed),
        budgets: 0,
    });
}

static THREADS: AtomicU64 = AtomicU64::new(0);

/// How many budgets a thread has had.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Round {
    thread: u64,
    budgets: u64,
}

/// Whether this thread may run something on the spot without yielding first.
#[inline]
pub(crate) fn within_budget() -> bool {
    SPENT.get() < BUDGET || may_spend_it_twice()
}

/// Gives this thread its budget once more before it yields where another thread of the runtime sleeps: that one sees to
/// timers, and runs whatever becomes ready. Only what waits within the same task, and the task that this one woke last,
/// wait for a yield, which is dear just then: it wakes the sleeping thread.
#[cold]
fn may_spend_it_twice() -> bool {
    let may = !ASKED.replace(true) && another_thread_sleeps();
    if may {
        SPENT.set(Duration::ZERO);
    }
    may
}

/// Gives this thread a budget.
fn begin_budget() {
    SPENT.set(Duration::ZERO);
    ASKED.set(false);
}

/// Whether a worker of tokio's sleeps that would take over what this thread does not get to.
#[cfg(all(feature = "tokio", target_has_atomic = "64"))]
fn another_thread_sleeps() -> bool {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return false;
    };
    let metrics = runtime.metrics();
    // The count goes up when a worker goes to sleep and again when it wakes; this one is awake.
    (0..metrics.num_workers()).any(|worker| metrics.worker_park_unpark_count(worker) % 2 == 1)
}

#[cfg(not(all(feature = "tokio", target_has_atomic = "64")))]
fn another_thread_sleeps() -> bool {
    false
}

/// As if this thread had worked for long.
#[cfg(test)]
pub(crate) fn use_up_the_budget() {
    ASKED.set(true);
    SPENT.set(BUDGET);
}

/// A clock of one piece of work.
pub(crate) struct Watch {
    began: Instant,
    /// What it showed when it was stopped: looking at it once more would cost as much as decoding a column.
    stopped: Cell<Option<Duration>>,
}

impl Watch {
    pub(crate) fn start() -> Self {
        Self {
            began: Instant::now(),
            stopped: Cell::new(None),
        }
    }

    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// Stops the clock, because what is left to do takes no time worth counting.
    pub(crate) fn stop(&self) -> Duration {
        let elapsed = self.began.elapsed();
        self.stopped.set(Some(elapsed));
        elapsed
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// The clock of one piece of work on the spot; its time counts from `start` until it is dropped.
pub(crate) struct OnTheSpot(Watch);

impl OnTheSpot {
    pub(crate) fn start() -> Self {
        Self(Watch::start())
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.0
    }
}

impl Drop for OnTheSpot {
    fn drop(&mut self) {
        let watch = &self.0;
        let elapsed = watch.stopped.get().unwrap_or_else(|| watch.began.elapsed());
        SPENT.set(SPENT.get() + elapsed);
    }
}

/// Lets the other tasks of this thread run if its budget is used up. The first task that comes back gets a new one; those
/// that yielded with it may do one thing each before they yield again. If each got a budget of its own, many tasks
/// would keep the thread from its timers for as many budgets.
pub(crate) async fn yield_if_spent() {
    if within_budget() {
        return;
    }
    let before = ROUND.get();
    yield_now().await;
    let mut now = ROUND.get();
    // A task that a runtime moved to another thread knows nothing of that thread's budget.
    if now == before || now.thread != before.thread {
        now.budgets += 1;
        ROUND.set(now);
        begin_budget();
    }
}

/// Lets the tasks of this thread that can run do so before this one goes on.
pub(crate) async fn let_others_go_first() {
    if within_budget() {
        go_to_the_end().await;
    } else {
        yield_if_spent().await;
    }
}

async fn yield_now() {
    #[cfg(feature = "tokio")]
    if tokio::runtime::Handle::try_current().is_ok() {
        return tokio::task::yield_now().await;
    }
    go_to_the_end().await;
}

async fn go_to_the_end() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use std::{
        pin::Pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    fn poll(task: &mut Pin<Box<impl Future<Output = ()>>>) -> Poll<()> {
        task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn of_the_tasks_that_yield_together_one_gets_the_new_budget() {
        for _ in 0..3 {
            use_up_the_budget();
            let mut tasks: Vec<_> = (0..3).map(|_| Box::pin(yield_if_spent())).collect();
            for task in &mut tasks {
                assert_eq!(poll(task), Poll::Pending);
            }
            assert_eq!(poll(&mut tasks[0]), Poll::Ready(()));
            assert!(within_budget());
            SPENT.set(BUDGET);
            for task in &mut tasks[1..] {
                assert_eq!(poll(task), Poll::Ready(()), "it may do one thing");
                assert!(!within_budget(), "and yields again before the next");
            }
        }
    }

    #[test]
    fn a_task_that_comes_back_on_another_thread_begins_a_budget_there() {
        SPENT.set(BUDGET);
        let mut task = Box::pin(yield_if_spent());
        assert_eq!(poll(&mut task), Poll::Pending);
        std::thread::spawn(move || {
            SPENT.set(BUDGET);
            assert_eq!(poll(&mut task), Poll::Ready(()));
            assert!(within_budget());
        })
        .join()
        .unwrap();
        assert!(!within_budget());
    }

    #[cfg(all(feature = "tokio", target_has_atomic = "64"))]
    #[test]
    fn a_thread_may_spend_its_budget_twice_while_another_of_its_runtime_sleeps() {
        use tokio::runtime::Builder;

        let two = Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let task = two.spawn(async {
            // Nothing wakes the other any more once it sleeps.
            while !another_thread_sleeps() {
                std::thread::yield_now();
            }
            begin_budget();
            SPENT.set(BUDGET);
            assert!(within_budget());
            SPENT.set(BUDGET);
            assert!(!within_budget(), "not three times");
            begin_budget();
            SPENT.set(BUDGET);
            assert!(within_budget());
        });
        two.block_on(task).unwrap();
        let one = Builder::new_current_thread().build().unwrap();
        one.block_on(async {
            begin_budget();
            SPENT.set(BUDGET);
            assert!(!within_budget());
        });
    }

    #[test]
    fn who_is_within_the_budget_does_not_yield() {
        SPENT.set(Duration::ZERO);
        assert_eq!(poll(&mut Box::pin(yield_if_spent())), Poll::Ready(()));
    }
}
