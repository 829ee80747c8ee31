//! Checking the records of a table.

use packify::Packer;
use sqloquent_core::{Result, Value};

use super::{
    FindingKind, Stage,
    forms::has_other_form,
    ledger::{Ledger, short},
    raw_row::{RawRow, other_form},
    run::Run,
};
use crate::{
    content,
    history::{newest_entries, record_id},
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

    /// Notes that a record is there, whatever it holds.
    fn met(&mut self, id: &str) {
        if let Self::Ledger(ledger) = self {
            compare_met(ledger, id);
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
        let query = Query::<(), RawRow>::from_parts(select, RawRow::decoder(table));
        let mut chunks = query.chunk(self.db, CHUNK);
        while let Some(rows) = chunks.next().await? {
            if !compare.is_first() {
                self.again(table, &rows, &mut compare);
                continue;
            }
            self.chunk(table, rows, &mut compare).await?;
            self.progress(Stage::Records, &table.model);
        }
        Ok(())
    }

    async fn chunk(&mut self, table: &Table, rows: Vec<RawRow>, compare: &mut Compare<'_>) -> Result<()> {
        let mut packer = Packer::new();
        let mut to_compare: Vec<(String, Vec<u8>)> = Vec::new();
        for row in rows {
            self.report.records += 1;
            let id = record_id(table, &row.stored);
            let typed = match row.typed(table) {
                Ok(typed) => typed,
                Err(at) => {
                    compare.met(&id);
                    self.about_column(
                        FindingKind::Unreadable,
                        table,
                        id,
                        at,
                        "cannot be read as its type",
                    );
                    continue;
                }
            };
            if let Some(at) = other_form(self.dialect, table, &row.stored, &typed) {
                let what = "is stored in another form";
                self.about_column(FindingKind::OtherForm, table, id.clone(), at, what);
            }
            if table.hashed.is_some() {
                self.check_id(table, &typed, &id);
            }
            match compare {
                Compare::Nothing => {}
                Compare::Lookup => {
                    let content = content::pack_row(&mut packer, table, &typed)?;
                    to_compare.push((record_id(table, &typed), content));
                }
                Compare::Ledger(ledger) => self.check_noted(table, &typed, ledger, &mut packer)?,
            }
        }
        self.compare(table, to_compare).await
    }

    /// Compares rows that were checked already with the journal.
    fn again(&mut self, table: &Table, rows: &[RawRow], compare: &mut Compare<'_>) {
        let mut packer = Packer::new();
        let Compare::Ledger(ledger) = compare else { return };
        for row in rows {
            match row.typed(table) {
                // A row that cannot be packed was reported as one that cannot be read.
                Ok(typed) => {
                    let _ = self.check_noted(table, &typed, ledger, &mut packer);
                }
                Err(_) => compare_met(ledger, &record_id(table, &row.stored)),
            }
        }
    }

    /// Compares a row with what the journal last says of it.
    fn check_noted(
        &mut self,
        table: &Table,
        row: &[Value],
        ledger: &mut Ledger,
        packer: &mut Packer,
    ) -> Result<()> {
        let id = record_id(table, row);
        let Some(own) = ledger.own(&id) else {
            return Ok(());
        };
        let content = short(&content::pack_row(packer, table, row)?);
        let last = ledger.last(&own).map(|last| {
            last.met = true;
            (last.sequence, last.there, last.content == content)
        });
        self.judge(table, id, last);
        Ok(())
    }

    /// Says what is wrong with a record of which the journal last says: at which row, that it is there, and the same.
    fn judge(&mut self, table: &Table, id: String, last: Option<(u64, bool, bool)>) {
        let (kind, sequence, detail) = match last {
            None => (
                FindingKind::NotInJournal,
                None,
                "the journal says nothing of the record",
            ),
            Some((sequence, false, _)) => (
                FindingKind::NotInJournal,
                Some(sequence),
                "the journal says that the record is gone",
            ),
            Some((sequence, true, false)) => (
                FindingKind::ChangedOutside,
                Some(sequence),
                "the record is not what the journal last says of it",
            ),
            Some(_) => return,
        };
        self.found(kind, &table.model, Some(id), sequence, detail.into());
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

    /// Compares records with what the journal last says of them.
    async fn compare(&mut self, table: &Table, rows: Vec<(String, Vec<u8>)>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let ids = rows.iter().map(|(id, _)| id.clone());
        let newest = newest_entries(self.db, &table.model, ids).await?;
        for (id, content) in rows {
            let last = newest
                .get(&id)
                .map(|e| (e.sequence, e.kind.leaves_record(), e.content == content));
            self.judge(table, id, last);
        }
        Ok(())
    }
}

fn compare_met(ledger: &mut Ledger, id: &str) {
    if let Some(own) = ledger.own(id)
        && let Some(last) = ledger.last(&own)
    {
        last.met = true;
    }
}
