//! Reading rows as the database holds them, within a write.

use std::sync::Arc;

use sqloquent_core::{Dialect, Error, ErrorKind, Family, Plan, Result, RowAccess, Statement, Value};

use super::Stage;
use crate::{
    compile::{self, Compiled},
    content,
    job::{Collect, First},
    model::{ValuesRow, keys_condition},
    query::{Decode, Select},
    schema::{Table, TableDef},
    types::read_as,
};

/// Reads the mapped columns: as values of their types, or as they are where they are of another.
pub(super) fn found(row: &dyn RowAccess, table: &TableDef) -> Result<Vec<Value>> {
    let columns = table.mapped().enumerate();
    columns
        .map(|(i, def)| {
            let value = row.get(i)?;
            Ok(read_as(value, def.ty).unwrap_or_else(|_| value.to_owned()))
        })
        .collect()
}

pub(super) fn whole(table: &Table) -> Decode<Vec<Value>> {
    let table = table.clone();
    Decode::Closure(Arc::new(move |row| found(row, &table)))
}

/// A reading statement whose rows nobody else changes until the transaction is over.
pub(super) fn locked(dialect: Dialect, mut compiled: Compiled) -> Statement {
    // On SQLite the transaction holds the only lock there is.
    if dialect.family != Family::Sqlite {
        compiled.sql.push_str(" FOR UPDATE");
    }
    compiled.into_statement()
}

/// The row of a key.
pub(super) async fn by_key(stage: &Stage<'_>, key: Vec<Value>) -> Result<Option<Vec<Value>>> {
    let find = compile::find(stage.dialect(), stage.table, key)?;
    let find = locked(stage.dialect(), find);
    stage
        .run(First::new(find, Plan::READ_BY_KEY, whole(stage.table)))
        .await
}

/// The first row with values in columns; none where one of the values is NULL, which equals nothing.
pub(super) async fn by_columns(
    stage: &Stage<'_>,
    columns: &[usize],
    row: &[Value],
) -> Result<Option<Vec<Value>>> {
    let values: Vec<Value> = columns.iter().filter_map(|&i| row.get(i).cloned()).collect();
    if values.len() != columns.len() || values.iter().any(Value::is_null) {
        return Ok(None);
    }
    let select = compile::by_columns(stage.table, columns, values);
    let find = locked(stage.dialect(), compile::select(stage.dialect(), &select)?);
    stage.run(First::new(find, Plan::READ, whole(stage.table))).await
}

/// The rows of keys that are still there, in no order.
pub(super) async fn by_keys(stage: &Stage<'_>, keys: &[Vec<Value>]) -> Result<Vec<Vec<Value>>> {
    let mut select = Select::from_table(stage.table.clone());
    let condition = keys_condition(stage.table, select.slot, keys)?;
    select.filter.push(condition);
    let find = locked(stage.dialect(), compile::select(stage.dialect(), &select)?);
    stage
        .run(Collect::new(find, Plan::READ, whole(stage.table)))
        .await
}

/// The row as a `T`.
pub(super) fn decoded<T>(table: &TableDef, decode: &Decode<T>, row: &[Value]) -> Result<T> {
    decode.row(&ValuesRow { table, values: row })
}

/// Refuses a row that does not have the id of its content: changing it would make a sound record of a forged one.
pub(super) fn check_intact(table: &TableDef, row: &[Value]) -> Result<()> {
    if content::is_intact(table, row) {
        return Ok(());
    }
    Err(mismatch(table))
}

#[cold]
pub(crate) fn mismatch(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::ContentMismatch,
        format!(
            "the stored `{}` does not hold what its id says: it was changed past this library, or is kept in another \
             form; verify the database before you go on",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}
