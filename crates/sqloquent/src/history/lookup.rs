//! Reading the journal.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use sqloquent_core::{Result, Value};

use super::{
    Hash, HistoryEntry, JournalRow,
    head::Chain,
    journal,
    number::{numbers_of, sequence_of},
    record_id::record_key,
};
use crate::{
    executor::Executor,
    expr::{BinaryOp, ColumnRef, Direction, Expr, Function, Order, Slot, SourceRef},
    query::{Decode, Item, Query, Select, read},
    schema::Table,
};

/// So many rows are asked for by their numbers at a time.
const NUMBERS: usize = 500;

pub(super) fn column(table: &Table, slot: Slot, at: usize) -> Expr {
    let def = &table.columns[at];
    Expr::Column(ColumnRef {
        source: SourceRef::Slot(slot),
        name: def.name.clone(),
        ty: def.ty,
    })
}

pub(super) fn item(expr: Expr) -> Item {
    Item { expr, alias: None }
}

/// A query over the rows of one model in their order.
pub(crate) struct JournalQuery {
    table: Table,
    select: Select,
    chain: Chain,
}

impl JournalQuery {
    pub(crate) fn of(chain: &Chain) -> Self {
        let table = journal::table();
        let mut select = Select::from_table(table.clone());
        let (first, end) = numbers_of(chain.number);
        for (op, bound) in [(BinaryOp::Ge, first), (BinaryOp::Lt, end)] {
            let id = column(&table, select.slot, journal::ID);
            select.filter.push(Expr::binary(op, id, Expr::value(bound)));
        }
        Self {
            table,
            select,
            chain: chain.clone(),
        }
    }

    fn column(&self, at: usize) -> Expr {
        column(&self.table, self.select.slot, at)
    }

    fn with_values(mut self, at: usize, values: Vec<Value>) -> Self {
        let operand = Box::new(self.column(at));
        self.select.filter.push(Expr::InList {
            operand,
            values,
            negated: false,
        });
        self
    }

    fn in_order(mut self) -> Self {
        let order = Order::new(self.column(journal::ID), Direction::Asc);
        self.select.order.push(order);
        self
    }

    /// The rows of records.
    pub(crate) fn of_records(self, ids: impl IntoIterator<Item = String>) -> Self {
        let ids: Vec<Value> = ids.into_iter().map(Value::Text).collect();
        let key = |id: &Value| match id {
            Value::Text(id) => Value::Int(record_key(id)),
            _ => Value::Null,
        };
        let keys = ids.iter().map(key).collect();
        self.with_values(journal::RECORD_KEY, keys)
            .with_values(journal::RECORD_ID, ids)
    }

    /// The rows of these changes.
    pub(crate) fn numbered(self, sequences: impl IntoIterator<Item = i64>) -> Self {
        let (first, _) = numbers_of(self.chain.number);
        let ids = sequences.into_iter().map(|s| Value::Int(first.saturating_add(s)));
        let ids = ids.collect();
        self.with_values(journal::ID, ids)
    }

    /// So many rows behind that of a change.
    pub(crate) fn after(mut self, sequence: i64, rows: u64) -> Self {
        let (first, _) = numbers_of(self.chain.number);
        let last = Expr::value(first.saturating_add(sequence));
        let behind = Expr::binary(BinaryOp::Gt, self.column(journal::ID), last);
        self.select.filter.push(behind);
        self.select.limit = Some(rows);
        self
    }

    /// The rows; a row that cannot be read is an error.
    pub(crate) async fn get(self, db: &dyn Executor) -> Result<Vec<HistoryEntry>> {
        let chain = self.chain.clone();
        let decode = Decode::Closure(Arc::new({
            let chain = chain.clone();
            move |row| HistoryEntry::decode((chain.number, &chain.model), row)
        }));
        let mut entries = self.get_as(db, decode).await?;
        chain_up(db, &chain, &mut entries).await?;
        Ok(entries)
    }

