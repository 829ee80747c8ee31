//! Tables, columns and constraints read from SQLite's messages.

use rusqlite::ffi;
use sqloquent_core::{Error, ErrorKind};

/// A violated constraint.
pub(super) fn constraint(code: i32, said: String) -> Error {
    let names = said
        .split_once("failed: ")
        .map(|(_, names)| names.to_owned())
        .unwrap_or_default();
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            let error = Error::new(
                ErrorKind::Unique,
                "a row with the same value exists already; use another value, or upsert",
            );
            // An index over expressions is reported as "index 'name'".
            if let Some(index) = names.strip_prefix("index '").and_then(|n| n.strip_suffix('\'')) {
                return error.with_constraint(index.to_owned());
            }
            with_first_column(error, &names).with_constraint(names)
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => with_first_column(
            Error::new(ErrorKind::NotNull, "the column must not be NULL; give it a value"),
            &names,
        ),
        ffi::SQLITE_CONSTRAINT_CHECK => {
            Error::new(ErrorKind::Check, "a check constraint forbids the values").with_constraint(names)
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::new(
            ErrorKind::ForeignKey,
            "a foreign key points to a row that does not exist, or a row that is pointed to would go; store the row \
             pointed to first, remove those that point last",
        ),
        // RAISE(ABORT, …) in a trigger: the words are the author's.
        ffi::SQLITE_CONSTRAINT_TRIGGER => Error::new(ErrorKind::Check, said),
        ffi::SQLITE_CONSTRAINT_DATATYPE => {
            let column = said.rsplit(' ').next().unwrap_or("").to_owned();
            with_first_column(Error::new(ErrorKind::InvalidValue, said), &column)
        }
        _ => Error::new(ErrorKind::Database, said),
    }
}

/// `t.a, t.b`: table `t`, column `a`.
fn with_first_column(error: Error, names: &str) -> Error {
    let first = names.split(", ").next().unwrap_or(names);
    match first.split_once('.') {
        Some((table, column)) => error.with_table(table.to_owned()).with_column(column.to_owned()),
        None => error,
    }
}

/// A statement that SQLite cannot prepare.
pub(super) fn statement(said: String) -> Error {
    if let Some(table) = after(&said, "no such table: ") {
        return Error::new(ErrorKind::UnknownTable, said.clone()).with_table(unqualified(&table));
    }
    if let Some(column) = after(&said, "no such column: ") {
        let error = Error::new(ErrorKind::UnknownColumn, said.clone());
        return match column.rsplit_once('.') {
            Some((table, column)) => error
                .with_table(unqualified(table))
                .with_column(column.to_owned()),
            None => error.with_column(column),
        };
    }
    if let Some((table, column)) = said
        .strip_prefix("table ")
        .and_then(|rest| rest.split_once(" has no column named "))
    {
        return Error::new(ErrorKind::UnknownColumn, said.clone())
            .with_table(table.to_owned())
            .with_column(column.to_owned());
    }
    if let Some(column) = after(&said, "ambiguous column name: ") {
        return Error::new(ErrorKind::InvalidQuery, said.clone()).with_column(column);
    }
    let of_the_text = said.ends_with("syntax error")
        || said.starts_with("incomplete input")
        || said.starts_with("unrecognized token")
        || said.starts_with("no such function")
        || said.starts_with("wrong number of arguments")
        || said.contains("values were supplied")
        || said.contains("values for");
    let kind = if of_the_text {
        ErrorKind::InvalidQuery
    } else {
        ErrorKind::Database
    };
    Error::new(kind, said)
}

/// What stands after a prefix, without quotes and without the hint that SQLite sometimes adds.
fn after(said: &str, prefix: &str) -> Option<String> {
    let name = said.strip_prefix(prefix)?;
    let name = name.split(" - should this be").next().unwrap_or(name);
    Some(name.trim_matches('"').to_owned())
}

/// A table's name without the schema's.
fn unqualified(table: &str) -> String {
    table.strip_prefix("main.").unwrap_or(table).to_owned()
}
