//! What the journal last says of each record of a model, in memory: a part of the records at a time, so that it does not
//! grow with the database.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};

use crate::history::HistoryEntry;

/// How many journal rows a part has about; the ledger of a part takes some tens of megabytes.
const PART: u64 = if cfg!(test) { 7 } else { 400_000 };

/// The first half of a SHA-256: nobody finds two records, or two contents, that share one.
pub(super) type Short = [u8; 16];

pub(super) fn short(bytes: &[u8]) -> Short {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let mut short = Short::default();
    short.copy_from_slice(&hash[..16]);
    short
}

/// Into how many parts the records of so many journal rows are split.
pub(super) fn parts(journal_rows: u64) -> u64 {
    journal_rows.div_ceil(PART).max(1)
}

/// What the journal last says of a record.
pub(super) struct Last {
    pub(super) sequence: u64,
    /// Whether the record is there after that.
    pub(super) there: bool,
    pub(super) content: Short,
    /// Whether the record was met.
    pub(super) met: bool,
    /// Whether an archive of the record was met.
    pub(super) archived: bool,
}

/// The records of one part.
pub(super) struct Ledger {
    part: u64,
    parts: u64,
    records: HashMap<Short, Last>,
    /// Record and content of each deletion.
    deletions: HashSet<(Short, Short)>,
    deleted: HashSet<Short>,
}

impl Ledger {
    pub(super) fn new(part: u64, parts: u64) -> Self {
        Self {
            part,
            parts,
            records: HashMap::new(),
            deletions: HashSet::new(),
            deleted: HashSet::new(),
        }
    }

    /// Whether this is the first part: what is checked once is checked with it.
    pub(super) fn is_first(&self) -> bool {
        self.part == 0
    }

    /// The short form of a record's id, if the record belongs to this part.
    pub(super) fn own(&self, record_id: &str) -> Option<Short> {
        let id = short(record_id.as_bytes());
        let [a, b, c, d, ..] = id;
        (u64::from(u32::from_be_bytes([a, b, c, d])) % self.parts == self.part).then_some(id)
    }

    /// Takes in the next journal row.
    pub(super) fn note(&mut self, entry: &HistoryEntry) {
        let Some(id) = self.own(&entry.record_id) else {
            return;
        };
        let content = short(&entry.content);
        let there = entry.kind.leaves_record();
        if !there {
            self.deletions.insert((id, content));
            self.deleted.insert(id);
        }
        let last = Last {
            sequence: entry.sequence,
            there,
            content,
            met: false,
            archived: false,
        };
        self.records.insert(id, last);
    }

    pub(super) fn last(&mut self, id: &Short) -> Option<&mut Last> {
        self.records.get_mut(id)
    }

    pub(super) fn knows_deletion(&self, id: &Short) -> bool {
        self.deleted.contains(id)
    }

    pub(super) fn knows_deletion_of(&self, id: &Short, content: &[u8]) -> bool {
        self.deletions.contains(&(*id, short(content)))
    }

    /// The numbers of the newest journal rows of records that are as the function says, in order.
    pub(super) fn newest_where(&self, is: impl Fn(&Last) -> bool) -> Vec<i64> {
        let found = self.records.values().filter(|last| is(last));
        let mut sequences: Vec<i64> = found.filter_map(|l| i64::try_from(l.sequence).ok()).collect();
        sequences.sort_unstable();
        sequences
    }
}