    /// The rows with their numbers, without the hashes of the rows before them; a row that cannot be read is none.
    pub(crate) async fn get_leniently(self, db: &dyn Executor) -> Result<Vec<(i64, Option<HistoryEntry>)>> {
        let chain = self.chain.clone();
        let decode = Decode::Closure(Arc::new(move |row| {
            let entry = HistoryEntry::decode((chain.number, &chain.model), row).ok();
            Ok((JournalRow::sequence(row)?, entry))
        }));
        self.get_as(db, decode).await
    }

    /// The rows, whatever is made of them.
    pub(crate) async fn get_as<T: Send + 'static>(
        self,
        db: &dyn Executor,
        decode: Decode<T>,
    ) -> Result<Vec<T>> {
        let select = self.in_order().select;
        Query::<(), _>::from_parts(select, decode).get(db).await
    }

    /// How many rows there are.
    pub(crate) async fn count(self, db: &dyn Executor) -> Result<u64> {
        Query::<(), ()>::from_parts(self.select, Decode::Function(|_| Ok(())))
            .count(db)
            .await
            .map(|rows| u64::try_from(rows).unwrap_or(0))
    }

    /// Only the hashes, as the database holds them.
    pub(crate) async fn hashes(self, db: &dyn Executor) -> Result<Vec<(i64, Vec<u8>)>> {
        let mut query = self.in_order();
        query.select.items = [journal::ID, journal::HASH]
            .map(|at| item(query.column(at)))
            .into();
        let decode = Decode::Function(|row| Ok((JournalRow::sequence(row)?, read(row, 1)?)));
        Query::<(), _>::from_parts(query.select, decode).get(db).await
    }

    /// The numbers of the newest rows of records.
    pub(crate) async fn newest(self, db: &dyn Executor) -> Result<HashMap<String, i64>> {
        let mut select = self.select;
        let record = column(&self.table, select.slot, journal::RECORD_ID);
        let newest = Expr::Function {
            function: Function::Max,
            distinct: false,
            args: vec![column(&self.table, select.slot, journal::ID)],
        };
        select.items = vec![item(record.clone()), item(newest)];
        select.group = vec![record];
        let decode: Decode<(String, i64)> =
            Decode::Function(|row| Ok((read(row, 0)?, sequence_of(read(row, 1)?))));
        let rows = Query::<(), _>::from_parts(select, decode).get(db).await?;
        Ok(rows.into_iter().collect())
    }
}

/// Gives entries the hashes of the rows before them.
async fn chain_up(db: &dyn Executor, chain: &Chain, entries: &mut [HistoryEntry]) -> Result<()> {
    let mut hashes: HashMap<u64, Hash> = entries.iter().map(|e| (e.sequence, e.hash)).collect();
    let before = entries.iter().filter_map(|e| e.sequence.checked_sub(1));
    let unknown: HashSet<u64> = before.filter(|s| *s > 0 && !hashes.contains_key(s)).collect();
    let unknown: Vec<i64> = unknown
        .into_iter()
        .filter_map(|s| i64::try_from(s).ok())
        .collect();
    for some in unknown.chunks(NUMBERS) {
        let found = JournalQuery::of(chain)
            .numbered(some.iter().copied())
            .hashes(db)
            .await?;
        hashes.extend(
            found
                .into_iter()
                .filter_map(|(sequence, hash)| Some((u64::try_from(sequence).ok()?, hash.try_into().ok()?))),
        );
    }
    for entry in entries {
        let before = entry.sequence.checked_sub(1);
        if let Some(hash) = before.and_then(|s| hashes.get(&s)) {
            entry.previous_hash = *hash;
        }
    }
    Ok(())
}

/// The newest row of each record, by the id of the record, with the hash of the row before it; rows that cannot be read
/// are left out.
pub(crate) async fn newest_entries(
    db: &dyn Executor,
    chain: &Chain,
    ids: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, HistoryEntry>> {
    let newest = JournalQuery::of(chain).of_records(ids).newest(db).await?;
    if newest.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = JournalQuery::of(chain)
        .numbered(newest.into_values())
        .get_leniently(db)
        .await?;
    let mut entries: Vec<HistoryEntry> = rows.into_iter().filter_map(|(_, entry)| entry).collect();
    chain_up(db, chain, &mut entries).await?;
    Ok(entries.into_iter().map(|e| (e.record_id.clone(), e)).collect())
}
