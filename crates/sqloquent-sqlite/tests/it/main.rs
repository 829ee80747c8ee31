//! Tests of the SQLite driver against real files and databases in memory.
#![allow(clippy::unwrap_used)]

mod basics;
mod busy;
mod cancellation;
mod checkpoints;
mod combining;
mod costs;
mod cursors;

mod errors;
mod fairness;
mod log;
mod opening;
mod sessions;
mod support;
