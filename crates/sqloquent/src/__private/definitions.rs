//! Definitions of tables, made at compile time.

use std::borrow::Cow;

use crate::schema::{
    ColumnDef, ColumnType, ForeignKeyDef, Generated, HashedDef, IndexDef, OnChange, TableDef,
};

/// A [`ColumnDef`] to be, of parts that constants can be made of.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "as in `ColumnDef`")]
pub struct ColumnSpec {
    pub name: &'static str,
    pub field: &'static str,
    pub ty: ColumnType,
    pub nullable: bool,
    pub generated: Generated,
    pub unique: bool,
    pub default_sql: Option<&'static str>,
    pub sql_type: Option<&'static str>,
    pub hidden: bool,
}

impl ColumnSpec {
    /// A column of a type.
    #[must_use]
    pub const fn new(name: &'static str, field: &'static str, ty: ColumnType, nullable: bool) -> Self {
        Self {
            name,
            field,
            ty,
            nullable,
            generated: Generated::No,
            unique: false,
            default_sql: None,
            sql_type: None,
            hidden: false,
        }
    }

    /// A timestamp that the struct has no field for.
    #[must_use]
    pub const fn timestamp(name: &'static str) -> Self {
        Self {
            hidden: true,
            ..Self::new(name, name, ColumnType::Timestamp, false)
        }
    }

    /// The definition.
    #[must_use]
    pub const fn def(self) -> ColumnDef {
        ColumnDef {
            name: Cow::Borrowed(self.name),
            field: Cow::Borrowed(self.field),
            ty: self.ty,
            nullable: self.nullable,
            generated: self.generated,
            unique: self.unique,
            default_sql: borrowed(self.default_sql),
            sql_type: borrowed(self.sql_type),
            hidden: self.hidden,
        }
    }
}

const fn borrowed(text: Option<&'static str>) -> Option<Cow<'static, str>> {
    match text {
        Some(text) => Some(Cow::Borrowed(text)),
        None => None,
    }
}

/// A [`TableDef`] to be, of parts that constants can be made of.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "as in `TableDef`")]
pub struct TableSpec {
    pub name: &'static str,
    pub model: &'static str,
    pub columns: &'static [ColumnDef],
    pub key: &'static [usize],
    pub indexes: &'static [IndexDef],
    pub foreign_keys: &'static [ForeignKeyDef],
    pub created_at: Option<usize>,
    pub updated_at: Option<usize>,
    pub version: Option<usize>,
    pub hashed: Option<&'static [usize]>,
    pub history: bool,
}

impl TableSpec {
    /// A table of columns.
    #[must_use]
    pub const fn new(name: &'static str, model: &'static str, columns: &'static [ColumnDef]) -> Self {
        Self {
            name,
            model,
            columns,
            key: &[],
            indexes: &[],
            foreign_keys: &[],
            created_at: None,
            updated_at: None,
            version: None,
            hashed: None,
            history: false,
        }
    }

    /// The definition.
    #[must_use]
    pub const fn def(self) -> TableDef {
        TableDef {
            name: Cow::Borrowed(self.name),
            model: Cow::Borrowed(self.model),
            columns: Cow::Borrowed(self.columns),
            key: Cow::Borrowed(self.key),
            indexes: Cow::Borrowed(self.indexes),
            foreign_keys: Cow::Borrowed(self.foreign_keys),
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            hashed: match self.hashed {
                Some(excluded) => Some(HashedDef {
                    excluded: Cow::Borrowed(excluded),
                }),
                None => None,
            },
            history: self.history,
        }
    }
}

/// An index.
#[must_use]
pub const fn index(name: Option<&'static str>, columns: &'static [usize], unique: bool) -> IndexDef {
    IndexDef {
        name: borrowed(name),
        columns: Cow::Borrowed(columns),
        unique,
    }
}

/// A foreign key.
#[must_use]
pub const fn foreign_key(
    columns: &'static [usize],
    table: &'static str,
    references: &'static [Cow<'static, str>],
    on_delete: OnChange,
    on_update: OnChange,
) -> ForeignKeyDef {
    ForeignKeyDef {
        columns: Cow::Borrowed(columns),
        table: Cow::Borrowed(table),
        references: Cow::Borrowed(references),
        on_delete,
        on_update,
    }
}

/// What is known of a derived model at compile time: what other models' foreign keys name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a derived model, so a foreign key cannot refer to it",
    note = "add `#[derive(Model)]` to it, or write `foreign_key = \"table.column\"`"
)]
pub trait ModelNames {
    /// The name of the table.
    const TABLE: &'static str;
    /// The names of the key's columns.
    const KEY: &'static [Cow<'static, str>];
}
