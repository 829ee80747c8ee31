//! The SQL types of columns: the table in [`ColumnType`]'s documentation.

use std::borrow::Cow;

use sqloquent_core::{Dialect, Error, ErrorKind, Family, Result};

use crate::schema::{ColumnDef, ColumnType, TableDef};

/// The type that a column is declared with. `keyed`: whether an index, key or constraint holds it, for which MySQL needs
/// a length.
pub(super) fn sql_type<'d>(
    dialect: Dialect,
    table: &TableDef,
    def: &'d ColumnDef,
    keyed: bool,
) -> Result<Cow<'d, str>> {
    if let Some(own) = &def.sql_type {
        return Ok(Cow::Borrowed(own));
    }
    let name = match dialect.family {
        Family::Sqlite => sqlite(def.ty),
        Family::Postgres => postgres(def.ty),
        _ => mysql(def.ty, keyed),
    };
    name.map(Cow::Borrowed).ok_or_else(|| {
        Error::new(
            ErrorKind::Configuration,
            format!(
                "the column `{}` of `{}` has no type, and {} needs one; declare it",
                def.name,
                table.name,
                dialect.name()
            ),
        )
        .with_table(table.name.clone().into_owned())
        .with_column(def.name.clone().into_owned())
    })
}

fn sqlite(ty: ColumnType) -> Option<&'static str> {
    Some(match ty {
        ColumnType::Bool | ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 => "INTEGER",
        ColumnType::Float32 | ColumnType::Float64 => "REAL",
        ColumnType::Bytes => "BLOB",
        // Without a type SQLite keeps every value as it comes.
        ColumnType::Any => "",
        ColumnType::Text
        | ColumnType::Uuid
        | ColumnType::Decimal
        | ColumnType::Json
        | ColumnType::Timestamp
        | ColumnType::DateTime
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::IdList => "TEXT",
    })
}

fn postgres(ty: ColumnType) -> Option<&'static str> {
    Some(match ty {
        ColumnType::Bool => "boolean",
        ColumnType::Int16 => "smallint",
        ColumnType::Int32 => "integer",
        ColumnType::Int64 => "bigint",
        ColumnType::Float32 => "real",
        ColumnType::Float64 => "double precision",
        ColumnType::Text | ColumnType::IdList => "text",
        ColumnType::Bytes => "bytea",
        ColumnType::Uuid => "uuid",
        ColumnType::Decimal => "numeric",
        ColumnType::Json => "jsonb",
        ColumnType::Timestamp => "timestamptz",
        ColumnType::DateTime => "timestamp",
        ColumnType::Date => "date",
        ColumnType::Time => "time",
        ColumnType::Any => return None,
    })
}

fn mysql(ty: ColumnType, keyed: bool) -> Option<&'static str> {
    Some(match ty {
        ColumnType::Bool => "tinyint(1)",
        ColumnType::Int16 => "smallint",
        ColumnType::Int32 => "int",
        ColumnType::Int64 => "bigint",
        ColumnType::Float32 => "float",
        ColumnType::Float64 => "double",
        ColumnType::Text if keyed => "varchar(255)",
        ColumnType::Text => "text",
        ColumnType::IdList => "longtext",
        ColumnType::Bytes if keyed => "varbinary(255)",
        ColumnType::Bytes => "longblob",
        ColumnType::Uuid => "char(36)",
        ColumnType::Decimal => "decimal(38,10)",
        ColumnType::Json => "json",
        ColumnType::Timestamp | ColumnType::DateTime => "datetime(6)",
        ColumnType::Date => "date",
        ColumnType::Time => "time(6)",
        ColumnType::Any => return None,
    })
}
