//! SQLite's own interface where rows are read and values are bound: the one place with unsafe code.
//!
//! rusqlite opens connections, installs functions, and stays what users get to see. What runs for each statement, value
//! and row goes to SQLite itself here, since the detour costs a fifth of a scan: each column is asked for three times
//! instead of once, and what is bound is copied.
//!
//! # Why this is sound
//!
//! - **A statement never outlives its connection.** [`Database`] owns both, and drops statements first. Nobody else gets
//!   hold of the connection by value or `&mut` but through [`Database::with_raw`], which drops the statements before it
//!   lends it. [`Prepared`] borrows the database.
//! - **One thread at a time.** Connections are opened without a mutex. [`Database`] is `Send` and not `Sync`, and so is
//!   each statement, so SQLite sees one thread at a time; only `sqlite3_interrupt`, which may come from any, is called
//!   beside it, by rusqlite.
//! - **Lent values stay.** A row borrows the [`Rows`] that it came from, which are stepped through `&mut`. Between two
//!   steps SQLite does not move what `sqlite3_value_text` and `sqlite3_value_blob` gave unless the same value is asked
//!   for in another form; each value is asked for in the one form that its type has. Lengths are asked for after
//!   pointers, as SQLite wants it.
//! - **Bound text and bytes stay.** They are bound without a copy. [`Rows`] borrow them for as long as the statement can
//!   be stepped, reset it when they are dropped, and before it is stepped again every parameter is bound anew. Should
//!   `Rows` be forgotten, what is bound is stale but never looked at.
//! - **Text is checked.** It is lent as `str` only after it was found to be UTF-8.
#![allow(
    unsafe_code,
    reason = "SQLite is a C library; measured, this saves a fifth of what scans cost"
)]

mod kept;
mod prepared;
mod row;
mod value;

use std::{cell::RefCell, ffi::CStr};

use rusqlite::ffi;

use kept::Kept;
pub(crate) use prepared::{Bound, Prepared};
pub(crate) use value::wrong_count;

/// A connection with the statements that were prepared on it.
pub(crate) struct Database {
    // Before the connection, since fields are dropped in their order.
    kept: RefCell<Kept>,
    raw: rusqlite::Connection,
}

impl Database {
    /// Takes over a connection. It keeps so many statements.
    pub(crate) fn new(raw: rusqlite::Connection, statements: usize) -> Self {
        Self {
            kept: RefCell::new(Kept::new(statements)),
            raw,
        }
    }

    /// The connection of rusqlite.
    pub(crate) fn raw(&self) -> &rusqlite::Connection {
        &self.raw
    }

    /// Whether statements are kept for the next time.
    pub(crate) fn keeps(&self) -> bool {
        self.kept.borrow().keeps()
    }

    /// Whether foreign keys that are looked at when the transaction ends lead nowhere as yet.
    pub(crate) fn owes_keys(&self) -> bool {
        let (mut owed, mut most) = (0, 0);
        // SAFETY: the connection is open as long as it is borrowed, and both are places to write to.
        let code = unsafe {
            let db = self.raw.handle();
            ffi::sqlite3_db_status(
                db,
                ffi::SQLITE_DBSTATUS_DEFERRED_FKS,
                &raw mut owed,
                &raw mut most,
                0,
            )
        };
        code != ffi::SQLITE_OK || owed != 0
    }

    /// Lends the connection for whatever its user wants, even closing it.
    pub(crate) fn with_raw<R>(&mut self, f: impl FnOnce(&mut rusqlite::Connection) -> R) -> R {
        self.kept.get_mut().clear();
        f(&mut self.raw)
    }
}

/// The error of a call that gave this code.
#[cold]
fn failure(raw: &rusqlite::Connection, code: i32) -> rusqlite::Error {
    // SAFETY: the connection is open as long as it is borrowed; the message is copied before anything else is asked of
    // it.
    let said = unsafe {
        let db = raw.handle();
        let said = if ffi::sqlite3_extended_errcode(db) == code {
            ffi::sqlite3_errmsg(db)
        } else {
            ffi::sqlite3_errstr(code)
        };
        (!said.is_null()).then(|| CStr::from_ptr(said).to_string_lossy().into_owned())
    };
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), said)
}
