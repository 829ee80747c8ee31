//! What there ought to be: maps of rows and a list of changes.

use std::collections::{BTreeMap, BTreeSet};

use sqloquent::ContentId;

use super::{Op, Row};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub sequence: usize,
    pub kind: &'static str,
    pub id: String,
    pub previous: Option<String>,
    pub row: Row,
}

impl Entry {
    pub(crate) fn leaves_record(&self) -> bool {
        !matches!(self.kind, "replace" | "delete")
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Oracle {
    hashed: bool,
    noted: bool,
    live: BTreeMap<String, Row>,
    archives: Vec<(String, Row)>,
    entries: Vec<Entry>,
    /// How many entries were compared with the journal, and so have its order.
    settled: usize,
}

/// The id of the content: the hash of the packed columns but the note.
fn content_id(row: &Row) -> String {
    use sha2::Digest as _;
    let dict = packify::Value::dict([
        ("n", packify::Value::from(row.n)),
        ("name", row.name.as_str().into()),
    ]);
    let bytes = packify::pack(&dict).unwrap();
    ContentId::from_bytes(sha2::Sha256::digest(bytes).into()).to_string()
}

/// The row with those columns of another that the bits say.
pub(crate) fn updated(stored: &Row, other: &Row, columns: u8) -> Row {
    let mut row = stored.clone();
    if columns & 1 > 0 {
        row.name.clone_from(&other.name);
    }
    if columns & 2 > 0 {
        row.n = other.n;
    }
    if columns & 4 > 0 {
        row.note.clone_from(&other.note);
    }
    row
}

impl Oracle {
    pub(crate) fn new(hashed: bool, noted: bool) -> Self {
        Self {
            hashed,
            noted,
            live: BTreeMap::new(),
            archives: Vec::new(),
            entries: Vec::new(),
            settled: 0,
        }
    }

    pub(crate) fn id(&self, key: i64, row: &Row) -> String {
        if self.hashed {
            content_id(row)
        } else {
            key.to_string()
        }
    }

    /// One of the records that are there.
    pub(crate) fn pick(&self, n: usize) -> Option<(&String, &Row)> {
        self.live.iter().nth(n.checked_rem(self.live.len())?)
    }

    pub(crate) fn archive(&self, n: usize) -> Option<&(String, Row)> {
        self.archives.get(n.checked_rem(self.archives.len())?)
    }

    /// One of the versions of a record that ever was.
    pub(crate) fn version(&self, n: usize, version: usize) -> Option<(String, u64)> {
        let ids = self.ids();
        let id = ids.get(n.checked_rem(ids.len())?)?;
        let history = self.history(id);
        let entry = history.get(version % history.len())?;
        Some((id.clone(), entry.sequence as u64))
    }

    pub(crate) fn rows(&self) -> Vec<(String, Row)> {
        self.live.clone().into_iter().collect()
    }

    pub(crate) fn archives(&self) -> Vec<(String, Row)> {
        let mut archives = self.archives.clone();
        archives.sort_by(|a, b| a.partial_cmp(b).unwrap());
        archives
    }

    /// All ids that the journal knows.
    pub(crate) fn ids(&self) -> Vec<String> {
        let ids: BTreeSet<&String> = self.entries.iter().map(|e| &e.id).collect();
        ids.into_iter().cloned().collect()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The changes of a record, of those that it was made of, and of those made of it.
    pub(crate) fn history(&self, id: &str) -> Vec<Entry> {
        let mut ids = BTreeSet::from([id.to_owned()]);
        loop {
            let mut more = BTreeSet::new();
            for (at, entry) in self.entries.iter().enumerate() {
                if ids.contains(&entry.id) {
                    more.extend(entry.previous.clone());
                    if entry.kind == "replace" {
                        more.insert(self.entries[at + 1].id.clone());
                    }
                }
            }
            if more.is_subset(&ids) {
                break;
            }
            ids.append(&mut more);
        }
        let of_these = self.entries.iter().filter(|e| ids.contains(&e.id));
        of_these.cloned().collect()
    }

    /// The whole table after so many changes.
    pub(crate) fn table_as_of(&self, sequence: usize) -> BTreeMap<String, Row> {
        let mut table = BTreeMap::new();
        for entry in self.entries.iter().take_while(|e| e.sequence <= sequence) {
            if entry.leaves_record() {
                table.insert(entry.id.clone(), entry.row.clone());
            } else {
                table.remove(&entry.id);
            }
        }
        table
    }

    pub(crate) fn settled(&self) -> usize {
        self.settled
    }

    /// Compares the newest changes with what was noted. The order in which one statement took its rows is the
    /// journal's to say; all else is the oracle's.
    pub(crate) fn adopt(&mut self, noted: Vec<(String, String, Option<String>)>) {
        let mut pending = self.entries.split_off(self.settled);
        for (kind, id, previous) in noted {
            let at = pending
                .iter()
                .position(|e| e.kind == kind && e.id == id && e.previous == previous)
                .unwrap_or_else(|| panic!("{kind} of {id} (was {previous:?}) is none of {pending:?}"));
            let mut entry = pending.remove(at);
            entry.sequence = self.entries.len() + 1;
            if let Some(previous) = &entry.previous {
                let before = self.entries.last().unwrap();
                assert_eq!((before.kind, &before.id), ("replace", previous));
            }
            self.entries.push(entry);
        }
        assert_eq!(pending, [], "was not noted");
        self.settled = self.entries.len();
    }

    fn note(&mut self, kind: &'static str, id: &str, previous: Option<&str>, row: &Row) {
        if self.noted {
            self.entries.push(Entry {
                sequence: self.entries.len() + 1,
                kind,
                id: id.to_owned(),
                previous: previous.map(str::to_owned),
                row: row.clone(),
            });
        }
    }

    /// Does it, and tells whether it works. What does not leaves no trace, which is for the caller to see to.
    pub(crate) fn apply(&mut self, op: &Op) -> bool {
        let of_n = |oracle: &Self, n: i64| -> Vec<(String, Row)> {
            let rows = oracle.live.iter().filter(|(_, row)| row.n == n);
            rows.map(|(id, row)| (id.clone(), row.clone())).collect()
        };
        match op {
            Op::Insert(key, row) => self.insert(*key, row, "insert"),
            Op::InsertMany(rows) => rows.iter().all(|(key, row)| self.insert(*key, row, "insert")),
            Op::Update(pick, row, columns) => {
                if let Some((id, stored)) = self.pick(*pick) {
                    let (id, after) = (id.clone(), updated(stored, row, *columns));
                    self.change(&id, after, "update");
                }
                true
            }
            Op::Save(pick, row) => {
                if let Some((id, _)) = self.pick(*pick) {
                    let id = id.clone();
                    self.change(&id, row.clone(), "update");
                }
                true
            }
            Op::Delete(pick) => {
                if let Some((id, _)) = self.pick(*pick) {
                    let id = id.clone();
                    self.delete(&id);
                }
                true
            }
            Op::SetNote(n, note) => {
                for (id, row) in of_n(self, *n) {
                    let note = note.clone();
                    self.change(&id, Row { note, ..row }, "update");
                }
                true
            }
            Op::Move(n, to) => {
                for (id, row) in of_n(self, *n) {
                    self.change(&id, Row { n: *to, ..row }, "update");
                }
                true
            }
            Op::DeleteWhere(n) => {
                for (id, _) in of_n(self, *n) {
                    self.delete(&id);
                }
                true
            }
            Op::BringBack(pick) => {
                let Some((id, row)) = self.archive(*pick).cloned() else {
                    return true;
                };
                if self.live.contains_key(&id) {
                    return false;
                }
                let at = self.archives.iter().position(|a| a.0 == id && a.1 == row);
                self.archives.remove(at.unwrap());
                self.note("restore", &id, None, &row);
                self.live.insert(id, row);
                true
            }
            Op::RestoreVersion(pick, version) => {
                let Some((id, sequence)) = self.version(*pick, *version) else {
                    return true;
                };
                let history = self.history(&id);
                let entry = history.iter().find(|e| e.sequence as u64 == sequence);
                let row = entry.unwrap().row.clone();
                let newest = history.iter().rfind(|e| e.leaves_record()).unwrap();
                if self.live.contains_key(&newest.id) {
                    self.change(&newest.id, row, "restore");
                    return true;
                }
                let key = newest.id.parse().unwrap_or(0);
                self.insert(key, &row, "restore")
            }
            Op::Transaction(..) => unreachable!("transactions are taken apart before"),
        }
    }

    fn insert(&mut self, key: i64, row: &Row, kind: &'static str) -> bool {
        let id = self.id(key, row);
        if self.live.contains_key(&id) {
            return self.hashed;
        }
        self.note(kind, &id, None, row);
        self.live.insert(id, row.clone());
        true
    }

    fn change(&mut self, id: &str, after: Row, kind: &'static str) {
        let before = self.live[id].clone();
        if before == after {
            return;
        }
        if !self.hashed || content_id(&before) == content_id(&after) {
            self.note(kind, id, None, &after);
            self.live.insert(id.to_owned(), after);
            return;
        }
        let new = content_id(&after);
        let after = self.live.get(&new).cloned().unwrap_or(after);
        self.note("replace", id, None, &before);
        self.note(kind, &new, Some(id), &after);
        self.live.remove(id);
        self.live.insert(new, after);
        self.archives.push((id.to_owned(), before));
    }

    fn delete(&mut self, id: &str) {
        let row = self.live.remove(id).unwrap();
        self.note("delete", id, None, &row);
        if self.hashed {
            self.archives.push((id.to_owned(), row));
        }
    }
}
