//! Whole rows as bytes: a packed dict of all mapped columns, as archives keep it; the journal leaves out an id that it
//! has beside it.

use packify::{Packer, Value as Packed};
use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::hash::pack_columns;
use crate::{
    schema::{ColumnDef, ColumnType, TableDef},
    types::coerce,
};

/// The packed row.
pub(crate) fn pack_row(packer: &mut Packer, table: &TableDef, row: &[Value]) -> Result<Vec<u8>> {
    pack_columns(packer, table, row, 0..table.mapped().count()).map(<[u8]>::to_vec)
}

/// Where the key of a table is that the journal does not keep twice: one text, which is what it calls the record.
pub(crate) fn named_column(table: &TableDef) -> Option<usize> {
    match *table.key {
        [only] if table.columns[only].ty == ColumnType::Text => Some(only),
        _ => None,
    }
}

/// The row as the journal keeps it beside the record's id.
pub(crate) fn pack_noted(packer: &mut Packer, table: &TableDef, row: &[Value]) -> Result<Vec<u8>> {
    let named = named_column(table).filter(|&at| matches!(row.get(at), Some(Value::Text(_))));
    let columns = (0..table.mapped().count()).filter(|&at| named != Some(at));
    pack_columns(packer, table, row, columns).map(<[u8]>::to_vec)
}

/// The row of what the journal keeps of it. Columns that it does not have get their default, where that is a literal, or
/// NULL: they came to the table later.
///
/// # Errors
/// As [`unpack_row`].
pub(crate) fn unpack_noted(table: &TableDef, bytes: &[u8], record_id: &str) -> Result<Vec<Value>> {
    unpack(table, bytes, Some(record_id))
}

/// The whole row in bytes of what the journal keeps of it: the same that [`pack_row`] made of the row; none of bytes
/// that are no packed dict.
pub(crate) fn whole_of_noted(table: &TableDef, bytes: &[u8], record_id: &str) -> Option<Vec<u8>> {
    let Packed::Dict(mut dict) = packify::unpack(bytes).ok()? else {
        return None;
    };
    if let Some(at) = named_column(table) {
        let name = Packed::Str(table.columns[at].name.clone().into_owned());
        dict.entry(name)
            .or_insert_with(|| Packed::Str(record_id.to_owned()));
    }
    packify::pack(&dict).ok()
}

/// What the journal would keep today of the row that it keeps these bytes of: columns that the model has lost since are
/// left out, and those that it got have their default or are NULL. None of bytes that are no row of the table.
pub(crate) fn noted_now(
    packer: &mut Packer,
    table: &TableDef,
    bytes: &[u8],
    record_id: &str,
) -> Option<Vec<u8>> {
    let row = unpack_noted(table, bytes, record_id).ok()?;
    pack_noted(packer, table, &row).ok()
}

/// The row of packed bytes, its values of the types of their columns. Columns that the bytes do not have are NULL: nothing
/// vouches for an archive but what it holds. Names that the table does not have are left out.
///
/// # Errors
/// [`ErrorKind::Decode`] for bytes that are no packed dict, or hold a value that does not fit its column.
pub(crate) fn unpack_row(table: &TableDef, bytes: &[u8]) -> Result<Vec<Value>> {
    unpack(table, bytes, None)
}

fn unpack(table: &TableDef, bytes: &[u8], record_id: Option<&str>) -> Result<Vec<Value>> {
    let unpacked = packify::unpack(bytes).map_err(|e| damaged(table, &e.to_string()).with_source(e))?;
    let Packed::Dict(dict) = unpacked else {
        return Err(damaged(table, "they are no record"));
    };
    let named = named_column(table);
    let columns = table.mapped().enumerate().map(|(at, def)| {
        let value = match (dict.field(&def.name), record_id) {
            (Some(packed), _) => value(packed),
            (None, Some(id)) if named == Some(at) => Ok(Value::Text(id.to_owned())),
            (None, Some(_)) => return Ok(missing(def)),
            (None, None) => Ok(Value::Null),
        };
        let fitting = value.and_then(|v| coerce(v, def.ty, true).map_err(|_| ()));
        fitting.map_err(|()| {
            let why = format!("`{}` is not of its column's type", def.name);
            damaged(table, &why).with_column(def.name.clone().into_owned())
        })
    });
    columns.collect()
}

/// What rows hold in a column that the table got after they were written.
fn missing(def: &ColumnDef) -> Value {
    let default = def.default_sql.as_deref().and_then(literal);
    let fitting = default.and_then(|value| coerce(value, def.ty, true).ok());
    fitting.unwrap_or(Value::Null)
}

/// The value of a literal of SQL; none of any other expression.
fn literal(sql: &str) -> Option<Value> {
    if let Some(text) = sql.strip_prefix('\'').and_then(|sql| sql.strip_suffix('\'')) {
        let text = text.replace("''", "\0");
        return (!text.contains('\'')).then(|| Value::Text(text.replace('\0', "'")));
    }
    match sql {
        _ if sql.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        _ if sql.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        _ if sql.contains(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '.' | 'e' | 'E')) => None,
        _ => match sql.parse() {
            Ok(number) => Some(Value::Int(number)),
            Err(_) => sql.parse().ok().map(Value::Float),
        },
    }
}

/// The value of SQL that stands for a packed one.
fn value(packed: &Packed) -> Result<Value, ()> {
    Ok(match packed {
        Packed::None => Value::Null,
        Packed::Bool(v) => Value::Bool(*v),
        Packed::Int(_) => Value::Int(packed.as_i64().ok_or(())?),
        Packed::Float(v) => Value::Float(*v),
        Packed::Str(v) => Value::Text(v.clone()),
        Packed::Bytes(v) | Packed::ByteArray(v) => Value::Bytes(v.clone()),
        Packed::Decimal(v) => Value::Decimal(v.to_string()),
        _ => return Err(()),
    })
}

#[cold]
fn damaged(table: &TableDef, why: &str) -> Error {
    Error::new(
        ErrorKind::Decode,
        format!(
            "the kept bytes of a `{}` cannot be read: {why}; verify the database",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Value, literal};

    #[test]
    fn literals_are_read_and_other_expressions_are_not() {
        for (sql, value) in [
            ("3", Some(Value::Int(3))),
            ("-3", Some(Value::Int(-3))),
            ("1.5", Some(Value::Float(1.5))),
            ("TRUE", Some(Value::Bool(true))),
            ("'it''s'", Some(Value::Text("it's".into()))),
            ("''", Some(Value::Text(String::new()))),
            ("'a' || 'b'", None),
            ("NULL", None),
            ("1 + 1", None),
            ("CURRENT_TIMESTAMP", None),
            ("", None),
            ("'", None),
        ] {
            assert_eq!(literal(sql), value, "{sql}");
        }
    }
}
