//! Moving the write-ahead log back into the database file, beside the work.
//!
//! Automatic checkpoints would run, and flush, within whichever commit crosses the threshold. They are off; instead
//! changed rows are counted, and past a threshold a passive checkpoint runs on an executor thread with a connection of
//! its own. It tells how many pages the log had, from which the next threshold is learnt. (SQLite's own hook would tell
//! at every commit, but has another signature in nearly every version of rusqlite that this crate supports.) Large
//! rows show in the size of the log, which is looked at now and then.

use std::{
    ffi::OsString,
    fs,
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
    error_map,
    lease::{Kind, Lease},
    open,
    options::Place,
    shared::Shared,
};

/// A checkpoint is to run about each time the log has grown by so many pages.
const PAGES: u64 = 1_000;

/// How many changed rows and commits are thought to fill so many pages, before anything is known.
const FIRST_THRESHOLD: u64 = 800;

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
    connection: Mutex<Option<rusqlite::Connection>>,
}

impl Checkpoints {
    /// Whether the next write waits for the disk: the first one after a completed checkpoint begins the log anew.
    pub(crate) fn flush_is_due(&self) -> bool {
        self.flush_due.load(Relaxed)
    }

    fn threshold(&self) -> u64 {
        match self.threshold.load(Relaxed) {
            0 => FIRST_THRESHOLD,
            known => known,
        }
    }
}

/// Called after work that may have written: starts a checkpoint when the log has become long.
#[inline]
pub(crate) fn after_work(lease: &Lease) {
    if lease.kind() != Kind::Writer {
        return;
    }
    if let Some(connection) = lease.opened() {
        let total = connection.raw.total_changes();
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
    if due && !this.running.swap(true, AcqRel) {
        let shared_for_task = Arc::clone(shared);
        shared.executor.submit(move || {
            let this = &shared_for_task.checkpoints;
            // One that fails is tried again when as much has been written once more.
            let _ = run(&shared_for_task);
            this.known_size.store(log_size(&shared_for_task), Relaxed);
            this.running.store(false, Release);
        });
    }
}

fn log_size(shared: &Shared) -> u64 {
    let Place::File(path) = &shared.options.place else {
        return 0;
    };
    let mut name = OsString::from(path);
    name.push("-wal");
    fs::metadata(PathBuf::from(name)).map_or(0, |meta| meta.len())
}

fn run(shared: &Arc<Shared>) -> Result<()> {
    let this = &shared.checkpoints;
    let mut slot = this.connection.lock().unwrap_or_else(PoisonError::into_inner);
    if shared.closed.load(Relaxed) {
        return Ok(());
    }
    let raw = match slot.take() {
        Some(raw) => raw,
        None => open::for_checkpoints(&shared.options)?,
    };
    let raw = slot.insert(raw);
    let weight = this.weight.swap(0, Relaxed);
    let (_, pages, moved) = checkpoint(raw, "PASSIVE")?;
    shared.counters.checkpoints.add();
    if pages == moved {
        this.flush_due.store(true, Relaxed);
        if let Some(learnt) = (weight * PAGES).checked_div(u64::try_from(pages).unwrap_or(0)) {
            this.threshold.store(learnt.clamp(16, 100_000), Relaxed);
        }
    }
    if log_size(shared) > LARGE {
        // Somebody in the way is no harm: the next checkpoint tries again.
        let _ = checkpoint(raw, "TRUNCATE");
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
        .connection
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
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
