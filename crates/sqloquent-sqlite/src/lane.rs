//! A fair queue for connections of one kind.

use std::{
    panic::Location,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use sqloquent_core::{Error, ErrorKind};
use tokio::sync::Semaphore;

use crate::{
    connection::Connection,
    shared::{Counter, Counters},
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

/// So many places, handed out first come, first served, and the connections that lie ready.
pub(crate) struct Lane {
    places: Semaphore,
    size: usize,
    what: &'static str,
    idle: Mutex<Idle>,
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
            idle: Mutex::default(),
            holders: Mutex::default(),
            last_id: AtomicU64::new(0),
            last_number: AtomicU64::new(0),
        }
    }

    /// Takes a place and an open connection, if both are there at once.
    pub(crate) fn try_take_open(&self) -> Option<Box<Connection>> {
        if !self.try_enter() {
            return None;
        }
        let connection = self.take_idle();
        if connection.is_none() {
            self.leave(0);
        }
        connection
    }

    /// Takes a place if one is free and nobody waits.
    pub(crate) fn try_enter(&self) -> bool {
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
        struct Waiting<'a>(&'a Counter);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.subtract();
            }
        }
        counters.waiting.add();
        let _waiting = Waiting(&counters.waiting);
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
        if holder != 0 {
            lock(&self.holders).retain(|h| h.id != holder);
        }
        self.places.add_permits(1);
    }

    pub(crate) fn take_idle(&self) -> Option<Box<Connection>> {
        lock(&self.idle).pop()
    }

    pub(crate) fn put(&self, connection: Box<Connection>) {
        lock(&self.idle).push(connection);
    }

    /// Keeps the connection if no other lies ready, or else closes it.
    pub(crate) fn put_one(&self, connection: Box<Connection>) {
        let mut idle = lock(&self.idle);
        if idle.is_empty() {
            idle.push(connection);
        } else {
            drop(idle);
            drop(connection);
        }
    }

    pub(crate) fn take_all_idle(&self) -> Idle {
        std::mem::take(&mut *lock(&self.idle))
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.last_number.fetch_add(1, Relaxed) + 1
    }

    pub(crate) fn in_use(&self) -> usize {
        self.size.saturating_sub(self.places.available_permits())
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Nobody gets a place any more.
    pub(crate) fn close(&self) {
        self.places.close();
    }
}
