//! Opening connections and finding out what kind of file it is.

use std::{fs, io, panic, path::Path, sync::Arc, time::Duration};

use rusqlite::{OpenFlags, config::DbConfig};
use sqloquent_core::{Error, ErrorKind, Result};

use crate::{
    connection::Connection,
    counters::Counters,
    decimal, error_map,
    options::{Place, SqliteOptions},
    work::panicked,
};

/// How long opening waits for another program that holds the lock, while it blocks a thread of the driver's own.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found out when the database was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// Whether there can be only one connection.
    pub(crate) single: bool,
    /// Whether the file has a write-ahead log.
    pub(crate) wal: bool,
    /// Whether the file had to be opened as one that nobody changes.
    pub(crate) immutable: bool,
}

/// Opens the first connection, the writer, creating the file if need be.
pub(crate) fn first(options: &SqliteOptions, counters: &Arc<Counters>) -> Result<(Connection, Facts)> {
    let mut facts = Facts {
        single: true,
        wal: false,
        immutable: false,
    };
    let Place::File(path) = &options.place else {
        let raw = rusqlite::Connection::open_in_memory_with_flags(flags(options, true))
            .map_err(error_map::from_engine)?;
        let raw = set_up(raw, options)?;
        return Ok((finish_writer(raw, options, counters)?, facts));
    };
    facts.single = false;
    let is_new = look_at(path, options)?;
    let raw = match open_and_read(path, options, is_new, false) {
        Err(error) if options.read_only && cannot_share_memory(&error) => {
            facts.immutable = true;
            open_and_read(path, options, is_new, true)?
        }
        other => other?,
    };
    if !options.read_only && matches!(raw.is_readonly("main"), Ok(true)) {
        return Err(Error::new(
            ErrorKind::ReadOnly,
            format!(
                "`{}` cannot be written; give this user the right to, or open it with `mode=ro`",
                path.display()
            ),
        ));
    }
    let mode: String = raw
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .map_err(|e| explain(path, e))?;
    facts.wal = mode.eq_ignore_ascii_case("wal");
    Ok((finish_writer(raw, options, counters)?, facts))
}

/// Opens the writer again, after the first one was lost.
pub(crate) fn writer(options: &SqliteOptions, facts: &Facts, counters: &Arc<Counters>) -> Result<Connection> {
    let raw = set_up(open_raw(options, facts.immutable)?, options)?;
    finish_writer(raw, options, counters)
}

/// Opens a connection that refuses to write.
pub(crate) fn reader(
    options: &SqliteOptions,
    facts: &Facts,
    counters: &Arc<Counters>,
    name: &str,
) -> Result<Connection> {
    let raw = set_up(open_raw(options, facts.immutable)?, options)?;
    let connection = finish(raw, name, options, counters)?;
    pragma(connection.raw(), "PRAGMA query_only = 1")?;
    Ok(connection)
}

/// A connection for checkpoints, with nothing of the user's on it.
pub(crate) fn for_checkpoints(options: &SqliteOptions) -> Result<rusqlite::Connection> {
    let raw = set_up(open_raw(options, false)?, options)?;
    raw.busy_timeout(Duration::ZERO).map_err(error_map::from_engine)?;
    Ok(raw)
}

/// What can be said before SQLite tries. True when the file is new.
fn look_at(path: &Path, options: &SqliteOptions) -> Result<bool> {
    let connection = |message: String| Err(Error::new(ErrorKind::Connection, message));
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => connection(format!(
            "`{}` is a folder; name a file in it, such as `{}`",
            path.display(),
            path.join("app.db").display()
        )),
        Ok(meta) => Ok(meta.len() == 0),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|f| !f.is_dir()) {
                return connection(format!(
                    "the folder `{}` does not exist; create it first",
                    folder.display()
                ));
            }
            if options.create && !options.read_only {
                return Ok(true);
            }
            connection(format!(
                "`{}` does not exist; check the path, or leave `mode` out to have it created",
                path.display()
            ))
        }
        Err(e) => Err(Error::new(
            ErrorKind::Connection,
            format!(
                "`{}` cannot be looked at: {e}; check the permissions",
                path.display()
            ),
        )
        .with_source(e)),
    }
}

