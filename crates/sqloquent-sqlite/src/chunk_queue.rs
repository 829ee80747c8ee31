//! Chunks of rows on their way from the thread that steps to the task that reads.

use std::{
    any::Any,
    collections::VecDeque,
    future::poll_fn,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
    time::{Duration, Instant},
};

use sqloquent_core::{Error, Result};

pub(crate) type Chunk = Box<dyn Any + Send>;

/// How many chunks may wait for the reader.
const LENGTH: usize = 2;

#[derive(Default)]
struct State {
    chunks: VecDeque<Result<Chunk>>,
    ended: bool,
    left: bool,
    hurry: bool,
    waker: Option<Waker>,
}

/// A bounded queue: full, it holds the stepping thread back, unless somebody else needs its connection.
#[derive(Default)]
pub(crate) struct ChunkQueue {
    state: Mutex<State>,
    room: Condvar,
}

impl ChunkQueue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a chunk over, waiting for room until the deadline. False when nobody will read it, or time is up.
    pub(crate) fn push(&self, chunk: Result<Chunk>, deadline: Option<Instant>) -> bool {
        let mut state = self.lock();
        while state.chunks.len() >= LENGTH && !state.left && !state.hurry {
            let time = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => Duration::MAX,
            };
            if time.is_zero() {
                return false;
            }
            state = match deadline {
                Some(_) => {
                    self.room
                        .wait_timeout(state, time)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
                None => self.room.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
        if state.left {
            return false;
        }
        state.chunks.push_back(chunk);
        wake(state);
        true
    }

    /// Adds a last word regardless of room.
    pub(crate) fn end(&self, error: Option<Error>) {
        let mut state = self.lock();
        if let Some(error) = error.filter(|_| !state.left) {
            state.chunks.push_back(Err(error));
        }
        state.ended = true;
        wake(state);
    }

    /// The next chunk, none at the end.
    pub(crate) async fn next(&self) -> Result<Option<Chunk>> {
        poll_fn(|cx| {
            let mut state = self.lock();
            match state.chunks.pop_front() {
                Some(chunk) => {
                    self.room.notify_one();
                    Poll::Ready(chunk.map(Some))
                }
                None if state.ended => Poll::Ready(Ok(None)),
                None => {
                    state.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// The reader is gone.
    pub(crate) fn leave(&self) {
        let mut state = self.lock();
        state.left = true;
        let chunks = std::mem::take(&mut state.chunks);
        drop(state);
        self.room.notify_one();
        drop(chunks);
    }

    /// The rows are not to be had any more: the reader gets an error next.
    pub(crate) fn break_off(&self, error: Error) {
        let mut state = self.lock();
        if state.ended || state.left {
            return;
        }
        state.left = true;
        let chunks = std::mem::take(&mut state.chunks);
        state.chunks.push_back(Err(error));
        self.room.notify_one();
        wake(state);
        drop(chunks);
    }

    /// Somebody else needs the connection: what is left of the rows is collected without waiting for the reader.
    pub(crate) fn hurry(&self) {
        self.lock().hurry = true;
        self.room.notify_one();
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}
