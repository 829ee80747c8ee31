//! Moving the write-ahead log back into the database file, beside the work.
//!
//! Automatic checkpoints would run, and flush, within whichever commit crosses the threshold. They are off; instead
//! changed rows are counted, and past a threshold a passive checkpoint runs on an executor thread with a connection of
//! its own. It tells how many pages the log has, from which the next threshold is learnt. (SQLite's own hook would tell
//! at every commit, but has another signature in nearly every version of rusqlite that this crate supports.) Large
//! rows show in the size of the log, which is looked at now and then.
//!
//! The log begins anew only when a checkpoint has moved all of it before the next write, which never happens beside
//! one who writes without pause. So a log that has become long is finished by the next write: that one goes to an
//! executor thread, and moves what is left before it gives the writing connection back. So does one that finds much
//! written while a checkpoint is still under way.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::Read,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{AcqRel, Relaxed, Release},
        },
    },
};

use sqloquent_core::{Error, ErrorKind, Result};

use crate::{
    connection::Connection,
    error_map,
    lease::{Kind, Lease},
    open,
    options::Place,
    shared::Shared,
};

/// A checkpoint is to run about each time the log has grown by so many pages.
const PAGES: u64 = 1_000;

/// A log of more pages is to be finished, so that it begins anew.
const LONG: u64 = 4 * PAGES;

/// How many changed rows and commits are thought to fill so many pages, before anything is known.
const FIRST_THRESHOLD: u64 = 800;

/// The bounds of learnt thresholds.
const THRESHOLDS: (u64, u64) = (32, 100_000);

/// Growth of the log file that calls for a checkpoint however few rows were changed.
const GROWTH: u64 = 8 << 20;

/// A log of more bytes is to be cut off, not only written over.
const LARGE: u64 = 64 << 20;

/// How many writes pass between two looks at the size of the log file.
const WRITES_BETWEEN_LOOKS: u64 = 32;

/// What is known of the log.
#[derive(Default)]
pub(crate) struct Checkpoints {
    running: AtomicBool,
    /// Changed rows and writes since the last checkpoint.
    weight: AtomicU64,
    /// The weight at which the next one runs; 0 stands for `FIRST_THRESHOLD`.
    threshold: AtomicU64,
    writes: AtomicU64,
    /// The size of the log file after the last checkpoint.
    known_size: AtomicU64,
    flush_due: AtomicBool,
    finish_due: AtomicBool,
    log: Mutex<Log>,
}

/// The connection that runs the checkpoints, and the log as the last one left it.
#[derive(Default)]
struct Log {
    connection: Option<rusqlite::Connection>,
    /// How often the log had begun anew.
    generation: Option<u32>,
    pages: u64,
}

impl Checkpoints {
    /// Whether the next write waits for the disk: the first one after a completed checkpoint begins the log anew, and
    /// one that finds a long log finishes it.
    pub(crate) fn flush_is_due(&self) -> bool {
        self.flush_due.load(Relaxed) || self.finish_due.load(Relaxed)
    }

    fn threshold(&self) -> u64 {
        match self.threshold.load(Relaxed) {
            0 => FIRST_THRESHOLD,
            known => known,
        }
    }

    /// The weight at which a checkpoint that is still under way is waited for.
    fn behind(&self) -> u64 {
        self.threshold() * 4
    }

    /// Learns what weight fills `PAGES` from what so many new pages weighed. What is written now need not be like what
    /// was written then, so one lesson does not count for much.
    fn learn(&self, weight: u64, new_pages: u64) {
        let before = self.threshold();
        let seen = (weight * PAGES).checked_div(new_pages).unwrap_or(u64::MAX);
        let learnt = seen
            .clamp(before / 2, before * 2)
            .clamp(THRESHOLDS.0, THRESHOLDS.1);
        self.threshold.store(learnt, Relaxed);
    }
}

/// Called after work that may have written: starts a checkpoint when the log has become long.
#[inline]
pub(crate) fn after_work(lease: &Lease) {
    if lease.kind() != Kind::Writer {
        return;
    }
    if let Some(connection) = lease.opened() {
        let total = connection.raw().total_changes();
        let changed = total.saturating_sub(connection.changes_seen.replace(total));
        if changed > 0 && lease.shared().facts.wal {
            after_write(lease.shared(), changed);
        }
    }
}

