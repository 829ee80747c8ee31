//! Writes of models whose records are kept: hashed ones, whose replaced and deleted rows are archived, and ones with
//! history.
//!
//! Such a write knows each row as the database held it before, and as it holds it after; both go to [`keep`], within the
//! write's transaction. That is the one place where what is remembered of a write is written.

mod at_once;
mod bulk;
mod change;
mod insert;
mod keep;
mod note;
mod perform;
mod query;
mod read;
mod remove;
mod restore;
mod save;
mod turns;

pub(super) use insert::{insert, insert_many, insert_many_returning, insert_or_ignore, upsert};
use keep::RowChange;
use perform::Stage;
pub(super) use query::{delete_query, delete_query_returning, update_query, update_query_returning};
pub(crate) use read::mismatch;
pub(super) use {change::update, remove::delete, save::save};
#[cfg(feature = "derive")]
pub(crate) use {remove::archive, restore::restore};

use crate::{executor::Handle, schema::TableDef};

/// A write that goes this way, or not.
pub(super) enum Way<K, P> {
    Kept(K),
    Plain(P),
}

/// Whether writes to the table go this way.
#[inline]
pub(crate) fn is_kept(handle: &Handle<'_>, table: &TableDef) -> bool {
    (table.hashed.is_some() || table.history) && !handle.settings.bypass
}
