//! The threads that run what is not run on the caller's.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

type Task = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    tasks: VecDeque<Task>,
    threads: usize,
    idle: usize,
    shut: bool,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.lock();
        loop {
            if let Some(task) = state.tasks.pop_front() {
                drop(state);
                // Tasks catch panics of foreign code themselves; this keeps the thread whatever happens.
                let _ = catch_unwind(AssertUnwindSafe(task));
                state = self.lock();
            } else if state.shut {
                state.threads -= 1;
                return;
            } else {
                state.idle += 1;
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
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
        let mut state = self.queue.lock();
        state.tasks.push_back(Box::new(task));
        if state.tasks.len() > state.idle && state.threads < self.max {
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
        let any_idle = state.idle > 0;
        drop(state);
        if any_idle {
            self.queue.wake.notify_one();
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.queue.lock().shut = true;
        self.queue.wake.notify_all();
    }
}
