//! What the journal last says of each record of a model, in memory: a part of the records at a time, so that it does not
//! grow with the database.

use std::collections::HashMap;

use super::{
    digest::{BuildSpread, Digests},
    link::Entry,
};

/// How many journal rows a part has about; the ledger of a part takes some tens of megabytes.
const PART: u64 = if cfg!(test) { 7 } else { 400_000 };

/// Into how many parts the records of so many journal rows are split.
pub(super) fn parts(journal_rows: u64) -> u64 {
    journal_rows.div_ceil(PART).max(1)
}

/// What the journal last says of a record.
pub(super) struct Last {
    pub(super) sequence: u64,
    /// Whether the record is there after that.
    pub(super) there: bool,
    pub(super) content: u64,
    /// Whether the record was met.
    pub(super) met: bool,
}

/// What the journal says of an archive that ought to be there.
pub(super) struct Archived {
    sequence: u64,
    record: u128,
    content: u64,
    seconds: i64,
}

/// What an archive is to the journal.
pub(super) enum Standing {
    Sound,
    /// The journal knows none of that id, or knows that it is gone.
    Unknown,
    /// It is not what was archived.
    Other,
}

/// The records of one part.
pub(super) struct Ledger {
    part: u64,
    parts: u64,
    pub(super) digests: Digests,
    records: HashMap<u128, Last, BuildSpread>,
    /// By the ids of archives.
    archives: HashMap<u128, Archived, BuildSpread>,
}

impl Ledger {
    pub(super) fn new(part: u64, parts: u64, digests: Digests) -> Self {
        Self {
            part,
            parts,
            digests,
            records: HashMap::default(),
            archives: HashMap::default(),
        }
    }

    /// Whether this is the first part: what is checked once is checked with it.
    pub(super) fn is_first(&self) -> bool {
        self.part == 0
    }

    /// Whether a record belongs to this part.
    pub(super) fn owns(&self, record: u128) -> bool {
        self.parts == 1 || record as u64 % self.parts == self.part
    }

    /// Takes in the next journal row.
    pub(super) fn note(&mut self, sequence: u64, entry: &Entry) {
        if !self.owns(entry.record) {
            return;
        }
        let there = entry.kind.leaves_record();
        if let Some(kept) = &entry.kept
            && let Some(archive) = &kept.archive
        {
            if there {
                self.archives.remove(&archive.id);
            } else {
                let archived = Archived {
                    sequence,
                    record: entry.record,
                    content: archive.content,
                    seconds: kept.seconds,
                };
                self.archives.insert(archive.id, archived);
            }
        }
        let last = Last {
            sequence,
            there,
            content: entry.content,
            met: false,
        };
        self.records.insert(entry.record, last);
    }

    /// What the journal last says of a record of this part.
    pub(super) fn last(&mut self, record: u128) -> Option<&mut Last> {
        self.records.get_mut(&record)
    }

    /// Compares an archive of a record of this part with what was archived. Each is met once.
    pub(super) fn meet(&mut self, archive: &str, record: u128, content: &[u8], timestamp: &str) -> Standing {
        let Some(known) = self.archives.remove(&self.digests.key(archive)) else {
            return Standing::Unknown;
        };
        let in_time = known.seconds.to_string() == timestamp;
        if known.record == record && known.content == self.digests.content(content) && in_time {
            Standing::Sound
        } else {
            Standing::Other
        }
    }

    /// The numbers of the newest journal rows of records that ought to be there and were not met, in order.
    pub(super) fn missing_records(&self) -> Vec<i64> {
        let missing = self.records.values().filter(|last| last.there && !last.met);
        in_order(missing.map(|last| last.sequence))
    }

    /// The numbers of the journal rows of archives that ought to be there and were not met, in order.
    pub(super) fn missing_archives(&self) -> Vec<i64> {
        in_order(self.archives.values().map(|archived| archived.sequence))
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.records.len() + self.archives.len()
    }
}

fn in_order(sequences: impl Iterator<Item = u64>) -> Vec<i64> {
    let mut sequences: Vec<i64> = sequences.filter_map(|s| i64::try_from(s).ok()).collect();
    sequences.sort_unstable();
    sequences
}

#[cfg(test)]
mod tests {
    use super::{Digests, Ledger, PART, parts};
    use crate::{
        history::{ChangeKind, Fields, RowHasher},
        verify::link::{Archived, Entry, Kept},
    };

    /// Memory is that of a part, however many records and archives there are.
    #[test]
    fn a_part_is_as_large_in_a_long_journal_as_in_a_short_one() {
        let digests = Digests::default();
        let unchained = RowHasher::new("").unchained(&Fields {
            id: 0,
            micros: 0,
            actor: None,
            reason: None,
            kind: ChangeKind::Delete,
            record_id: "",
            previous_id: None,
            archive_id: None,
            content: &[],
        });
        let rows = 300 * PART;
        let parts = parts(rows);
        let mut all = 0;
        for part in 0..parts {
            let mut ledger = Ledger::new(part, parts, digests.clone());
            for sequence in 1..=rows {
                let record = digests.key(&sequence.to_string());
                let entry = Entry {
                    kind: ChangeKind::Delete,
                    record_id: String::new(),
                    record,
                    content: 0,
                    kept: Some(Box::new(Kept {
                        previous_id: None,
                        archive: Some(Archived {
                            id: record,
                            content: 0,
                        }),
                        seconds: 0,
                    })),
                    unchained: unchained.clone(),
                    is_findable: true,
                };
                ledger.note(sequence, &entry);
            }
            assert!(ledger.len() <= 10 * PART as usize, "{}", ledger.len());
            all += ledger.len();
        }
        assert_eq!(all, 2 * rows as usize, "each belongs to one part");
    }
}
