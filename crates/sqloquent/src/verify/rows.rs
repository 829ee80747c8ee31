//! Checking the records of a table.

use std::collections::HashMap;

use packify::Packer;
use sqloquent_core::{Result, Value};

use super::{
    FindingKind, Stage,
    digest::Digests,
    forms::has_other_form,
    ledger::Ledger,
    raw_row::{RawRow, other_form},
    run::Run,
    seen::{Checks, Seen, Sound},
};
use crate::{
    content,
    history::{JournalQuery, head_of, newest_entries, record_id},
    query::{Query, Select},
    schema::{Table, TableDef},
};

/// How many records are read at a time.
const CHUNK: usize = 1_000;

/// What rows are compared with, besides their ids.
pub(super) enum Compare<'l> {
    Nothing,
    /// The journal, looked up for each of them.
    Lookup,
    /// What the journal says of a part of them.
    Ledger(&'l mut Ledger),
}

impl Compare<'_> {
    /// Whether the rows were not checked yet.
    fn is_first(&self) -> bool {
        !matches!(self, Self::Ledger(ledger) if !ledger.is_first())
    }

    /// What is to be looked at in each row.
    fn checks(&self, digests: &Digests) -> Checks {
        Checks {
            itself: self.is_first(),
            content: !matches!(self, Self::Nothing),
            digests: digests.clone(),
        }
    }
}

/// Whether content is what its id is the hash of.
pub(super) enum Match {
    Exact,
    /// But for the form of values.
    OtherForm,
    No,
}

/// A record whose content is not that of the row of the journal that last says of it.
struct Differing {
    id: String,
    /// The short form of its content.
    content: u64,
    /// The number of the row.
    sequence: u64,
}

/// Compares the content of a row of a hashed table with an id.
pub(super) fn matches_id(table: &TableDef, row: &[Value], id: &str) -> Match {
    let Ok(id) = id.parse() else { return Match::No };
    if content::content_id(table, row).is_ok_and(|content| content == id) {
        return Match::Exact;
    }
    let preimage = content::preimage(table, row).ok();
    let unpacked = preimage.and_then(|bytes| packify::unpack(&bytes).ok());
    let Some(packify::Value::Dict(dict)) = unpacked else {
        return Match::No;
    };
    let columns: Vec<(&str, packify::Value)> = dict
        .iter()
        .filter_map(|(name, value)| match name {
            packify::Value::Str(name) => Some((name.as_str(), value.clone())),
            _ => None,
        })
        .collect();
    if has_other_form(&columns, &id) {
        Match::OtherForm
    } else {
        Match::No
    }
}

