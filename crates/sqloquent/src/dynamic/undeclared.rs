//! Inserts into tables of which only the name is known.

use sqloquent_core::{Dialect, Error, ErrorKind, Result};

use crate::{
    call::{Call, Task as _, concrete},
    compile::Conflict,
    executor::Executor,
    hooks::Operation,
    job::{Insert, Rows},
    query::Decode,
    record::{IntoRecord, Record},
    schema::{ColumnDef, ColumnType, Table, TableDef},
    write::{Data, Origin, Seen, Subject, Write, nothing_stored},
};

/// What is written to, and the rows: of the columns that the first of them has.
fn rows(table: &Table, records: impl IntoIterator<Item: IntoRecord>) -> Result<(Subject, Data)> {
    let name = || table.name.clone().into_owned();
    let mut columns: Option<Vec<ColumnDef>> = None;
    let mut rows = Vec::new();
    for record in records {
        let record = record.into_record().map_err(|e| e.with_table(name()))?;
        let columns = columns.get_or_insert_with(|| {
            let hidden = |name: &str| ColumnDef {
                // Hidden, so that the stored row is given back with all columns that there are.
                hidden: true,
                ..ColumnDef::new(name.to_owned(), ColumnType::Any)
            };
            record.names().map(hidden).collect()
        });
        if record.len() != columns.len() {
            return Err(uneven(&name()));
        }
        let value = |column: &ColumnDef| record.get(&column.name).cloned().ok_or_else(|| uneven(&name()));
        rows.push(columns.iter().map(value).collect::<Result<_>>()?);
    }
    let def = TableDef::new(name(), columns.unwrap_or_default());
    let subject = Subject::new(Table::Shared(def.into()), None);
    Ok((subject, Data::Rows(rows)))
}

fn job<T>(dialect: Dialect, subject: &Subject, data: Data, decode: Option<Decode<T>>) -> Insert<T> {
    let rows = data.into_rows();
    let count = rows.len();
    let rows = Rows {
        table: subject.table.clone(),
        columns: (0..subject.table.columns.len()).collect(),
        values: rows.into_iter().flatten().collect(),
        count,
        conflict: Conflict::Fail,
    };
    Insert::new(rows, dialect, None, decode)
}

#[cold]
fn uneven(table: &str) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        "the rows have different columns; declare the table's columns with a `DynamicModel`, or give each row the same",
    )
    .with_table(table.to_owned())
}

#[track_caller]
pub(super) fn insert<'a>(db: &'a dyn Executor, table: &Table, data: impl IntoRecord) -> Call<'a, Record> {
    let origin = Origin::here(db);
    let compile = |dialect: Dialect, subject: &Subject, data: Data| {
        Ok(job(dialect, subject, data, Some(Record::any())))
    };
    let write = rows(table, [data])
        .and_then(|(subject, data)| Write::new(origin, Operation::Insert, subject, data, compile));
    Write::call(
        write,
        |job| {
            let (rows, _) = concrete::<Insert<Record>>(job)?.output()?;
            rows.into_iter().next().ok_or_else(nothing_stored)
        },
        |_| Ok(Seen::affected(1)),
    )
}

#[track_caller]
pub(super) fn insert_many<'a>(
    db: &'a dyn Executor,
    table: &Table,
    records: impl IntoIterator<Item: IntoRecord>,
) -> Call<'a, u64> {
    let origin = Origin::here(db);
    let compile =
        |dialect: Dialect, subject: &Subject, data: Data| Ok(job::<()>(dialect, subject, data, None));
    let write = rows(table, records).and_then(|(subject, data)| {
        let hooks = origin.handle.hooks(Operation::InsertMany, || subject.clone());
        let hooks = hooks.filter(|_| !data.rows().unwrap_or_default().is_empty());
        Write::with(origin, hooks, Operation::InsertMany, subject, data, compile)
    });
    Write::call(
        write,
        |job| Ok(concrete::<Insert<()>>(job)?.output()?.1),
        |&affected| Ok(Seen::affected(affected)),
    )
}
