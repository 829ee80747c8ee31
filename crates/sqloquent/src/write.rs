//! The one write path: whatever changes rows, from models, records or queries, comes through here.
//!
//! It fills in what the table asks for (timestamps, versions), compiles, and hands over one job.

mod insert;
mod now;
mod query;
mod update;

pub(crate) use insert::{Wanted, insert, insert_many, prepare};
pub(crate) use query::{delete_query, delete_query_returning, update_query, update_query_returning};
pub(crate) use update::{change, changes, delete_row};