fn open_and_read(
    path: &Path,
    options: &SqliteOptions,
    is_new: bool,
    immutable: bool,
) -> Result<rusqlite::Connection> {
    let raw = set_up(open_raw(options, immutable)?, options)?;
    if !options.read_only {
        let mode = match options.journal {
            Some(journal) => Some(journal.pragma()),
            None if is_new => Some("wal"),
            None => None,
        };
        if let Some(mode) = mode {
            raw.query_row(&format!("PRAGMA journal_mode = {mode}"), [], |_| Ok(()))
                .map_err(|e| explain(path, e))?;
        }
    }
    raw.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .map_err(|e| explain(path, e))?;
    Ok(raw)
}

fn flags(options: &SqliteOptions, create: bool) -> OpenFlags {
    let access = match (options.read_only, create) {
        (true, _) if options.place != Place::Memory => OpenFlags::SQLITE_OPEN_READ_ONLY,
        (_, true) => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        _ => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn open_raw(options: &SqliteOptions, immutable: bool) -> Result<rusqlite::Connection> {
    let Place::File(path) = &options.place else {
        return Err(Error::new(
            ErrorKind::Connection,
            "a database in memory has one connection",
        ));
    };
    let flags = flags(options, options.create);
    let opened = if immutable {
        let uri = format!("file:{}?immutable=1", uri_path(path)?);
        rusqlite::Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
    } else if path.is_relative() {
        // A name such as `:memory:` or `file:x` must mean a file here.
        rusqlite::Connection::open_with_flags(Path::new(".").join(path), flags)
    } else {
        rusqlite::Connection::open_with_flags(path, flags)
    };
    opened.map_err(|e| explain(path, e))
}

fn uri_path(path: &Path) -> Result<String> {
    let absolute = std::path::absolute(path)
        .ok()
        .and_then(|p| p.to_str().map(str::to_owned))
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Connection,
                "a read-only file in a folder that cannot be written needs a path in UTF-8",
            )
        })?;
    Ok(absolute
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23"))
}

fn set_up(raw: rusqlite::Connection, options: &SqliteOptions) -> Result<rusqlite::Connection> {
    let engine = error_map::from_engine;
    raw.busy_timeout(PATIENCE).map_err(engine)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)
        .map_err(engine)?;
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)
        .map_err(engine)?;
    let on = |b: bool| if b { "ON" } else { "OFF" };
    pragma(
        &raw,
        &format!("PRAGMA foreign_keys = {}", on(options.foreign_keys)),
    )?;
    pragma(
        &raw,
        &format!("PRAGMA synchronous = {}", options.durability.pragma()),
    )?;
    pragma(&raw, "PRAGMA temp_store = MEMORY")?;
    pragma(&raw, "PRAGMA wal_autocheckpoint = 0")?;
    if let Some(bytes) = options.cache_bytes {
        pragma(&raw, &format!("PRAGMA cache_size = -{}", bytes.div_ceil(1024)))?;
    }
    if let Some(bytes) = options.mmap_bytes {
        pragma(&raw, &format!("PRAGMA mmap_size = {bytes}"))?;
    }
    decimal::install(&raw)?;
    Ok(raw)
}

/// The page cache of the writer. Pages of a large transaction that have no room in it are written to the log more than
/// once, so it is larger than what readers have.
const WRITER_CACHE: &str = "PRAGMA cache_size = -16384";

fn finish_writer(
    raw: rusqlite::Connection,
    options: &SqliteOptions,
    counters: &Arc<Counters>,
) -> Result<Connection> {
    if options.cache_bytes.is_none() {
        pragma(&raw, WRITER_CACHE)?;
    }
    finish(raw, "writer", options, counters)
}

fn finish(
    raw: rusqlite::Connection,
    name: &str,
    options: &SqliteOptions,
    counters: &Arc<Counters>,
) -> Result<Connection> {
    for prepare in &options.on_connect {
        panic::catch_unwind(panic::AssertUnwindSafe(|| prepare(&raw)))
            .map_err(|payload| panicked(&*payload))?
            .map_err(error_map::from_engine)?;
    }
    // From here on waiting for locks is done without blocking a thread.
    raw.busy_timeout(Duration::ZERO).map_err(error_map::from_engine)?;
    Connection::new(raw, name.to_owned(), options.statement_cache, counters)
}

fn pragma(raw: &rusqlite::Connection, sql: &str) -> Result<()> {
    raw.execute_batch(sql).map_err(error_map::from_engine)
}

fn cannot_share_memory(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Connection | ErrorKind::ReadOnly)
}

/// Adds the path.
fn explain(path: &Path, error: rusqlite::Error) -> Error {
    let mapped = error_map::from_engine(error);
    let message = format!("`{}` cannot be opened: {}", path.display(), mapped.message());
    Error::new(mapped.kind(), message).with_source(mapped)
}
