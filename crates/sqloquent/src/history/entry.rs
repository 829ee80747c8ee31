//! Journal rows.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqloquent_core::{Error, ErrorKind, Result, RowAccess, ValueRef};

use super::{
    ChangeKind, Hash, NO_HASH, journal,
    number::{row_number, sequence_of},
    record_id::record_key,
    row_hash::{Fields, RowHasher},
};
use crate::query::read;

/// A row of the journal: one change of one record.
///
/// Rows of a model are numbered from 1 without gaps, and the hash of each covers the hash of the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The name of the model.
    pub model: String,
    /// The number of the change among those of the model.
    pub sequence: u64,
    /// When the change was made, in microseconds since 1970-01-01T00:00:00Z.
    pub micros: i64,
    /// Who made it, where that was said.
    pub actor: Option<String>,
    /// Why it was made, where that was said.
    pub reason: Option<String>,
    /// What was done.
    pub kind: ChangeKind,
    /// The id of the record, as text; see [`record_id`](super::record_id).
    pub record_id: String,
    /// The id that the record had before, where the change gave it another.
    pub previous_id: Option<String>,
    /// The id of the row of `deleted_records` that the change made, or, for a restore, took away again.
    pub archive_id: Option<String>,
    /// The record as it was after the change, or as it was when it went, packed. An id of one text is left out; it is
    /// the `record_id`.
    pub content: Vec<u8>,
    /// The hash of the row before it, of the same model, as the database holds it; zero where there is none.
    pub previous_hash: Hash,
    /// The hash of this row, as the database holds it.
    pub hash: Hash,
    /// The number of the model.
    model_number: i64,
}

impl HistoryEntry {
    /// When the change was made.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        let since = Duration::from_micros(self.micros.unsigned_abs());
        let time = if self.micros < 0 {
            UNIX_EPOCH.checked_sub(since)
        } else {
            UNIX_EPOCH.checked_add(since)
        };
        time.unwrap_or(UNIX_EPOCH)
    }

    /// Whether the hash is that of what the row holds, behind the row before it.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        let Ok(id) = row_number(self.model_number, self.sequence) else {
            return false;
        };
        let fields = Fields {
            id,
            micros: self.micros,
            actor: self.actor.as_deref(),
            reason: self.reason.as_deref(),
            kind: self.kind,
            record_id: &self.record_id,
            previous_id: self.previous_id.as_deref(),
            archive_id: self.archive_id.as_deref(),
            content: &self.content,
        };
        RowHasher::new(&self.model).hashed(&fields, &self.previous_hash) == self.hash
    }

    /// Reads a row of the journal's columns in their order. The hash of the row before it is still to come.
    pub(super) fn decode(model: (i64, &str), row: &dyn RowAccess) -> Result<Self> {
        let row = JournalRow::read(row)?;
        let fields = row.fields;
        Ok(Self {
            model: model.1.to_owned(),
            sequence: sequence_of(fields.id).unsigned_abs(),
            micros: fields.micros,
            actor: fields.actor.map(str::to_owned),
            reason: fields.reason.map(str::to_owned),
            kind: fields.kind,
            record_id: fields.record_id.to_owned(),
            previous_id: fields.previous_id.map(str::to_owned),
            archive_id: fields.archive_id.map(str::to_owned),
            content: fields.content.to_owned(),
            previous_hash: NO_HASH,
            hash: *row.hash,
            model_number: model.0,
        })
    }
}

#[cold]
fn not_read(column: &'static str) -> Error {
    Error::new(
        ErrorKind::Decode,
        format!("a row of the journal holds no {column}; verify the database"),
    )
    .with_table(journal::TABLE)
    .with_column(column)
}

/// A row of the journal as the engine lends it.
pub(crate) struct JournalRow<'r> {
    pub(crate) fields: Fields<'r>,
    /// The hash of the row, as the database holds it.
    pub(crate) hash: &'r Hash,
    record_key: i64,
}

impl<'r> JournalRow<'r> {
    /// The number of the change among those of its model.
    pub(crate) fn sequence(row: &dyn RowAccess) -> Result<i64> {
        read(row, journal::ID).map(sequence_of)
    }

    /// The hash by itself, which the next row needs even where the rest cannot be read.
    pub(crate) fn hash(row: &'r dyn RowAccess) -> Result<&'r Hash> {
        let missing = || not_read(journal::COLUMNS[journal::HASH]);
        match row.get(journal::HASH)? {
            ValueRef::Bytes(bytes) => bytes.try_into().map_err(|_| missing()),
            _ => Err(missing()),
        }
    }

    /// Reads the journal's columns in their order.
    pub(crate) fn read(row: &'r dyn RowAccess) -> Result<Self> {
        let missing = |at: usize| not_read(journal::COLUMNS[at]);
        let optional = |at: usize| match row.get(at)? {
            ValueRef::Text(text) => Ok(Some(text)),
            ValueRef::Null => Ok(None),
            _ => Err(missing(at)),
        };
        let content = match row.get(8)? {
            ValueRef::Bytes(bytes) => bytes,
            _ => return Err(missing(8)),
        };
        let kind: i64 = read(row, 4)?;
        Ok(Self {
            fields: Fields {
                id: read(row, journal::ID)?,
                micros: read(row, 1)?,
                actor: optional(2)?,
                reason: optional(3)?,
                kind: ChangeKind::from_number(kind).ok_or_else(|| missing(4))?,
                record_id: optional(journal::RECORD_ID)?.ok_or_else(|| missing(journal::RECORD_ID))?,
                previous_id: optional(6)?,
                archive_id: optional(7)?,
                content,
            },
            hash: Self::hash(row)?,
            record_key: read(row, journal::RECORD_KEY)?,
        })
    }

    /// Whether the row is found by its record.
    pub(crate) fn is_findable(&self) -> bool {
        self.record_key == record_key(self.fields.record_id)
    }
}
