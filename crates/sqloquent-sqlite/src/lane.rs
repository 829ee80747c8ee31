//! A fair queue for connections of one kind.

use std::{
    panic::Location,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use sqloquent_core::{Error, ErrorKind};
use tokio::sync::Semaphore;

use crate::{
    connection::Connection,
    counters::{Counter, Counters},
    timer::until,
};

struct Holder {
    id: u64,
    caller: &'static Location<'static>,
    since: Instant,
}

/// How waiting ended.
pub(crate) enum Wait {
    Entered,
    Closed,
    TimedOut(Error),
}

/// Connections that lie ready. Boxed, since each job takes one and puts it back, and they are large.
type Idle = Vec<Box<Connection>>;

/// Connections that nobody uses.
#[derive(Default)]
struct Ready {
    /// Those that kept their place, so that who comes next takes both with one look. None while somebody waits.
    with_place: Idle,
    without: Idle,
}

/// So many places, handed out first come, first served, and the connections that lie ready.
pub(crate) struct Lane {
    /// The places that neither a lease nor a connection that lies ready has.
    places: Semaphore,
    size: usize,
    what: &'static str,
    ready: Mutex<Ready>,
    /// How many wait for a place.
    waiting: AtomicUsize,
    holders: Mutex<Vec<Holder>>,
    last_id: AtomicU64,
    last_number: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lane {
    pub(crate) fn new(size: usize, what: &'static str) -> Self {
        Self {
            places: Semaphore::new(size),
            size,
            what,
            ready: Mutex::default(),
            waiting: AtomicUsize::new(0),
            holders: Mutex::default(),
            last_id: AtomicU64::new(0),
            last_number: AtomicU64::new(0),
        }
    }

    /// Takes a place and an open connection, if both are there at once.
    pub(crate) fn try_take_open(&self) -> Option<Box<Connection>> {
        let mut ready = lock(&self.ready);
        if let Some(connection) = ready.with_place.pop() {
            return Some(connection);
        }
        if ready.without.is_empty() || !self.try_acquire() {
            return None;
        }
        ready.without.pop()
    }

    /// Takes a place if one is free and nobody waits.
    pub(crate) fn try_enter(&self) -> bool {
        let mut ready = lock(&self.ready);
        if let Some(connection) = ready.with_place.pop() {
            ready.without.push(connection);
            return true;
        }
        drop(ready);
        self.try_acquire()
    }

    fn try_acquire(&self) -> bool {
        match self.places.try_acquire() {
            Ok(permit) => {
                permit.forget();
                true
            }
            Err(_) => false,
        }
    }

    /// Takes a place, waiting in line for it.
    pub(crate) async fn enter(
        &self,
        counters: &Counters,
        limit: Duration,
        deadline: Option<Instant>,
    ) -> Wait {
        struct Waiting<'a>(&'a Counter, &'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.subtract();
                self.1.fetch_sub(1, Relaxed);
            }
        }
        counters.waiting.add();
        // Before the look at what lies ready, so that who gives a connection back after that look knows of it.
        self.waiting.fetch_add(1, Relaxed);
        let _waiting = Waiting(&counters.waiting, &self.waiting);
        self.free_places();
        let asked = Instant::now();
        let end = deadline.map_or(asked + limit, |d| d.min(asked + limit));
        match until(end, self.places.acquire()).await {
            Some(Ok(permit)) => {
                permit.forget();
                Wait::Entered
            }
            Some(Err(_)) => Wait::Closed,
            None => Wait::TimedOut(self.timed_out(asked)),
        }
    }

    #[cold]
    pub(crate) fn timed_out(&self, asked: Instant) -> Error {
        let now = Instant::now();
        let holders: Vec<String> = lock(&self.holders)
            .iter()
            .map(|h| {
                format!(
                    "{} (for {:.1} s)",
                    h.caller,
                    now.duration_since(h.since).as_secs_f64()
                )
            })
            .collect();
        let held = if holders.is_empty() {
            "its holders changed meanwhile".to_owned()
        } else {
            format!("held by {}", holders.join(", "))
        };
        Error::new(
            ErrorKind::Timeout,
            format!(
                "waited {:.1} s for {}; {held}: end that transaction, cursor or acquired connection sooner, or raise the \
                 limit",
                now.duration_since(asked).as_secs_f64(),
                self.what
            ),
        )
    }

    /// Notes who holds a place. Gives the number to leave with.
    pub(crate) fn register(&self, caller: &'static Location<'static>) -> u64 {
        let id = self.last_id.fetch_add(1, Relaxed) + 1;
        lock(&self.holders).push(Holder {
            id,
            caller,
            since: Instant::now(),
        });
        id
    }

    /// Gives a place back.
    pub(crate) fn leave(&self, holder: u64) {
        self.deregister(holder);
        self.places.add_permits(1);
    }

    /// Gives a place and its connection back.
    pub(crate) fn leave_with(&self, connection: Box<Connection>, holder: u64) {
        self.deregister(holder);
        let mut ready = lock(&self.ready);
        if self.waiting.load(Relaxed) == 0 {
            ready.with_place.push(connection);
        } else {
            ready.without.push(connection);
            drop(ready);
            self.places.add_permits(1);
        }
    }

    fn deregister(&self, holder: u64) {
        if holder != 0 {
            lock(&self.holders).retain(|h| h.id != holder);
        }
    }

    /// Frees the places of connections that lie ready.
    fn free_places(&self) {
        let mut ready = lock(&self.ready);
        let Ready { with_place, without } = &mut *ready;
        let freed = with_place.len();
        without.append(with_place);
        drop(ready);
        self.places.add_permits(freed);
    }

    /// A connection that lies ready, for who has a place.
    pub(crate) fn take_idle(&self) -> Option<Box<Connection>> {
        lock(&self.ready).without.pop()
    }

    /// Keeps a connection that has no place.
    pub(crate) fn put(&self, connection: Box<Connection>) {
        lock(&self.ready).without.push(connection);
    }

    /// Keeps the connection if no other lies ready, or else closes it.
    pub(crate) fn put_one(&self, connection: Box<Connection>) {
        let mut ready = lock(&self.ready);
        if ready.without.is_empty() {
            ready.without.push(connection);
        } else {
            drop(ready);
            drop(connection);
        }
    }

    /// All connections, for who has all places.
    pub(crate) fn take_all_idle(&self) -> Idle {
        std::mem::take(&mut lock(&self.ready).without)
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.last_number.fetch_add(1, Relaxed) + 1
    }

    pub(crate) fn in_use(&self) -> usize {
        let free = self.places.available_permits() + lock(&self.ready).with_place.len();
        self.size.saturating_sub(free)
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Nobody gets a place any more.
    pub(crate) fn close(&self) {
        self.places.close();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use std::{
        pin::pin,
        sync::Arc,
        task::{Context, Poll, Waker},
    };

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn connection(counters: &Arc<Counters>) -> Box<Connection> {
        let raw = rusqlite::Connection::open_in_memory().unwrap();
        Box::new(Connection::new(raw, "test".to_owned(), 1, counters).unwrap())
    }

    fn lane_of_one() -> (Lane, Arc<Counters>) {
        let (lane, counters) = (Lane::new(1, "a connection"), Arc::default());
        lane.put(connection(&counters));
        (lane, counters)
    }

    #[test]
    fn one_who_takes_what_lies_ready_has_its_place_too() {
        let (lane, _) = lane_of_one();
        for _ in 0..3 {
            let taken = lane.try_take_open().unwrap();
            assert_eq!(lane.in_use(), 1);
            assert!(lane.try_take_open().is_none() && !lane.try_enter());
            lane.leave_with(taken, 0);
            assert_eq!(lane.in_use(), 0);
        }
        // A place by itself is that of the connection, which lies ready for who has it.
        assert!(lane.try_enter() && !lane.try_enter());
        assert_eq!(lane.in_use(), 1);
        assert!(lane.try_take_open().is_none());
        assert!(lane.take_idle().is_some());
        lane.leave(0);
        assert_eq!(lane.in_use(), 0);
    }

    #[test]
    fn who_waits_gets_what_is_given_back_and_nobody_before_it() {
        let (lane, counters) = lane_of_one();
        let taken = lane.try_take_open().unwrap();
        let mut waiting = pin!(lane.enter(&counters, LONG, None));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
        lane.leave_with(taken, 0);
        assert!(lane.try_take_open().is_none() && !lane.try_enter());
        assert!(matches!(
            waiting.as_mut().poll(&mut cx),
            Poll::Ready(Wait::Entered)
        ));
        assert!(lane.take_idle().is_some());
    }

    #[test]
    fn who_begins_to_wait_frees_the_places_of_what_lies_ready() {
        let (lane, counters) = lane_of_one();
        let taken = lane.try_take_open().unwrap();
        lane.leave_with(taken, 0);
        let mut waiting = pin!(lane.enter(&counters, LONG, None));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(
            waiting.as_mut().poll(&mut cx),
            Poll::Ready(Wait::Entered)
        ));
        assert_eq!((lane.in_use(), counters.waiting.get()), (1, 0));
        assert!(lane.take_idle().is_some());
    }

    #[test]
    fn one_who_no_longer_waits_leaves_the_place_to_others() {
        let (lane, counters) = lane_of_one();
        let taken = lane.try_take_open().unwrap();
        {
            let mut waiting = pin!(lane.enter(&counters, LONG, None));
            let mut cx = Context::from_waker(Waker::noop());
            assert!(waiting.as_mut().poll(&mut cx).is_pending());
            lane.leave_with(taken, 0);
        }
        let taken = lane.try_take_open().unwrap();
        lane.leave_with(taken, 0);
        assert!(lane.try_take_open().is_some());
    }
}
