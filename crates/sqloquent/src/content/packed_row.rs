//! Whole rows as bytes, as archives and the journal keep them: a packed dict of all mapped columns.

use packify::{Packer, Value as Packed};
use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::hash::pack_columns;
use crate::{schema::TableDef, types::coerce};

/// The packed row.
pub(crate) fn pack_row(packer: &mut Packer, table: &TableDef, row: &[Value]) -> Result<Vec<u8>> {
    pack_columns(packer, table, row, 0..table.mapped().count()).map(<[u8]>::to_vec)
}

/// The row of packed bytes, its values of the types of their columns. Columns that the bytes do not have are NULL;
/// names that the table does not have are left out.
///
/// # Errors
/// [`ErrorKind::Decode`] for bytes that are no packed dict, or hold a value that does not fit its column.
pub(crate) fn unpack_row(table: &TableDef, bytes: &[u8]) -> Result<Vec<Value>> {
    let unpacked = packify::unpack(bytes).map_err(|e| damaged(table, &e.to_string()).with_source(e))?;
    let Packed::Dict(dict) = unpacked else {
        return Err(damaged(table, "they are no record"));
    };
    let columns = table.mapped().map(|def| {
        let value = dict.field(&def.name).map_or(Ok(Value::Null), value);
        let fitting = value.and_then(|v| coerce(v, def.ty, true).map_err(|_| ()));
        fitting.map_err(|()| {
            let why = format!("`{}` is not of its column's type", def.name);
            damaged(table, &why).with_column(def.name.clone().into_owned())
        })
    });
    columns.collect()
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
