//! Journal rows.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use packify::{PackError, Packer, Sink};
use sha2::{Digest, Sha256};
use sqloquent_core::{Error, ErrorKind, Result, RowAccess, text_form};

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

    /// Whether the row is found by its record.
    pub(crate) fn is_findable(&self) -> bool {
        self.record_key == record_key(&self.record_id)
    }

    /// Whether the hash is that of what the row holds.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidValue`] for content that is too large to pack.
    pub fn is_intact(&self) -> Result<bool> {
        Ok(self.computed_hash(&mut Packer::new())? == self.hash)
    }

    pub(crate) fn computed_hash(&self, packer: &mut Packer) -> Result<Hash> {
        hashed(
            packer,
            &Fields {
                model: &self.model,
                sequence: self.sequence,
                time: &self.time_text,
                actor: self.actor.as_deref(),
                reason: self.reason.as_deref(),
                kind: self.kind,
                record_id: &self.record_id,
                previous_id: self.previous_id.as_deref(),
                content: &self.content,
                previous_hash: &self.previous_hash,
            },
        )
    }

    /// Reads a row of the journal's columns in their order.
    pub(crate) fn decode(row: &dyn RowAccess) -> Result<Self> {
        let sequence: i64 = read(row, 1)?;
        let kind: String = read(row, 5)?;
        let hash = |at: usize| -> Result<Hash> {
            let bytes: Vec<u8> = read(row, at)?;
            bytes.try_into().map_err(|_| not_read(journal::COLUMNS[at]))
        };
        Ok(Self {
            model: read(row, 0)?,
            sequence: u64::try_from(sequence).map_err(|_| not_read(journal::COLUMNS[1]))?,
            time_text: read(row, 2)?,
            actor: read(row, 3)?,
            reason: read(row, 4)?,
            kind: ChangeKind::from_name(&kind).ok_or_else(|| not_read(journal::COLUMNS[5]))?,
            record_id: read(row, 6)?,
            previous_id: read(row, 7)?,
            content: read(row, 8)?,
            previous_hash: hash(9)?,
            hash: hash(10)?,
            record_key: read(row, 11)?,
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

/// What the hash of a row covers: everything in it but the hash.
pub(super) struct Fields<'f> {
    pub(super) model: &'f str,
    pub(super) sequence: u64,
    pub(super) time: &'f str,
    pub(super) actor: Option<&'f str>,
    pub(super) reason: Option<&'f str>,
    pub(super) kind: ChangeKind,
    pub(super) record_id: &'f str,
    pub(super) previous_id: Option<&'f str>,
    pub(super) content: &'f [u8],
    pub(super) previous_hash: &'f Hash,
}

/// The hash of a row: SHA-256 of its packed fields.
pub(super) fn hashed(packer: &mut Packer, fields: &Fields<'_>) -> Result<Hash> {
    let text = |sink: &mut Sink<'_>, text: Option<&str>| match text {
        Some(text) => sink.str(text),
        None => sink.none(),
    };
    let sequence = i64::try_from(fields.sequence).unwrap_or(i64::MAX);
    let packed = packer.pack(|sink| {
        sink.list(|sink| {
            sink.str(LABEL)?;
            sink.str(fields.model)?;
            sink.int(sequence)?;
            sink.str(fields.time)?;
            text(sink, fields.actor)?;
            text(sink, fields.reason)?;
            sink.str(fields.kind.name())?;
            sink.str(fields.record_id)?;
            text(sink, fields.previous_id)?;
            sink.bytes(fields.content)?;
            sink.bytes(fields.previous_hash)
        })
    });
    Ok(Sha256::digest(packed.map_err(too_large)?).into())
}

#[cold]
fn too_large(e: PackError) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("the record is too large for the journal: {e}"),
    )
    .with_source(e)
}
