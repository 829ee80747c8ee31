//! What SQLite's refusals mean.

mod message;

use std::borrow::Cow;

use rusqlite::ffi;
use sqloquent_core::{Error, ErrorKind, Sql};

/// An error of rusqlite's as ours, of the matching kind.
#[cold]
pub(crate) fn from_engine(error: rusqlite::Error) -> Error {
    let mapped = match &error {
        rusqlite::Error::SqliteFailure(e, message) => failure(*e, message.as_deref().unwrap_or("")),
        rusqlite::Error::SqlInputError { error: e, msg, .. } => failure(*e, msg),
        rusqlite::Error::MultipleStatement => Error::new(
            ErrorKind::InvalidQuery,
            "the text holds several statements; send them one by one, or all as a script",
        ),
        rusqlite::Error::NulError(_) => Error::new(
            ErrorKind::InvalidQuery,
            "the statement holds a NUL character, which SQLite cannot read",
        ),
        rusqlite::Error::ToSqlConversionFailure(type_name) => Error::new(
            ErrorKind::Unsupported,
            format!("this driver does not know values of type {type_name}"),
        ),
        other => Error::new(ErrorKind::Database, other.to_string()),
    };
    mapped.with_source(error)
}

/// Adds the statement.
#[cold]
pub(crate) fn with_sql(error: Error, sql: &Sql) -> Error {
    error.with_sql(match sql {
        Sql::Static(text) => Cow::Borrowed(*text),
        made => Cow::Owned(made.to_string()),
    })
}

/// The code that SQLite gave, with its detail.
pub(crate) fn code(error: &rusqlite::Error) -> i32 {
    match error {
        rusqlite::Error::SqliteFailure(e, _) | rusqlite::Error::SqlInputError { error: e, .. } => {
            e.extended_code
        }
        _ => 0,
    }
}

/// Whether somebody else holds the lock, so that the same may work a little later.
pub(crate) fn is_busy(code: i32) -> bool {
    code & 0xff == ffi::SQLITE_BUSY
}

/// Whether the transaction reads a state that is no longer the newest, so that it can never write.
pub(crate) fn is_stale_snapshot(code: i32) -> bool {
    code == ffi::SQLITE_BUSY_SNAPSHOT
}

fn failure(error: ffi::Error, said: &str) -> Error {
    let said = if said.is_empty() {
        error.to_string()
    } else {
        said.to_owned()
    };
    let simple = |kind, advice: &str| Error::new(kind, format!("{said}; {advice}"));
    match error.extended_code & 0xff {
        ffi::SQLITE_CONSTRAINT => message::constraint(error.extended_code, said),
        ffi::SQLITE_ERROR => message::statement(said),
        ffi::SQLITE_BUSY if is_stale_snapshot(error.extended_code) => Error::new(
            ErrorKind::Busy,
            "another connection wrote after this transaction had read, so it cannot write any more; run the \
             transaction again, or begin it with the write lock (not deferred)",
        ),
        ffi::SQLITE_BUSY => simple(
            ErrorKind::Busy,
            "another connection or program holds the lock; try again, or raise busy_timeout",
        ),
        ffi::SQLITE_LOCKED => simple(
            ErrorKind::Busy,
            "a statement of the same connection is still reading the table; finish it first",
        ),
        ffi::SQLITE_FULL => simple(ErrorKind::DiskFull, "free some space, or raise max_page_count"),
        ffi::SQLITE_READONLY => simple(
            ErrorKind::ReadOnly,
            "run it as a write on a database that was not opened read-only",
        ),
        ffi::SQLITE_CORRUPT => simple(
            ErrorKind::Corrupt,
            "the file is damaged: restore a backup, or save what can be read with `.recover` of the sqlite3 program",
        ),
        ffi::SQLITE_NOTADB => simple(
            ErrorKind::Corrupt,
            "the file is no SQLite database, or is encrypted; check the path",
        ),
        ffi::SQLITE_INTERRUPT => Error::new(ErrorKind::Interrupted, "the statement was interrupted"),
        ffi::SQLITE_CANTOPEN => simple(
            ErrorKind::Connection,
            "check that the folder exists and can be read and written",
        ),
        ffi::SQLITE_PERM | ffi::SQLITE_AUTH => simple(ErrorKind::Connection, "check the permissions"),
        ffi::SQLITE_TOOBIG => simple(
            ErrorKind::InvalidValue,
            "text and bytes may have 1,000,000,000 bytes",
        ),
        ffi::SQLITE_MISMATCH => simple(
            ErrorKind::InvalidValue,
            "an INTEGER PRIMARY KEY takes integers only",
        ),
        ffi::SQLITE_RANGE => simple(ErrorKind::InvalidQuery, "there is no such placeholder"),
        ffi::SQLITE_MISUSE => Error::new(
            ErrorKind::InvalidQuery,
            "the text holds no statement, only blanks or comments",
        ),
        ffi::SQLITE_SCHEMA => simple(
            ErrorKind::Database,
            "the tables were changed meanwhile; try again",
        )
        .with_retryable(true),
        ffi::SQLITE_IOERR => simple(ErrorKind::Database, "the disk or file system failed; see its log"),
        _ => Error::new(ErrorKind::Database, said),
    }
}
