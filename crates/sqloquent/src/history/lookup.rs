//! Reading the journal.

use std::{collections::HashMap, sync::Arc};

use sqloquent_core::{Result, Value};

use super::{HistoryEntry, journal, record_id::record_key};
use crate::{
    executor::Executor,
    expr::{BinaryOp, ColumnRef, Direction, Expr, Function, Order, Slot, SourceRef},
    query::{Decode, Item, Query, Select, read},
    schema::Table,
};

fn column(table: &Table, slot: Slot, at: usize) -> Expr {
    let def = &table.columns[at];
    Expr::Column(ColumnRef {
        source: SourceRef::Slot(slot),
        name: def.name.clone(),
        ty: def.ty,
    })
}

fn text(value: &str) -> Expr {
    Expr::Value(Value::Text(value.to_owned()))
}

/// A query over the rows of one model in their order.
pub(crate) struct JournalQuery {
    table: Table,
    select: Select,
}

impl JournalQuery {
    pub(crate) fn of(model: &str) -> Self {
        let table = journal::table();
        let mut select = Select::from_table(table.clone());
        let of_model = Expr::binary(
            BinaryOp::Eq,
            column(&table, select.slot, journal::MODEL),
            text(model),
        );
        select.filter.push(of_model);
        Self { table, select }
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
        let order = Order::new(self.column(journal::SEQUENCE), Direction::Asc);
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

    /// The rows of these numbers.
    pub(crate) fn numbered(self, sequences: impl IntoIterator<Item = i64>) -> Self {
        self.with_values(journal::SEQUENCE, sequences.into_iter().map(Value::Int).collect())
    }

    /// So many rows behind a number.
    pub(crate) fn after(mut self, sequence: i64, rows: u64) -> Self {
        let behind = Expr::binary(
            BinaryOp::Gt,
            self.column(journal::SEQUENCE),
            Expr::value(sequence),
        );
        self.select.filter.push(behind);
        self.select.limit = Some(rows);
        self
    }

    /// The rows; a row that cannot be read is an error.
    pub(crate) async fn get(self, db: &dyn Executor) -> Result<Vec<HistoryEntry>> {
        let select = self.in_order().select;
        Query::<(), _>::from_parts(select, Decode::Function(HistoryEntry::decode))
            .get(db)
            .await
    }

    /// The rows with their numbers; a row that cannot be read is none.
    pub(crate) async fn get_leniently(self, db: &dyn Executor) -> Result<Vec<(i64, Option<HistoryEntry>)>> {
        let decode = Decode::Function(|row| {
            let sequence: i64 = read(row, journal::SEQUENCE)?;
            Ok((sequence, HistoryEntry::decode(row).ok()))
        });
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
        query.select.items = [journal::SEQUENCE, journal::HASH]
            .map(|at| item(query.column(at)))
            .into();
        let decode = Decode::Function(|row| Ok((read(row, 0)?, read(row, 1)?)));
        Query::<(), _>::from_parts(query.select, decode).get(db).await
    }

    /// The numbers of the newest rows of records.
    pub(crate) async fn newest(self, db: &dyn Executor) -> Result<HashMap<String, i64>> {
        let mut select = self.select;
        let record = column(&self.table, select.slot, journal::RECORD_ID);
        let newest = Expr::Function {
            function: Function::Max,
            distinct: false,
            args: vec![column(&self.table, select.slot, journal::SEQUENCE)],
        };
        select.items = vec![item(record.clone()), item(newest)];
        select.group = vec![record];
        let decode: Decode<(String, i64)> =
            Decode::Closure(Arc::new(|row| Ok((read(row, 0)?, read(row, 1)?))));
        let rows = Query::<(), _>::from_parts(select, decode).get(db).await?;
        Ok(rows.into_iter().collect())
    }
}

fn item(expr: Expr) -> Item {
    Item { expr, alias: None }
}

/// The newest row of each record, by the id of the record; rows that cannot be read are left out.
pub(crate) async fn newest_entries(
    db: &dyn Executor,
    model: &str,
    ids: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, HistoryEntry>> {
    let newest = JournalQuery::of(model).of_records(ids).newest(db).await?;
    if newest.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = JournalQuery::of(model)
        .numbered(newest.into_values())
        .get_leniently(db)
        .await?;
    let entries = rows.into_iter().filter_map(|(_, entry)| entry);
    Ok(entries.map(|e| (e.record_id.clone(), e)).collect())
}

/// The head of a model, as the database holds it.
pub(crate) struct Head {
    pub(crate) model: String,
    pub(crate) sequence: i64,
    pub(crate) hash: Vec<u8>,
}

/// The heads of all models.
pub(crate) async fn heads(db: &dyn Executor) -> Result<Vec<Head>> {
    let select = Select::from_table(journal::heads());
    let decode = Decode::Function(|row| {
        Ok(Head {
            model: read(row, 0)?,
            sequence: read(row, 1)?,
            hash: read(row, 2)?,
        })
    });
    Query::<(), _>::from_parts(select, decode).get(db).await
}

/// The names of all models that have journal rows.
pub(crate) async fn models(db: &dyn Executor) -> Result<Vec<String>> {
    let table = journal::table();
    let mut select = Select::from_table(table.clone());
    select.items = vec![item(column(&table, select.slot, journal::MODEL))];
    select.distinct = true;
    let decode = Decode::Function(|row| read(row, 0));
    Query::<(), String>::from_parts(select, decode).get(db).await
}
