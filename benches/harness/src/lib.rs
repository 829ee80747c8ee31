//! What the programs of all libraries share: the rows, the tables, the workloads, and the loop that serves the command.
//!
//! A program implements [`Library`] and calls [`serve`]. It measures inside itself, around the work alone, so that
//! starting programs and talking to them costs nothing that is counted. No dependencies but, with the feature `tokio`,
//! the runtime that the library is measured on.

#![forbid(unsafe_code)]

mod latency;
mod lateness;
mod memory;
mod rows;
mod serve;
mod workload;

pub use latency::Latencies;
#[cfg(feature = "tokio")]
pub use lateness::lateness;
pub use lateness::{LATENESS_ROWS, LONG_QUERY, Load};
pub use rows::{
    Author, BOOKS_EACH, Book, PUBLISHERS, Person, Publisher, SCHEMA, Sum, author, book, id, person, publisher,
};
pub use serve::{Failure, Library, Outcome, Run, serve};
pub use workload::{Operation, Workload, blocks};

/// The file inside of the folder that a library is given.
pub const FILE: &str = "bench.db";

/// Tasks of the workloads that run many at once.
pub const FIND_TASKS: usize = 64;

/// Tasks of the mixed workload.
pub const MIXED_TASKS: usize = 32;

/// Rows of one piece where a workload goes through a table in pieces.
pub const PIECE: usize = 1_000;

/// Threads of every runtime, and of programs that use threads instead.
pub const THREADS: usize = 2;
