//! The one write path: whatever changes rows, from models, records or queries, comes through here.
//!
//! A write is described as data ([`Data`]) of a [`Subject`] and performed by [`Write`]: at once where no hook is
//! registered, or else in a transaction, between its hooks. What is compiled is what the hooks left. Compiling fills in
//! what the table asks for (timestamps, versions) and makes one job.

mod each;
mod insert;
mod kept;
mod mapping;
mod now;
mod operation;
mod origin;
mod perform;
mod query;
mod remove;
mod save_parts;
mod scope;
mod store;
mod taken;
mod update;
mod whole_rows;

pub(crate) use each::{Each, update_each};
pub(crate) use insert::{
    Wanted, insert, insert_call, insert_many, insert_many_returning, insert_or_ignore, prepare, upsert,
};
pub(crate) use kept::mismatch;
#[cfg(feature = "derive")]
pub(crate) use kept::{archive, restore};
pub(crate) use mapping::{Mapping, check_has_id, key_of, not_found, nothing_stored, stale};
pub(crate) use now::now_micros;
pub(crate) use operation::{Data, Seen, Subject, unset_key};
pub(crate) use origin::Origin;
pub(crate) use perform::Write;
pub(crate) use query::{
    delete_query, delete_query_from, delete_query_returning, update_query, update_query_from,
    update_query_returning,
};
pub(crate) use remove::{delete, reload};
use save_parts::save_parts;
use store::settled;
pub(crate) use store::{save, take_over, update};
pub(crate) use taken::{insert_taken, insert_taken_returning};
pub(crate) use update::{change, changes, delete_row, differs};
pub(crate) use whole_rows::complete;
