//! The bundled SQLite driver of sqloquent.
//!
//! Connections are lent to whoever calls, not owned by a thread: a statement by key runs on the caller's thread, all
//! else goes, together with its connection, to an executor thread and comes back with its results: one hop at most.
//! No runtime is needed; under tokio (feature `tokio`, on by default) the driver yields to it.
//!
//! ```
//! # fn main() -> sqloquent_core::Result<()> {
//! use sqloquent_core::{Backend, CallContext};
//! use sqloquent_sqlite::{SqliteBackend, SqliteOptions};
//!
//! let options = SqliteOptions::parse("sqlite::memory:")?;
//! pollster::block_on(async {
//!     let db = SqliteBackend::open(options).await?;
//!     let n = db
//!         .with_raw(CallContext::here(), |raw| raw.query_row("select 1 + 1", [], |row| row.get::<_, i64>(0)))
//!         .await?;
//!     assert!(matches!(n, Ok(2)));
//!     db.close().await
//! })
//! # }
//! ```
//!
//! # What is promised
//!
//! - **Dropped futures.** A read under way is interrupted. A write by itself has either not begun or completes. A
//!   commit, once sent, completes. A session that is dropped is rolled back.
//! - **Deadlines.** A read that runs past [`CallContext::deadline`](sqloquent_core::CallContext) is interrupted. A
//!   write that has begun is not: it completes and its result is returned, however late; it fails with `Timeout` only
//!   if it had not begun.
//! - **Waiting.** Every wait for a connection ends, after 30 s by default, with an error that says who holds it.
//! - **Durability.** `synchronous=NORMAL` (the default) survives a crash of the program, `kill -9` included. A power
//!   failure may take the last commits, never consistency. [`Durability::Full`] keeps them, at one flush per commit.
// One module, `native`, has unsafe code, and says why it is sound.
#![deny(unsafe_code)]

mod as_given;
mod backend;
mod busy;
mod checkpoint;
mod chunk_queue;
mod combine;
mod connection;
mod costs;
mod counters;
mod cursor;
mod decimal;
mod drive;
mod error_map;
mod executor;
mod fairness;
mod hand_over;
mod lane;
mod lease;
mod native;
mod open;
mod options;
mod raw;
mod run_statement;
mod run_work;
mod session;
mod shared;
mod ticket;
mod timer;
mod work;

pub use backend::SqliteBackend;
pub use options::{Durability, Journal, SqliteOptions};
pub use rusqlite;
pub use session::SqliteSession;
