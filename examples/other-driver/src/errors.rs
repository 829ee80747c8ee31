//! Step 7: errors. The kind is what programs act on; table and column tell people and programs where; the client's own
//! error travels along as the source.

use sqloquent_core::{Error, ErrorKind};
use tokio_rusqlite::rusqlite::{self, ErrorCode, ffi};

/// An error of the client's as one of the matching kind. No message may hold a value of a parameter.
pub(crate) fn failure(error: tokio_rusqlite::Error, sql: &str) -> Error {
    let tokio_rusqlite::Error::Error(error) = error else {
        return Error::new(ErrorKind::Connection, "the connection's thread has ended").with_source(error);
    };
    let said = match &error {
        rusqlite::Error::SqliteFailure(_, Some(said)) | rusqlite::Error::SqlInputError { msg: said, .. } => {
            said.clone()
        }
        other => other.to_string(),
    };
    let failure = match kind(&error) {
        ErrorKind::Database => statement(&said),
        kind => constraint(kind, &said),
    };
    let failure = failure.with_source(error);
    if sql.is_empty() {
        failure
    } else {
        failure.with_sql(sql.to_owned())
    }
}

/// The kind, where SQLite's code says it.
fn kind(error: &rusqlite::Error) -> ErrorKind {
    let rusqlite::Error::SqliteFailure(code, _) = error else {
        return match error {
            rusqlite::Error::Utf8Error(..) => ErrorKind::Decode,
            _ => ErrorKind::Database,
        };
    };
    match (code.code, code.extended_code) {
        (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => ErrorKind::Unique,
        (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => ErrorKind::ForeignKey,
        (_, ffi::SQLITE_CONSTRAINT_NOTNULL) => ErrorKind::NotNull,
        (_, ffi::SQLITE_CONSTRAINT_CHECK) => ErrorKind::Check,
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => ErrorKind::Busy,
        (ErrorCode::OperationInterrupted, _) => ErrorKind::Interrupted,
        (ErrorCode::ReadOnly, _) => ErrorKind::ReadOnly,
        (ErrorCode::DiskFull, _) => ErrorKind::DiskFull,
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => ErrorKind::Corrupt,
        (ErrorCode::CannotOpen, _) => ErrorKind::Connection,
        _ => ErrorKind::Database,
    }
}

/// `UNIQUE constraint failed: t.a, t.b`: table `t`, column `a`.
fn constraint(kind: ErrorKind, said: &str) -> Error {
    let error = Error::new(kind, said.to_owned());
    let names = said.split_once("failed: ").map(|(_, names)| names);
    let first = names.and_then(|names| names.split(", ").next());
    match first.and_then(|first| first.split_once('.')) {
        Some((table, column)) => error.with_table(table.to_owned()).with_column(column.to_owned()),
        None => error,
    }
}

/// A statement that SQLite cannot prepare: it says why only in words.
fn statement(said: &str) -> Error {
    if let Some(table) = said.strip_prefix("no such table: ") {
        return Error::new(ErrorKind::UnknownTable, said.to_owned()).with_table(table.to_owned());
    }
    if let Some(column) = said.strip_prefix("no such column: ") {
        let name = column.rsplit('.').next().unwrap_or(column);
        return Error::new(ErrorKind::UnknownColumn, said.to_owned()).with_column(name.to_owned());
    }
    let of_the_text = said.ends_with("syntax error") || said.starts_with("incomplete input");
    let kind = if of_the_text {
        ErrorKind::InvalidQuery
    } else {
        ErrorKind::Database
    };
    Error::new(kind, said.to_owned())
}
