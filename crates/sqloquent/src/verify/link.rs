//! Journal rows as links of the chain. They are hashed where they are read, from what the engine lends, so that of most
//! of a row nothing is copied.

use std::sync::{Arc, Mutex, PoisonError};

use super::digest::Digests;
use crate::{
    content,
    history::{ChangeKind, Hash, JournalRow, RowHasher, Unchained},
    query::Decode,
    schema::Table,
};

/// A journal row by its number; without an entry where it cannot be read.
pub(super) struct Link {
    pub(super) sequence: i64,
    pub(super) entry: Option<Entry>,
    /// The hash, as the database holds it.
    pub(super) hash: Option<Hash>,
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
    /// The hash of what the row holds, but for that of the row before it.
    pub(super) unchained: Unchained,
    /// Whether the row is found by its record.
    pub(super) is_findable: bool,
}

/// What a row says of archives and of older versions.
pub(super) struct Kept {
    pub(super) previous_id: Option<String>,
    pub(super) archive: Option<Archived>,
    /// The time of the row, in seconds since 1970.
    pub(super) seconds: i64,
}

/// What a row says of an archive.
pub(super) struct Archived {
    /// The short form of the archive's id.
    pub(super) id: u128,
    /// The short form of the record as archives keep it; of nothing where the row's content is no record.
    pub(super) content: u64,
}

/// What makes links of rows.
struct Maker {
    /// Of the model, if it is known.
    table: Option<Table>,
    digests: Digests,
}

impl Link {
    /// Reads the columns of the journal in their order. The table is that of the model, if it is known.
    pub(super) fn decoder(model: &str, table: Option<&Table>, digests: Digests) -> Decode<Self> {
        let hasher = Mutex::new(RowHasher::new(model));
        let maker = Maker {
            table: table.cloned(),
            digests,
        };
        Decode::Closure(Arc::new(move |row| {
            let entry = JournalRow::read(row).map(|row| {
                let mut hasher = hasher.lock().unwrap_or_else(PoisonError::into_inner);
                maker.entry(&row, &mut hasher)
            });
            Ok(Self {
                sequence: JournalRow::sequence(row)?,
                entry: entry.ok(),
                hash: JournalRow::hash(row).ok().copied(),
            })
        }))
    }
}

impl Maker {
    fn entry(&self, row: &JournalRow<'_>, hasher: &mut RowHasher) -> Entry {
        let (fields, digests) = (&row.fields, &self.digests);
        let archive = fields.archive_id.map(|id| Archived {
            id: digests.key(id),
            content: digests.content(&self.archived(row)),
        });
        let kept = (fields.previous_id.is_some() || archive.is_some()).then(|| {
            Box::new(Kept {
                previous_id: fields.previous_id.map(str::to_owned),
                archive,
                seconds: fields.micros.div_euclid(1_000_000),
            })
        });
        Entry {
            kind: fields.kind,
            record_id: fields.record_id.to_owned(),
            record: digests.key(fields.record_id),
            content: digests.content(fields.content),
            kept,
            unchained: hasher.unchained(fields),
            is_findable: row.is_findable(),
        }
    }

    /// What the archive of the row has to hold, if it has one.
    fn archived(&self, row: &JournalRow<'_>) -> Vec<u8> {
        let fields = &row.fields;
        let table = self.table.as_ref().filter(|_| !fields.kind.leaves_record());
        let whole = table.and_then(|table| content::whole_of_noted(table, fields.content, fields.record_id));
        whole.unwrap_or_default()
    }
}
