//! Saving relations: what differs is written, in one transaction, by the write path.

mod belongs_to;
mod has;
mod lists;
mod pivot;

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{RelationDef, RelationKind, changes::Changes, load::DefRef, member::Given, rows::ValueRows};
use crate::{schema::TableDef, write::Origin};

/// A relation of one row that is to be saved.
pub(crate) struct Saving {
    pub(crate) def: DefRef,
    /// The values of the owner's columns that take part.
    pub(crate) key: Vec<Value>,
    /// What the owner stores.
    pub(crate) owner: Vec<Value>,
    pub(crate) owners: ValueRows,
    pub(crate) related: ValueRows,
    pub(crate) pivot: Option<ValueRows>,
    pub(crate) changes: Changes,
}

impl Saving {
    /// Writes what differs. Gives back the owner's row where that was changed.
    pub(crate) async fn save(self, origin: Origin<'_>) -> Result<Option<Vec<Value>>> {
        match (self.def.kind, &self.pivot) {
            (RelationKind::HasOne | RelationKind::HasMany, _) => self.save_has(origin).await.map(|()| None),
            (RelationKind::BelongsTo, _) => self.save_belongs_to(origin).await,
            (RelationKind::BelongsToMany, Some(pivot)) => self.save_pivot(origin, pivot).await.map(|()| None),
            (RelationKind::Contains, _) => self.save_contains(origin).await,
            (RelationKind::Within, _) => self.save_within(origin).await.map(|()| None),
            (kind, _) => Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "`{}` is a `{}` relation, which is not saved as a whole; save what it goes through",
                    self.def.path(),
                    kind.name()
                ),
            )),
        }
    }

    /// The owner's key, none of which may be NULL.
    fn owner_key(&self) -> Result<&[Value]> {
        if self.key.iter().any(Value::is_null) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "nothing can be added to `{}`: the column that it goes by is NULL",
                    self.def.path()
                ),
            )
            .with_table(self.def.owner.name.clone().into_owned()));
        }
        Ok(&self.key)
    }

    /// The row for a related one that is not stored: there must be a model to make it of.
    fn unstored<'g>(&self, given: &'g Given) -> Result<&'g Vec<Value>> {
        given.row.as_ref().ok_or_else(|| missing(self.related.table()))
    }
}

#[cold]
fn missing(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!(
            "there is no `{}` with that id; add the model itself to have it inserted",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}

/// Refuses to take the owner from rows that cannot be without one.
fn check_nullable(def: &RelationDef, table: &TableDef, columns: &[usize]) -> Result<()> {
    match columns
        .iter()
        .map(|&c| &table.columns[c])
        .find(|c| !c.nullable)
    {
        None => Ok(()),
        Some(column) => Err(Error::new(
            ErrorKind::NotNull,
            format!(
                "`{}.{}` cannot be NULL, so nothing can be taken out of `{}`; delete the row, or give it to another",
                table.name,
                column.name,
                def.path()
            ),
        )
        .with_table(table.name.clone().into_owned())
        .with_column(column.name.clone().into_owned())),
    }
}
