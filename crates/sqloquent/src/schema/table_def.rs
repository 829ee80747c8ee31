//! What is known of a table.

use std::{borrow::Cow, ops::Deref, sync::Arc};

use super::{ColumnDef, Generated, derived::Derived};
use crate::{Error, ErrorKind, Result, dynamic::DynamicModel};

/// A table as a model maps it. Columns that the model does not mention are left alone.
#[derive(Clone, Debug, PartialEq)]
pub struct TableDef {
    /// The name in the database, possibly `schema.table`.
    pub name: Cow<'static, str>,
    /// The name of the model: what archives and attachments call it.
    pub model: Cow<'static, str>,
    /// The mapped columns, in the order of the fields.
    pub columns: Cow<'static, [ColumnDef]>,
    /// Positions of the key's columns; empty for tables and views without a key.
    pub key: Cow<'static, [usize]>,
    /// Indexes beyond the key and single unique columns.
    pub indexes: Cow<'static, [IndexDef]>,
    /// Foreign keys.
    pub foreign_keys: Cow<'static, [ForeignKeyDef]>,
    /// The column that is set at insert.
    pub created_at: Option<usize>,
    /// The column that is set at insert and at every update.
    pub updated_at: Option<usize>,
    /// The column that counts versions, for optimistic locking.
    pub version: Option<usize>,
    /// Whether ids are hashes of what the rows hold, and of which columns of theirs.
    pub hashed: Option<HashedDef>,
    /// Whether every write leaves a row in the journal.
    pub history: bool,
}

/// What makes the ids of content-addressed rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HashedDef {
    /// Positions of the columns that are left out of the hash, besides those that always are: the id, timestamps,
    /// versions, and what the database computes.
    pub excluded: Cow<'static, [usize]>,
}

/// An index of one or more columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDef {
    /// Its name; made from table and columns when none.
    pub name: Option<Cow<'static, str>>,
    /// Positions of its columns.
    pub columns: Cow<'static, [usize]>,
    /// Whether it forbids duplicates.
    pub unique: bool,
}

/// What happens to a row when the row it points to is deleted, or its key changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnChange {
    /// The change is refused at the end of the statement.
    #[default]
    NoAction,
    /// The change is refused at once.
    Restrict,
    /// The row goes, or follows.
    Cascade,
    /// The foreign key becomes NULL.
    SetNull,
    /// The foreign key becomes its default.
    SetDefault,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKeyDef {
    /// Positions of its columns.
    pub columns: Cow<'static, [usize]>,
    /// The table pointed to.
    pub table: Cow<'static, str>,
    /// The columns pointed to, by name.
    pub references: Cow<'static, [Cow<'static, str>]>,
    /// When the row pointed to is deleted.
    pub on_delete: OnChange,
    /// When the key pointed to changes.
    pub on_update: OnChange,
}

impl TableDef {
    /// A table of columns without key, indexes and so on.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, columns: Vec<ColumnDef>) -> Self {
        let name = name.into();
        Self {
            model: name.clone(),
            name,
            columns: columns.into(),
            key: Cow::Borrowed(&[]),
            indexes: Cow::Borrowed(&[]),
            foreign_keys: Cow::Borrowed(&[]),
            created_at: None,
            updated_at: None,
            version: None,
            hashed: None,
            history: false,
        }
    }

    /// The position of a column by its name in the database, or else by the name of its field.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|c| c.name == name)
            .or_else(|| self.columns.iter().position(|c| c.field == name))
    }

    /// The column of that name.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] that suggests the likeliest name.
    pub fn column(&self, name: &str) -> Result<&ColumnDef> {
        match self.position(name) {
            Some(i) => Ok(&self.columns[i]),
            None => Err(self.unknown_column(name)),
        }
    }

    /// The columns that are read into the struct or record: all but the hidden ones.
    pub fn mapped(&self) -> impl Iterator<Item = &ColumnDef> {
        self.columns.iter().take_while(|c| !c.hidden)
    }

    /// The columns of the key.
    pub fn key_columns(&self) -> impl ExactSizeIterator<Item = &ColumnDef> {
        self.key.iter().map(|&i| &self.columns[i])
    }

    /// Positions of the columns whose values make the ids of a hashed table; none where ids are no hashes.
    pub fn hashed_columns(&self) -> impl Iterator<Item = usize> {
        let excluded = self.hashed.as_ref().map(|h| &*h.excluded);
        let kept = [self.created_at, self.updated_at, self.version];
        self.columns.iter().enumerate().filter_map(move |(i, def)| {
            let own = def.hidden || def.generated != Generated::No || kept.contains(&Some(i));
            let hashed = !own && !self.key.contains(&i) && !excluded?.contains(&i);
            hashed.then_some(i)
        })
    }

    /// The error for a column that the table does not have.
    #[must_use]
    pub fn unknown_column(&self, name: &str) -> Error {
        let near = self
            .columns
            .iter()
            .map(|c| (strsim::damerau_levenshtein(&c.name, name), &c.name))
            .min()
            .filter(|(distance, _)| *distance <= 3.min(name.len().div_ceil(2)));
        let hint = match near {
            Some((_, near)) => format!("; did you mean `{near}`?"),
            None => format!(
                "; it has {}",
                self.columns
                    .iter()
                    .map(|c| format!("`{}`", c.name))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        Error::new(
            ErrorKind::UnknownColumn,
            format!("`{}` has no column `{}`{hint}", self.name, name.escape_debug()),
        )
        .with_table(self.name.clone().into_owned())
        .with_column(name.to_owned())
    }
}

/// A table definition that is fixed in the program, or shared at run time.
#[derive(Clone, Debug)]
pub enum Table {
    /// Of a typed model.
    Static(&'static TableDef),
    /// Made at run time, such as a table of which only the name is known.
    Shared(Arc<TableDef>),
    /// Of a dynamic model.
    Dynamic(DynamicModel),
    /// Made by the query on the way.
    Derived(Arc<Derived>),
}

impl Deref for Table {
    type Target = TableDef;
    fn deref(&self) -> &TableDef {
        match self {
            Self::Static(t) => t,
            Self::Shared(t) => t,
            Self::Dynamic(model) => model.table(),
            Self::Derived(derived) => derived.def(),
        }
    }
}

impl From<TableDef> for Table {
    fn from(table: TableDef) -> Self {
        Self::Shared(Arc::new(table))
    }
}

impl From<&TableDef> for Table {
    fn from(table: &TableDef) -> Self {
        table.clone().into()
    }
}

impl From<Arc<TableDef>> for Table {
    fn from(table: Arc<TableDef>) -> Self {
        Self::Shared(table)
    }
}

impl From<&Self> for Table {
    fn from(table: &Self) -> Self {
        table.clone()
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq::<TableDef>(&**self, &**other) || **self == **other
    }
}
