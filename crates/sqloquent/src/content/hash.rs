//! From rows to their preimages and ids.

use packify::Packer;
use sha2::{Digest as _, Sha256};
use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{ContentId, packed_row::named_column, piece::Piece};
use crate::{schema::TableDef, types::ValueError};

/// Writes the named values of columns as a packed dict.
pub(super) fn pack_columns<'p>(
    packer: &'p mut Packer,
    table: &TableDef,
    row: &[Value],
    columns: impl Iterator<Item = usize>,
) -> Result<&'p [u8]> {
    let mut pieces: Vec<(&str, Piece<'_>)> = Vec::with_capacity(row.len());
    for at in columns {
        let def = &table.columns[at];
        let piece = match row.get(at) {
            Some(value) => Piece::of(value.as_ref(), def.ty).map_err(|e| refused(&e, table, at))?,
            None => Piece::None,
        };
        pieces.push((&def.name, piece));
    }
    pack_pieces(packer, table, pieces.iter().map(|(name, piece)| (*name, piece)))
}

/// Writes named pieces as a packed dict.
pub(crate) fn pack_pieces<'p, 'r>(
    packer: &'p mut Packer,
    table: &TableDef,
    mut pieces: impl Iterator<Item = (&'r str, &'r Piece<'r>)>,
) -> Result<&'p [u8]> {
    packer
        .pack(|sink| sink.dict(|dict| pieces.try_for_each(|(name, piece)| dict.entry(name, piece))))
        .map_err(|e| {
            Error::new(
                ErrorKind::InvalidValue,
                format!("a row of `{}` cannot be packed: {e}", table.name),
            )
            .with_table(table.name.clone().into_owned())
            .with_source(e)
        })
}

#[cold]
fn refused(error: &ValueError, table: &TableDef, at: usize) -> Error {
    let column = &table.columns[at].name;
    Error::new(
        ErrorKind::InvalidValue,
        format!("cannot hash `{column}`: {error}"),
    )
    .with_table(table.name.clone().into_owned())
    .with_column(column.clone().into_owned())
}

fn packed<'p>(packer: &'p mut Packer, table: &TableDef, row: &[Value]) -> Result<&'p [u8]> {
    pack_columns(packer, table, row, table.hashed_columns())
}

/// The bytes under the id of a row.
pub(crate) fn preimage(table: &TableDef, row: &[Value]) -> Result<Vec<u8>> {
    packed(&mut Packer::new(), table, row).map(<[u8]>::to_vec)
}

/// The id of a row's content.
pub(crate) fn content_id(table: &TableDef, row: &[Value]) -> Result<ContentId> {
    let mut packer = Packer::new();
    let bytes = packed(&mut packer, table, row)?;
    Ok(ContentId::from_bytes(Sha256::digest(bytes).into()))
}

/// Where the id of a hashed table is.
pub(crate) fn id_at(table: &TableDef) -> Result<usize> {
    match *table.key {
        [only] => Ok(only),
        _ => Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "`{}` is hashed and needs an id of one column; mark a field `#[model(id)]`, or name the column with `.id(…)`",
                table.model
            ),
        )
        .with_table(table.name.clone().into_owned())),
    }
}

/// Gives rows the ids of their content, whatever ids they came with.
pub(crate) fn seal<'r>(table: &TableDef, rows: impl IntoIterator<Item = &'r mut Vec<Value>>) -> Result<()> {
    let mut packer = Packer::new();
    rows.into_iter()
        .try_for_each(|row| seal_row(&mut packer, table, row).map(|_| ()))
}

/// Whether what is hashed of a row is what the journal keeps of it: all of it but the id.
pub(crate) fn is_noted_as_hashed(table: &TableDef) -> bool {
    let named = named_column(table);
    let noted = (0..table.mapped().count()).filter(|at| Some(*at) != named);
    named.is_some() && table.hashed_columns().eq(noted)
}

/// [Seals](seal) rows and gives back what was hashed of each.
pub(crate) fn seal_and_keep(table: &TableDef, rows: &mut [Vec<Value>]) -> Result<Vec<Vec<u8>>> {
    let mut packer = Packer::new();
    rows.iter_mut()
        .map(|row| seal_row(&mut packer, table, row).map(<[u8]>::to_vec))
        .collect()
}

/// Seals one row and lends what was hashed.
fn seal_row<'p>(packer: &'p mut Packer, table: &TableDef, row: &mut [Value]) -> Result<&'p [u8]> {
    let at = id_at(table)?;
    check_known(table, row)?;
    let bytes = packed(packer, table, row)?;
    let id = ContentId::from_bytes(Sha256::digest(bytes).into()).to_text();
    if let Some(place) = row.get_mut(at) {
        *place = Value::Text(id);
    }
    Ok(bytes)
}

/// Refuses a row that the database would complete: its content would not be what was hashed.
fn check_known(table: &TableDef, row: &[Value]) -> Result<()> {
    for at in table.hashed_columns() {
        let def = &table.columns[at];
        if def.default_sql.is_some() && !def.nullable && row.get(at).is_none_or(Value::is_null) {
            return Err(Error::new(
                ErrorKind::NotNull,
                format!(
                    "`{}` is part of the content that is hashed, so its value cannot be left to the database",
                    def.name
                ),
            )
            .with_table(table.name.clone().into_owned())
            .with_column(def.name.clone().into_owned()));
        }
    }
    Ok(())
}
