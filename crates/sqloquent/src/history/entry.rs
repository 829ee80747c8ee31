//! Journal rows.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use packify::{PackError, Packer, Sink};
use sha2::{Digest, Sha256};
use sqloquent_core::{Error, ErrorKind, Result, RowAccess, ValueRef, text_form};

use super::{ChangeKind, Hash, journal, record_id::record_key};
use crate::query::read;

/// What the hash of a journal row begins with, so that it is the hash of nothing else.
const LABEL: &str = "sqloquent journal 1";

/// What the first row of a model has for the hash of the row before it.
pub(crate) const NO_HASH: Hash = [0; 32];

/// A row of the journal: one change of one record.
///
/// Rows of a model are numbered from 1 without gaps, and each holds the hash of the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The name of the model.
    pub model: String,
    /// The number of the change among those of the model.
    pub sequence: u64,
    /// When the change was made, in UTC, as text.
    pub time_text: String,
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
    /// The record as it was after the change, or as it was when it went, packed.
    pub content: Vec<u8>,
    /// The hash of the row before it, of the same model; zero for the first.
    pub previous_hash: Hash,
    /// The hash of this row, as the database holds it.
    pub hash: Hash,
    record_key: i64,
}

impl HistoryEntry {
    /// When the change was made, to the microsecond.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] when the journal holds no time there.
    pub fn time(&self) -> Result<SystemTime> {
        let micros = text_form::read_datetime(&self.time_text).ok_or_else(|| self.damaged(journal::TIME))?;
        let since = Duration::from_micros(micros.unsigned_abs());
        let time = if micros < 0 {
            UNIX_EPOCH.checked_sub(since)
        } else {
            UNIX_EPOCH.checked_add(since)
        };
        time.ok_or_else(|| self.damaged(journal::TIME))
    }

    /// Whether the hash is that of what the row holds.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidValue`] for content that is too large to pack.
    pub fn is_intact(&self) -> Result<bool> {
        Ok(self.computed_hash(&mut Packer::new())? == self.hash)
    }

    pub(crate) fn computed_hash(&self, packer: &mut Packer) -> Result<Hash> {
        let fields = Fields {
            model: &self.model,
            sequence: self.sequence,
            time: &self.time_text,
            actor: self.actor.as_deref(),
            reason: self.reason.as_deref(),
            kind: self.kind,
            record_id: &self.record_id,
            previous_id: self.previous_id.as_deref(),
            archive_id: self.archive_id.as_deref(),
            content: &self.content,
            previous_hash: &self.previous_hash,
        };
        fields.hashed(packer)
    }

    /// Reads a row of the journal's columns in their order.
    pub(crate) fn decode(row: &dyn RowAccess) -> Result<Self> {
        let row = JournalRow::read(row)?;
        let fields = row.fields;
        Ok(Self {
            model: fields.model.to_owned(),
            sequence: fields.sequence,
            time_text: fields.time.to_owned(),
            actor: fields.actor.map(str::to_owned),
            reason: fields.reason.map(str::to_owned),
            kind: fields.kind,
            record_id: fields.record_id.to_owned(),
            previous_id: fields.previous_id.map(str::to_owned),
            archive_id: fields.archive_id.map(str::to_owned),
            content: fields.content.to_owned(),
            previous_hash: *fields.previous_hash,
            hash: *row.hash,
            record_key: row.record_key,
        })
    }

    #[cold]
    fn damaged(&self, column: &'static str) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!(
                "row {} of the journal of `{}` holds no {column}; verify the database",
                self.sequence, self.model
            ),
        )
        .with_table(journal::TABLE)
        .with_column(column)
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
    /// Where the number of the row is.
    pub(crate) const SEQUENCE: usize = journal::SEQUENCE;

    /// Reads the journal's columns in their order.
    pub(crate) fn read(row: &'r dyn RowAccess) -> Result<Self> {
        let missing = |at: usize| not_read(journal::COLUMNS[at]);
        let optional = |at: usize| match row.get(at)? {
            ValueRef::Text(text) => Ok(Some(text)),
            ValueRef::Null => Ok(None),
            _ => Err(missing(at)),
        };
        let text = |at: usize| optional(at)?.ok_or_else(|| missing(at));
        let bytes = |at: usize| match row.get(at)? {
            ValueRef::Bytes(bytes) => Ok(bytes),
            _ => Err(missing(at)),
        };
        let hash = |at: usize| <&Hash>::try_from(bytes(at)?).map_err(|_| missing(at));
        let sequence: i64 = read(row, journal::SEQUENCE)?;
        Ok(Self {
            fields: Fields {
                model: text(journal::MODEL)?,
                sequence: u64::try_from(sequence).map_err(|_| missing(journal::SEQUENCE))?,
                time: text(2)?,
                actor: optional(3)?,
                reason: optional(4)?,
                kind: ChangeKind::from_name(text(5)?).ok_or_else(|| missing(5))?,
                record_id: text(journal::RECORD_ID)?,
                previous_id: optional(7)?,
                archive_id: optional(8)?,
                content: bytes(9)?,
                previous_hash: hash(10)?,
            },
            hash: hash(journal::HASH)?,
            record_key: read(row, journal::RECORD_KEY)?,
        })
    }

    /// Whether the row is found by its record.
    pub(crate) fn is_findable(&self) -> bool {
        self.record_key == record_key(self.fields.record_id)
    }
}

/// What the hash of a row covers: everything in it but the hash.
pub(crate) struct Fields<'f> {
    pub(crate) model: &'f str,
    pub(crate) sequence: u64,
    pub(crate) time: &'f str,
    pub(crate) actor: Option<&'f str>,
    pub(crate) reason: Option<&'f str>,
    pub(crate) kind: ChangeKind,
    pub(crate) record_id: &'f str,
    pub(crate) previous_id: Option<&'f str>,
    pub(crate) archive_id: Option<&'f str>,
    pub(crate) content: &'f [u8],
    pub(crate) previous_hash: &'f Hash,
}

impl Fields<'_> {
    /// The hash of the row: SHA-256 of its packed fields.
    pub(crate) fn hashed(&self, packer: &mut Packer) -> Result<Hash> {
        let text = |sink: &mut Sink<'_>, text: Option<&str>| match text {
            Some(text) => sink.str(text),
            None => sink.none(),
        };
        let sequence = i64::try_from(self.sequence).unwrap_or(i64::MAX);
        let packed = packer.pack(|sink| {
            sink.list(|sink| {
                sink.str(LABEL)?;
                sink.str(self.model)?;
                sink.int(sequence)?;
                sink.str(self.time)?;
                text(sink, self.actor)?;
                text(sink, self.reason)?;
                sink.str(self.kind.name())?;
                sink.str(self.record_id)?;
                text(sink, self.previous_id)?;
                text(sink, self.archive_id)?;
                sink.bytes(self.content)?;
                sink.bytes(self.previous_hash)
            })
        });
        Ok(Sha256::digest(packed.map_err(too_large)?).into())
    }
}

#[cold]
fn too_large(e: PackError) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("the record is too large for the journal: {e}"),
    )
    .with_source(e)
}
