//! What is known of a column.

use std::borrow::Cow;

use super::ColumnType;

/// Who gives a column its value at insert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Generated {
    /// The program.
    #[default]
    No,
    /// The database counts: an integer key, 0 until stored.
    Increment,
    /// The database computes it: never written, always read back.
    Always,
}

/// A column of a table as the model maps it.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDef {
    /// The name in the database.
    pub name: Cow<'static, str>,
    /// The name of the field in the struct; the same as `name` for dynamic models.
    pub field: Cow<'static, str>,
    /// What it holds.
    pub ty: ColumnType,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// Who gives it its value at insert.
    pub generated: Generated,
    /// Whether a unique index of its own is asked for.
    pub unique: bool,
    /// A default in the database, as a SQL expression.
    pub default_sql: Option<Cow<'static, str>>,
    /// The SQL type to use in `create_tables` instead of the dialect's own.
    pub sql_type: Option<Cow<'static, str>>,
    /// Whether the table has it but the struct does not: timestamps without fields. Hidden columns come last; they are
    /// written and can be queried, but not read into the struct.
    pub hidden: bool,
}

impl ColumnDef {
    /// A nullable column that the program gives its value.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, ty: ColumnType) -> Self {
        let name = name.into();
        Self {
            field: name.clone(),
            name,
            ty,
            nullable: true,
            generated: Generated::No,
            unique: false,
            default_sql: None,
            sql_type: None,
            hidden: false,
        }
    }
}
