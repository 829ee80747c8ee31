//! Verifiable history: a journal of every change, hashed so that rewriting it shows.
//!
//! The hash of each row covers the hash of the row before it; a [`Checkpoint`] says in a few lines what the journal
//! was, to be kept elsewhere.

mod append;
mod change_kind;
mod checkpoint;
mod entry;
mod head;
mod hex;
mod journal;
mod lookup;
mod merkle;
mod model;
mod number;
mod record_id;
mod restore;
mod row_hash;
mod statements;
mod take;
mod versions;

pub(crate) use append::{Append, Cause, Noted};
pub use change_kind::ChangeKind;
pub use checkpoint::{Checkpoint, TreeHead};
pub use entry::HistoryEntry;
pub(crate) use entry::JournalRow;
pub(crate) use head::{Chain, Head, head_of, heads, numbers};
pub use journal::Journal;
pub(crate) use journal::{heads as journal_heads, table as journal};
pub(crate) use lookup::{JournalQuery, newest_entries};
pub use merkle::{Hash, MerkleTree, leaf_hash, node_hash};
pub use model::HistoryModel;
pub use record_id::record_id;
#[cfg(test)]
pub(crate) use row_hash::Fields;
pub(crate) use row_hash::{NO_HASH, RowHasher, Unchained};
pub use versions::{AsOf, Difference, History};
