//! Comparing the table that links versions with the journal: for each record that was made of another both have a row,
//! in the same order.

use std::collections::VecDeque;

use sqloquent_core::{Result, Value};

use super::{FindingKind, link::Entry, raw_row::RawRow, run::Run};
use crate::{
    content,
    expr::{BinaryOp, ColumnRef, Direction, Expr, Order, SourceRef},
    query::{Query, Select},
    schema::Table,
};

/// How many rows are read at a time, and so how far a row may have gone from its place to be known again.
const PAGE: u64 = 500;

const SEQUENCE: usize = 0;
const MODEL: usize = 1;

/// A row of the table, each cell as text.
struct Version {
    record_id: String,
    previous_id: String,
    timestamp: String,
}

/// The rows of a model that were not compared yet.
pub(super) struct Versions {
    model: String,
    ahead: VecDeque<Version>,
    /// The number of the last row read; none at the end of the table.
    last: Option<i64>,
}

impl Run<'_> {
    /// The rows of a model.
    pub(super) async fn versions(&self, model: &str) -> Result<Versions> {
        let there = self.exists(&content::record_versions()).await?;
        Ok(Versions {
            model: model.to_owned(),
            ahead: VecDeque::new(),
            last: there.then_some(i64::MIN),
        })
    }

    /// Compares the next row with what the journal says, if it says that a record was made of another.
    pub(super) async fn version(
        &mut self,
        versions: &mut Versions,
        sequence: i64,
        entry: &Entry,
    ) -> Result<()> {
        let Some(kept) = &entry.kept else { return Ok(()) };
        let Some(previous_id) = &kept.previous_id else {
            return Ok(());
        };
        let timestamp = kept.seconds.to_string();
        let is_that = |version: &Version| {
            version.record_id == entry.record_id
                && version.previous_id == *previous_id
                && version.timestamp == timestamp
        };
        let mut found = versions.ahead.iter().position(is_that);
        while found.is_none() && versions.ahead.len() < PAGE as usize && versions.last.is_some() {
            self.read_on(versions).await?;
            found = versions.ahead.iter().position(is_that);
        }
        match found {
            Some(at) => {
                for extra in versions.ahead.drain(..at) {
                    self.unknown_version(&versions.model, extra);
                }
                versions.ahead.pop_front();
            }
            None => {
                let detail =
                    "the row of `record_versions` that says what the record was made of is not there";
                self.found(
                    FindingKind::DeletedOutside,
                    &versions.model,
                    Some(entry.record_id.clone()),
                    u64::try_from(sequence).ok(),
                    detail.into(),
                );
            }
        }
        Ok(())
    }

    /// Reports the rows that are left when the journal is at its end.
    pub(super) async fn more_versions(&mut self, versions: &mut Versions) -> Result<()> {
        loop {
            if versions.ahead.is_empty() {
                self.read_on(versions).await?;
            }
            let Some(extra) = versions.ahead.pop_front() else {
                return Ok(());
            };
            self.unknown_version(&versions.model, extra);
        }
    }

    fn unknown_version(&mut self, model: &str, version: Version) {
        let detail =
            "a row of `record_versions` says of what the record was made; the journal does not, not then";
        self.found(
            FindingKind::NotInJournal,
            model,
            Some(version.record_id),
            None,
            detail.into(),
        );
    }

    async fn read_on(&self, versions: &mut Versions) -> Result<()> {
        let Some(last) = versions.last else { return Ok(()) };
        let table = content::record_versions();
        let rows =
            Query::<(), RawRow>::from_parts(behind(&table, &versions.model, last), RawRow::decoder(&table))
                .get(self.db)
                .await?;
        versions.last = rows.last().and_then(|row| match row.stored[SEQUENCE] {
            Value::Int(sequence) => Some(sequence),
            _ => None,
        });
        versions.ahead.extend(rows.into_iter().map(|row| {
            let mut cells = row.stored.into_iter().skip(MODEL + 1).map(|cell| match cell {
                Value::Text(text) => text,
                other => other.to_string(),
            });
            let mut next = || cells.next().unwrap_or_default();
            Version {
                record_id: next(),
                previous_id: next(),
                timestamp: next(),
            }
        }));
        Ok(())
    }
}

/// The next rows of a model behind a number.
fn behind(table: &Table, model: &str, last: i64) -> Select {
    let mut select = Select::from_table(table.clone());
    let slot = select.slot;
    let column = |at: usize| {
        let def = &table.columns[at];
        Expr::Column(ColumnRef {
            source: SourceRef::Slot(slot),
            name: def.name.clone(),
            ty: def.ty,
        })
    };
    let name = Expr::Value(Value::Text(model.to_owned()));
    select.filter = vec![
        Expr::binary(BinaryOp::Eq, column(MODEL), name),
        Expr::binary(BinaryOp::Gt, column(SEQUENCE), Expr::value(last)),
    ];
    select.order = vec![Order::new(column(SEQUENCE), Direction::Asc)];
    select.limit = Some(PAGE);
    select
}
