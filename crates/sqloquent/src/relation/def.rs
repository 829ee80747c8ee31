//! What is known of a relation, typed or dynamic.

use std::borrow::Cow;

use super::RelationKind;
use crate::{
    expr::{ColumnRef, Slot, SourceRef},
    schema::{ColumnDef, Table, TableDef},
};

/// A relation: which columns of which tables are equal.
///
/// The owner is the model that the relation is declared on, whatever holds the key.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationDef {
    /// The name: that of the field.
    pub name: Cow<'static, str>,
    /// The kind.
    pub kind: RelationKind,
    /// The table of the model that has the relation.
    pub owner: Table,
    /// Positions of the owner's columns that take part.
    pub owner_key: Box<[usize]>,
    /// The table of the related model.
    pub related: Table,
    /// Positions of the related table's columns that take part.
    pub related_key: Box<[usize]>,
    /// The table between the two, where there is one.
    pub via: Option<Via>,
}

/// The table between two related ones: a pivot, or the model that a relation goes through.
#[derive(Clone, Debug, PartialEq)]
pub struct Via {
    /// The table.
    pub table: Table,
    /// Positions of its columns that are equal to the owner's.
    pub owner_key: Box<[usize]>,
    /// Positions of its columns that are equal to those of the related table.
    pub related_key: Box<[usize]>,
}

impl Via {
    /// Whether no two of its rows join the same two rows.
    #[must_use]
    pub(crate) fn is_unique(&self) -> bool {
        let held = |columns: &[usize]| {
            !columns.is_empty()
                && columns
                    .iter()
                    .all(|c| self.owner_key.contains(c) || self.related_key.contains(c))
        };
        let table = &*self.table;
        held(&table.key)
            || table.indexes.iter().any(|i| i.unique && held(&i.columns))
            || self
                .owner_key
                .iter()
                .chain(&*self.related_key)
                .any(|&c| table.columns[c].unique)
    }
}

impl RelationDef {
    /// A name that stays the same from run to run and differs between any two relations: for caches of one's own.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let key = ada.posts().def().cache_key();
    /// assert_eq!(key, "User.posts has_many Post(user_id)");
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn cache_key(&self) -> String {
        let names = |table: &TableDef, columns: &[usize]| {
            let names: Vec<&str> = columns.iter().map(|&c| &*table.columns[c].name).collect();
            names.join(",")
        };
        let (kind, owner, related) = (self.kind.name(), &self.owner.model, &self.related.model);
        let keys = match (&self.via, self.kind) {
            (Some(via), _) => format!(
                " via {}({};{})",
                via.table.model,
                names(&via.table, &via.owner_key),
                names(&via.table, &via.related_key)
            ),
            (None, RelationKind::BelongsTo | RelationKind::Contains) => {
                return format!(
                    "{owner}({}).{} {kind} {related}",
                    names(&self.owner, &self.owner_key),
                    self.name
                );
            }
            (None, _) => format!("({})", names(&self.related, &self.related_key)),
        };
        format!("{owner}.{} {kind} {related}{keys}", self.name)
    }

    /// How the relation is called in messages: `User.posts`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.owner.model, self.name)
    }

    /// The owner's columns that take part.
    pub fn owner_columns(&self) -> impl ExactSizeIterator<Item = &ColumnDef> {
        self.owner_key.iter().map(|&i| &self.owner.columns[i])
    }

    /// The related table's columns that take part.
    pub fn related_columns(&self) -> impl ExactSizeIterator<Item = &ColumnDef> {
        self.related_key.iter().map(|&i| &self.related.columns[i])
    }
}

/// Columns of a table at a place in a query.
pub(crate) fn columns_at(table: &TableDef, columns: &[usize], slot: Slot) -> Vec<ColumnRef> {
    columns
        .iter()
        .map(|&i| {
            let def = &table.columns[i];
            ColumnRef {
                source: SourceRef::Slot(slot),
                name: def.name.clone(),
                ty: def.ty,
            }
        })
        .collect()
}
