//! Journal rows as links of the chain. They are hashed where they are read, from what the engine lends, so that of most
//! of a row nothing is copied.

use std::sync::{Arc, Mutex, PoisonError};

use packify::Packer;
use sqloquent_core::{Result, text_form};

use super::digest::Digests;
use crate::{
    history::{ChangeKind, Hash, JournalRow},
    query::{Decode, read},
};

/// A journal row by its number; without an entry where it cannot be read.
pub(super) struct Link {
    pub(super) sequence: i64,
    pub(super) entry: Option<Entry>,
}

/// What verifying needs of a journal row.
pub(super) struct Entry {
    pub(super) kind: ChangeKind,
    pub(super) record_id: String,
    /// The short form of the record's id.
    pub(super) record: u128,
    /// The short form of the content.
    pub(super) content: u64,
    /// What the row says of archives and of older versions, if anything.
    pub(super) kept: Option<Box<Kept>>,
    pub(super) previous_hash: Hash,
    /// The hash, as the database holds it.
    pub(super) hash: Hash,
    /// The hash of what the row holds.
    pub(super) computed: Hash,
    /// Whether the row is found by its record.
    pub(super) is_findable: bool,
}

/// What a row says of archives and of older versions.
pub(super) struct Kept {
    pub(super) previous_id: Option<String>,
    /// The short form of the archive's id.
    pub(super) archive: Option<u128>,
    /// The time of the row, in seconds since 1970.
    pub(super) seconds: Option<i64>,
}

impl Link {
    /// Reads the columns of the journal in their order.
    pub(super) fn decoder(digests: Digests) -> Decode<Self> {
        let packer = Mutex::new(Packer::new());
        Decode::Closure(Arc::new(move |row| {
            let sequence = read(row, JournalRow::SEQUENCE)?;
            let entry = JournalRow::read(row).and_then(|row| {
                let mut packer = packer.lock().unwrap_or_else(PoisonError::into_inner);
                Entry::of(&row, &mut packer, &digests)
            });
            Ok(Self {
                sequence,
                entry: entry.ok(),
            })
        }))
    }
}

impl Entry {
    fn of(row: &JournalRow<'_>, packer: &mut Packer, digests: &Digests) -> Result<Self> {
        let fields = &row.fields;
        let kept = (fields.previous_id.is_some() || fields.archive_id.is_some()).then(|| {
            Box::new(Kept {
                previous_id: fields.previous_id.map(str::to_owned),
                archive: fields.archive_id.map(|id| digests.key(id)),
                seconds: text_form::read_datetime(fields.time).map(|micros| micros.div_euclid(1_000_000)),
            })
        });
        Ok(Self {
            kind: fields.kind,
            record_id: fields.record_id.to_owned(),
            record: digests.key(fields.record_id),
            content: digests.content(fields.content),
            kept,
            previous_hash: *fields.previous_hash,
            hash: *row.hash,
            computed: fields.hashed(packer)?,
            is_findable: row.is_findable(),
        })
    }
}
