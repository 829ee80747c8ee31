//! What is kept of records that are gone: rows of `deleted_records` and `record_versions`.

use packify::Packer;
use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{pack_noted, pack_row, piece::Piece};
use crate::{
    schema::{ColumnType, TableDef},
    types::{ValueError, coerce},
};

/// The time as archives have it: seconds since 1970, as text.
pub(crate) fn seconds_text(micros: i64) -> String {
    micros.div_euclid(1_000_000).to_string()
}

/// Where the key of a table is whose records others name by one text.
pub(crate) fn only_key(table: &TableDef) -> Result<usize> {
    match *table.key {
        [only] => Ok(only),
        _ => Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "`{}` has no id of one column, so that its records cannot be named",
                table.model
            ),
        )
        .with_table(table.name.clone().into_owned())),
    }
}

/// The value of a key that was written as text.
pub(crate) fn key_value(table: &TableDef, at: usize, text: &str) -> Result<Value> {
    let def = &table.columns[at];
    let value = match def.ty {
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 => text.parse().ok().map(Value::Int),
        ColumnType::Bytes => None,
        _ => Some(Value::Text(text.to_owned())),
    };
    value
        .ok_or_else(|| ValueError::new("the text is no id of this table"))
        .and_then(|value| coerce(value, def.ty, false))
        .map_err(|e| e.comparing(&table.name, &def.name))
}

/// The rows that archive records, as the database held them, each with the id of its archive.
pub(crate) fn archived<'r>(
    table: &TableDef,
    rows: impl IntoIterator<Item = (&'r [Value], String)>,
    micros: i64,
) -> Result<Vec<Vec<Value>>> {
    let mut packer = Packer::new();
    let now = Value::Text(seconds_text(micros));
    rows.into_iter()
        .map(|(row, id)| {
            let bytes = pack_row_as_found(&mut packer, table, row)?;
            Ok(vec![
                Value::Text(id),
                Value::Text(table.model.clone().into_owned()),
                key_text(table, row),
                Value::Bytes(bytes),
                now.clone(),
            ])
        })
        .collect()
}

/// The packed row; what is not of its column's type is kept as it was found.
fn pack_row_as_found(packer: &mut Packer, table: &TableDef, row: &[Value]) -> Result<Vec<u8>> {
    pack_row(packer, table, row).or_else(|_| pack_row(packer, &as_found(table, row), row))
}

/// The row as the journal keeps it; what is not of its column's type is kept as it was found.
pub(crate) fn pack_noted_as_found(packer: &mut Packer, table: &TableDef, row: &[Value]) -> Result<Vec<u8>> {
    pack_noted(packer, table, row).or_else(|_| pack_noted(packer, &as_found(table, row), row))
}

/// The rows that link records to those that they came from.
pub(crate) fn linked<'r>(
    table: &TableDef,
    versions: impl IntoIterator<Item = (&'r [Value], &'r [Value])>,
    micros: i64,
) -> Vec<Vec<Value>> {
    let now = Value::Text(seconds_text(micros));
    versions
        .into_iter()
        .map(|(before, after)| {
            vec![
                Value::Null,
                Value::Text(table.model.clone().into_owned()),
                key_text(table, after),
                key_text(table, before),
                now.clone(),
            ]
        })
        .collect()
}

/// The key of a row as text; the values of a key of several columns are joined by commas.
pub(crate) fn key_text(table: &TableDef, row: &[Value]) -> Value {
    let parts: Vec<String> = table
        .key
        .iter()
        .filter_map(|&i| row.get(i))
        .map(Value::to_string)
        .collect();
    Value::Text(parts.join(","))
}

/// The table with the types of the columns that the row does not keep to left open.
fn as_found(table: &TableDef, row: &[Value]) -> TableDef {
    let mut open = table.clone();
    for (def, value) in open.columns.to_mut().iter_mut().zip(row) {
        if Piece::of(value.as_ref(), def.ty).is_err() {
            def.ty = ColumnType::Any;
        }
    }
    open
}
