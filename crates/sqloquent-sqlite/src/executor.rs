//! The threads that run what is not run on the caller's.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
};

struct Task {
    run: Box<dyn FnOnce() + Send>,
    /// Whether it has nothing to do with what the other threads work on.
    aside: bool,
}

#[derive(Default)]
struct State {
    tasks: VecDeque<Task>,
    threads: usize,
    /// Those that wait, the one whose caches are warmest on top: who did something aside stays below.
    idle: Vec<Thread>,
    shut: bool,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.lock();
        let mut aside = false;
        loop {
            if let Some(task) = state.tasks.pop_front() {
                drop(state);
                aside = task.aside;
                // Tasks catch panics of foreign code themselves; this keeps the thread whatever happens.
                let _ = catch_unwind(AssertUnwindSafe(task.run));
                state = self.lock();
            } else if state.shut {
                state.threads -= 1;
                return;
            } else {
                let own = thread::current();
                let id = own.id();
                let place = if aside { 0 } else { state.idle.len() };
                state.idle.insert(place, own);
                drop(state);
                thread::park();
                state = self.lock();
                // It may have woken by itself.
                state.idle.retain(|thread| thread.id() != id);
            }
        }
    }
}

/// A queue of tasks and up to `max` threads that serve it, started when there is work for them.
pub(crate) struct Executor {
    queue: Arc<Queue>,
    max: usize,
}

impl Executor {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            queue: Arc::default(),
            max,
        }
    }

    /// Runs a task soon. When no thread can be started the task is dropped, which its sender notices.
    pub(crate) fn submit(&self, task: impl FnOnce() + Send + 'static) {
        let run = Box::new(task);
        self.add(Task { run, aside: false });
    }

    /// The same, on the thread that was idle for longest: for what has little in common with the other work.
    pub(crate) fn submit_aside(&self, task: impl FnOnce() + Send + 'static) {
        let run = Box::new(task);
        self.add(Task { run, aside: true });
    }

    fn add(&self, task: Task) {
        let mut state = self.queue.lock();
        let aside = task.aside;
        state.tasks.push_back(task);
        let idle = if aside && !state.idle.is_empty() {
            Some(state.idle.remove(0))
        } else {
            state.idle.pop()
        };
        if idle.is_none() && state.threads < self.max {
            state.threads += 1;
            let queue = Arc::clone(&self.queue);
            let started = thread::Builder::new()
                .name("sqloquent-sqlite".into())
                .spawn(move || queue.serve());
            if started.is_err() {
                state.threads -= 1;
                if state.threads == 0 {
                    let lost = std::mem::take(&mut state.tasks);
                    drop(state);
                    drop(lost);
                    return;
                }
            }
        }
        drop(state);
        if let Some(thread) = idle {
            thread.unpark();
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.shut = true;
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        idle.iter().for_each(Thread::unpark);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use std::{
        sync::mpsc,
        thread::{self, ThreadId},
    };

    use super::{Executor, State};

    fn until_idle(executor: &Executor, idle: impl Fn(&State) -> bool) {
        while !idle(&executor.queue.lock()) {
            thread::yield_now();
        }
    }

    fn run(executor: &Executor, aside: bool) -> ThreadId {
        let (sender, receiver) = mpsc::channel();
        let task = move || sender.send(thread::current().id()).unwrap();
        if aside {
            executor.submit_aside(task);
        } else {
            executor.submit(task);
        }
        let ran = receiver.recv().unwrap();
        until_idle(executor, |state| state.idle.len() == state.threads);
        ran
    }

    #[test]
    fn the_thread_that_worked_last_works_next_and_another_works_aside() {
        let executor = Executor::new(3);
        let first = run(&executor, false);
        assert_eq!(run(&executor, false), first);
        // Two at once, so that there is a second.
        let (sender, receiver) = mpsc::channel::<()>();
        let (begun, busy) = mpsc::channel();
        executor.submit(move || {
            begun.send(thread::current().id()).unwrap();
            receiver.recv().unwrap();
        });
        let busy = busy.recv().unwrap();
        assert_ne!(run_beside(&executor), busy);
        sender.send(()).unwrap();
        until_idle(&executor, |state| state.idle.len() == 2);
        let warm = run(&executor, false);
        for _ in 0..5 {
            assert_ne!(run(&executor, true), warm);
            assert_eq!(run(&executor, false), warm);
        }
        assert_eq!(executor.queue.lock().threads, 2);
    }

    fn run_beside(executor: &Executor) -> ThreadId {
        let (sender, receiver) = mpsc::channel();
        executor.submit(move || sender.send(thread::current().id()).unwrap());
        receiver.recv().unwrap()
    }

    #[test]
    fn what_is_queued_runs_though_nobody_submits_any_more() {
        let executor = Executor::new(2);
        let (sender, receiver) = mpsc::channel();
        for n in 0..100 {
            let sender = sender.clone();
            executor.submit(move || sender.send(n).unwrap());
        }
        drop((executor, sender));
        assert_eq!(receiver.iter().count(), 100);
    }
}