impl Run<'_> {
    /// Checks the rows of a query over a table.
    pub(super) async fn rows(
        &mut self,
        table: &Table,
        mut select: Select,
        mut compare: Compare<'_>,
    ) -> Result<()> {
        select.items = Vec::new();
        let digests = match &compare {
            Compare::Ledger(ledger) => ledger.digests.clone(),
            _ => Digests::default(),
        };
        let decode = Seen::decoder(table, self.dialect, compare.checks(&digests));
        let query = Query::<(), Seen>::from_parts(select, decode);
        let mut chunks = query.chunk(self.db, CHUNK);
        while let Some(rows) = chunks.next().await? {
            let mut to_look_up: Vec<(String, u64)> = Vec::new();
            let mut differing: Vec<Differing> = Vec::new();
            for row in rows {
                let sound = match row {
                    Seen::Sound(sound) => Some(sound),
                    Seen::Doubtful(row) => self.doubtful(table, &row, &compare, &digests),
                };
                match (&mut compare, sound) {
                    (Compare::Lookup, Some(sound)) if sound.is_readable => {
                        to_look_up.push((sound.id, sound.content));
                    }
                    (Compare::Ledger(ledger), Some(sound)) => {
                        differing.extend(self.check_noted(table, sound, ledger));
                    }
                    _ => {}
                }
                self.report.records += u64::from(compare.is_first());
            }
            differing.extend(self.look_up(table, to_look_up, &digests).await?);
            self.differing(table, differing, &digests).await?;
            if compare.is_first() {
                self.progress(Stage::Records, &table.model);
            }
        }
        Ok(())
    }

    /// Says what is wrong with a row by itself; gives back what is to be compared with the journal.
    fn doubtful(
        &mut self,
        table: &Table,
        row: &RawRow,
        compare: &Compare<'_>,
        digests: &Digests,
    ) -> Option<Sound> {
        let stored_id = record_id(table, &row.stored);
        let typed = match row.typed(table) {
            Ok(typed) => typed,
            Err(at) => {
                let what = "cannot be read as its type";
                if compare.is_first() {
                    self.about_column(FindingKind::Unreadable, table, stored_id.clone(), at, what);
                }
                // It is there, whatever it holds.
                return Some(Sound::unreadable(stored_id, digests));
            }
        };
        if compare.is_first() {
            if let Some(at) = other_form(self.dialect, table, &row.stored, &typed) {
                let what = "is stored in another form";
                self.about_column(FindingKind::OtherForm, table, stored_id.clone(), at, what);
            }
            if table.hashed.is_some() {
                self.check_id(table, &typed, &stored_id);
            }
        }
        let content = content::pack_noted(&mut Packer::new(), table, &typed);
        let id = record_id(table, &typed);
        match content {
            Ok(content) => Some(Sound::of(id, &content, digests)),
            // No write of this library leaves such a row.
            Err(_) => {
                if compare.is_first() && table.hashed.is_none() {
                    let what = "the record holds a value that cannot be kept";
                    self.found(
                        FindingKind::Unreadable,
                        &table.model,
                        Some(id.clone()),
                        None,
                        what.into(),
                    );
                }
                Some(Sound::unreadable(id, digests))
            }
        }
    }

    /// Compares a row with what the journal last says of it.
    fn check_noted(&mut self, table: &Table, row: Sound, ledger: &mut Ledger) -> Option<Differing> {
        if !ledger.owns(row.record) {
            return None;
        }
        let last = ledger.last(row.record).map(|last| {
            last.met = true;
            (last.sequence, last.there, last.content == row.content)
        });
        if !row.is_readable {
            return None;
        }
        self.judge(table, (row.id, row.content), last)
    }

    /// Says what is wrong with a record of which the journal last says: at which row, that it is there, and the same.
    /// Gives it back where it is not the same.
    fn judge(
        &mut self,
        table: &Table,
        (id, content): (String, u64),
        last: Option<(u64, bool, bool)>,
    ) -> Option<Differing> {
        let (sequence, detail) = match last {
            None => (None, "the journal says nothing of the record"),
            Some((sequence, false, _)) => (Some(sequence), "the journal says that the record is gone"),
            Some((sequence, true, false)) => {
                return Some(Differing {
                    id,
                    content,
                    sequence,
                });
            }
            Some(_) => return None,
        };
        let kind = FindingKind::NotInJournal;
        self.found(kind, &table.model, Some(id), sequence, detail.into());
        None
    }

    /// Reports records that are not what the journal last says of them, but for what the model got or lost since.
    async fn differing(&mut self, table: &Table, rows: Vec<Differing>, digests: &Digests) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let Some(head) = head_of(self.db, &table.model).await? else {
            return Ok(());
        };
        let numbers = rows.iter().filter_map(|row| i64::try_from(row.sequence).ok());
        let entries = JournalQuery::of(&head.chain)
            .numbered(numbers)
            .get_leniently(self.db)
            .await?;
        let mut packer = Packer::new();
        let now: HashMap<u64, u64> = entries
            .into_iter()
            .filter_map(|(_, entry)| {
                let entry = entry?;
                let content = content::noted_now(&mut packer, table, &entry.content, &entry.record_id)?;
                Some((entry.sequence, digests.content(&content)))
            })
            .collect();
        for row in rows {
            if now.get(&row.sequence) != Some(&row.content) {
                let detail = "the record is not what the journal last says of it";
                let (kind, sequence) = (FindingKind::ChangedOutside, Some(row.sequence));
                self.found(kind, &table.model, Some(row.id), sequence, detail.into());
            }
        }
        Ok(())
    }

    fn check_id(&mut self, table: &Table, row: &[Value], id: &str) {
        match matches_id(table, row, id) {
            Match::Exact => {}
            Match::OtherForm => self.found(
                FindingKind::OtherForm,
                &table.model,
                Some(id.to_owned()),
                None,
                "the id is that of the same content with values in another form".into(),
            ),
            Match::No => self.found(
                FindingKind::ContentMismatch,
                &table.model,
                Some(id.to_owned()),
                None,
                "the id is not that of the content".into(),
            ),
        }
    }

    fn about_column(&mut self, kind: FindingKind, table: &Table, id: String, at: usize, what: &str) {
        let detail = format!("`{}` {what}", table.columns[at].name);
        self.found(kind, &table.model, Some(id), None, detail.into());
    }

    /// Compares records with what the journal last says of them. Gives back those that are not the same.
    async fn look_up(
        &mut self,
        table: &Table,
        rows: Vec<(String, u64)>,
        digests: &Digests,
    ) -> Result<Vec<Differing>> {
        let mut differing = Vec::new();
        if rows.is_empty() {
            return Ok(differing);
        }
        let ids = rows.iter().map(|(id, _)| id.clone());
        let newest = match head_of(self.db, &table.model).await? {
            Some(head) => newest_entries(self.db, &head.chain, ids).await?,
            None => HashMap::new(),
        };
        for (id, content) in rows {
            if let Some(entry) = newest.get(&id).filter(|entry| !entry.is_intact()) {
                let detail = "the row that last says of the record, or the one before it, was changed: its hash is that \
                              of something else";
                let sequence = Some(entry.sequence);
                self.found(
                    FindingKind::ChainBreak,
                    &table.model,
                    Some(id),
                    sequence,
                    detail.into(),
                );
                continue;
            }
            let last = newest.get(&id).map(|e| {
                let same = digests.content(&e.content) == content;
                (e.sequence, e.kind.leaves_record(), same)
            });
            differing.extend(self.judge(table, (id, content), last));
        }
        Ok(differing)
    }
}
