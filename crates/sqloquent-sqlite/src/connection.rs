//! A connection with what is needed to stop it from outside.

use std::{
    cell::Cell,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use rusqlite::InterruptHandle;
use sqloquent_core::Result;

use crate::{
    counters::{Counters, Tally},
    error_map,
    native::Database,
};

/// How many steps of SQLite's machine pass between two looks at the flag and the clock: well below a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 4_000;

const NO_DEADLINE: u64 = u64::MAX;

/// Stops statements of one connection from any thread.
pub(crate) struct Interrupter {
    handle: InterruptHandle,
    stop: Arc<Stop>,
}

struct Stop {
    asked: AtomicBool,
    deadline: AtomicU64,
}

impl Interrupter {
    /// Stops what runs. Callers make sure that it is theirs.
    pub(crate) fn interrupt(&self) {
        self.stop.asked.store(true, Relaxed);
        self.handle.interrupt();
    }

    /// Forgets interrupts and the deadline.
    pub(crate) fn clear(&self) {
        self.stop.asked.store(false, Relaxed);
        self.stop.deadline.store(NO_DEADLINE, Relaxed);
    }

    /// Has statements stop by themselves when the time comes.
    pub(crate) fn set_deadline(&self, deadline: Option<Instant>) {
        self.stop
            .deadline
            .store(deadline.map_or(NO_DEADLINE, micros), Relaxed);
    }

    /// Whether the deadline that was set has passed.
    pub(crate) fn is_late(&self) -> bool {
        self.stop.is_late()
    }

    /// Stops the statement that this very thread stands in.
    pub(crate) fn break_off(&self) {
        self.handle.interrupt();
    }
}

impl Stop {
    fn is_late(&self) -> bool {
        let deadline = self.deadline.load(Relaxed);
        deadline != NO_DEADLINE && micros(Instant::now()) >= deadline
    }

    fn wanted(&self) -> bool {
        self.asked.load(Relaxed) || self.is_late()
    }
}

/// Microseconds since the first use of this clock.
fn micros(at: Instant) -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = *START.get_or_init(Instant::now);
    u64::try_from(at.saturating_duration_since(start).as_micros()).unwrap_or(NO_DEADLINE - 1)
}

/// One connection to the database, in use by at most one job at a time.
pub(crate) struct Connection {
    pub(crate) database: Database,
    pub(crate) name: String,
    pub(crate) interrupter: Arc<Interrupter>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) tally: Arc<Tally>,
    /// Whether what runs is tried on the caller's thread, and begins again elsewhere if it takes too long.
    pub(crate) on_trial: Cell<bool>,
    /// How many changes of rows were taken into account for checkpoints.
    pub(crate) changes_seen: Cell<u64>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.counters.close(&self.tally);
    }
}

impl Connection {
    /// Takes over a connection that has been set up.
    pub(crate) fn new(
        mut raw: rusqlite::Connection,
        name: String,
        statements: usize,
        counters: &Arc<Counters>,
    ) -> Result<Self> {
        let stop = Arc::new(Stop {
            asked: AtomicBool::new(false),
            deadline: AtomicU64::new(NO_DEADLINE),
        });
        let seen = Arc::clone(&stop);
        install(&mut raw, move || seen.wanted())?;
        let interrupter = Arc::new(Interrupter {
            handle: raw.get_interrupt_handle(),
            stop,
        });
        Ok(Self {
            database: Database::new(raw, statements),
            name,
            interrupter,
            tally: counters.open(),
            counters: Arc::clone(counters),
            on_trial: Cell::new(false),
            changes_seen: Cell::new(0),
        })
    }

    /// Whether no transaction is open.
    pub(crate) fn is_autocommit(&self) -> bool {
        self.raw().is_autocommit()
    }

    /// The connection of rusqlite.
    pub(crate) fn raw(&self) -> &rusqlite::Connection {
        self.database.raw()
    }

    /// Runs a statement of the driver's own.
    pub(crate) fn execute(&self, sql: &'static str) -> rusqlite::Result<()> {
        self.database.execute(sql)
    }

    /// Ends an open transaction without its changes. True when there was one.
    pub(crate) fn roll_back(&self) -> bool {
        if self.is_autocommit() {
            return false;
        }
        // A second attempt is for an interrupt that was meant for the statement before.
        if self.execute("ROLLBACK").is_err() && !self.is_autocommit() {
            let _ = self.execute("ROLLBACK");
        }
        true
    }
}

fn install(raw: &mut rusqlite::Connection, wanted: impl FnMut() -> bool + Send + 'static) -> Result<()> {
    raw.progress_handler(STEPS_BETWEEN_LOOKS, Some(wanted))
        .map_err(error_map::from_engine)
}