fn after_write(shared: &Arc<Shared>, changed: u64) {
    let this = &shared.checkpoints;
    if this.flush_due.load(Relaxed) {
        this.flush_due.store(false, Relaxed);
    }
    let weight = this.weight.fetch_add(changed + 1, Relaxed) + changed + 1;
    let look = this.writes.fetch_add(1, Relaxed) % WRITES_BETWEEN_LOOKS == WRITES_BETWEEN_LOOKS - 1;
    let due = weight >= this.threshold()
        || (look && log_size(shared) >= this.known_size.load(Relaxed).saturating_add(GROWTH));
    if due && this.running.swap(true, AcqRel) {
        if weight >= this.behind() {
            this.finish_due.store(true, Relaxed);
        }
    } else if due {
        let shared_for_task = Arc::clone(shared);
        shared.executor.submit_aside(move || {
            let this = &shared_for_task.checkpoints;
            let mut log = this.log.lock().unwrap_or_else(PoisonError::into_inner);
            // One that fails is tried again when as much has been written once more.
            let _ = run(&shared_for_task, &mut log, "PASSIVE");
            drop(log);
            this.running.store(false, Release);
        });
    }
}

/// Whether the log has become so long that it is to be [finished](finish) now. Asked on an executor thread after work with
/// the writing connection.
pub(crate) fn finish_is_due(lease: &Lease) -> bool {
    let between_transactions = lease.opened().is_some_and(Connection::is_autocommit);
    lease.kind() == Kind::Writer
        && between_transactions
        && lease.shared().checkpoints.finish_due.load(Relaxed)
}

/// Finishes the log, while nobody else can write since the writing connection is taken.
pub(crate) fn finish(lease: &Lease) {
    let shared = lease.shared();
    let this = &shared.checkpoints;
    let log = if this.weight.load(Relaxed) >= this.behind() {
        // Checkpoints cannot keep up: writing waits for them.
        Some(this.log.lock().unwrap_or_else(PoisonError::into_inner))
    } else {
        // One that is under way may leave something: the next write looks again.
        this.log.try_lock().ok()
    };
    let Some(mut log) = log else {
        return;
    };
    this.finish_due.store(false, Relaxed);
    let mode = if log_size(shared) > LARGE {
        "TRUNCATE"
    } else {
        "PASSIVE"
    };
    // Somebody in the way is no harm: the next checkpoint tries again.
    let _ = run(shared, &mut log, mode);
}

fn log_path(shared: &Shared) -> Option<PathBuf> {
    let Place::File(path) = &shared.options.place else {
        return None;
    };
    let mut name = OsString::from(path);
    name.push("-wal");
    Some(PathBuf::from(name))
}

fn log_size(shared: &Shared) -> u64 {
    log_path(shared)
        .and_then(|path| fs::metadata(path).ok())
        .map_or(0, |meta| meta.len())
}

/// How often the log has begun anew, which its head says from the twelfth byte on.
fn generation(shared: &Shared) -> Option<u32> {
    let mut head = [0; 16];
    File::open(log_path(shared)?).ok()?.read_exact(&mut head).ok()?;
    let [.., a, b, c, d] = head;
    Some(u32::from_be_bytes([a, b, c, d]))
}

fn run(shared: &Arc<Shared>, log: &mut Log, mode: &str) -> Result<()> {
    let this = &shared.checkpoints;
    if shared.closed.load(Relaxed) {
        return Ok(());
    }
    let raw = match log.connection.take() {
        Some(raw) => raw,
        None => open::for_checkpoints(&shared.options)?,
    };
    let raw = log.connection.insert(raw);
    let weight = this.weight.swap(0, Relaxed);
    let (_, pages, moved) = checkpoint(raw, mode)?;
    shared.counters.checkpoints.add();
    let pages = u64::try_from(pages).unwrap_or(0);
    let generation = generation(shared);
    let known = if generation == log.generation {
        log.pages
    } else {
        0
    };
    this.learn(weight, pages.saturating_sub(known));
    (log.generation, log.pages) = (generation, pages);
    this.known_size.store(log_size(shared), Relaxed);
    this.finish_due.store(mode == "PASSIVE" && pages > LONG, Relaxed);
    if u64::try_from(moved).is_ok_and(|moved| moved == pages) {
        this.flush_due.store(true, Relaxed);
    }
    Ok(())
}

/// Runs a checkpoint: whether somebody was in the way, the pages of the log, those that are in the file now.
fn checkpoint(raw: &rusqlite::Connection, mode: &str) -> Result<(bool, i64, i64)> {
    raw.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
    .map_err(error_map::from_engine)
}

/// The last checkpoint, when nobody else uses the database any more: the log goes away.
pub(crate) fn last(shared: &Shared, raw: &rusqlite::Connection) -> Result<()> {
    let own = shared
        .checkpoints
        .log
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .connection
        .take();
    drop(own);
    if !shared.facts.wal || shared.options.read_only {
        return Ok(());
    }
    match checkpoint(raw, "TRUNCATE") {
        Ok(_) => Ok(()),
        // Another program is at work; it, or SQLite at the next opening, does what is left.
        Err(e) if e.kind() == ErrorKind::Busy => Ok(()),
        Err(e) => Err(Error::new(
            e.kind(),
            format!(
                "the last checkpoint failed, the log stays beside the file: {}",
                e.message()
            ),
        )
        .with_source(e)),
    }
}
