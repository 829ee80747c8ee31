//! Tests of the SQLite driver against real files and databases in memory.
#![allow(clippy::unwrap_used)]

mod basics;
mod support;
