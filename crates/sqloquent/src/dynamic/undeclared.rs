//! Inserts into tables of which only the name is known.

use sqloquent_core::{Error, ErrorKind, Result};

use crate::{
    call::{Call, concrete},
    compile::Conflict,
    executor::Executor,
    job::{Insert, Rows},
    record::{IntoRecord, Record},
    schema::{ColumnDef, ColumnType, Table, TableDef},
    write,
};

fn prepare<T>(
    db: &dyn Executor,
    table: &Table,
    records: impl IntoIterator<Item: IntoRecord>,
    decode: Option<crate::query::Decode<T>>,
) -> Result<Insert<T>> {
    let name = || table.name.clone().into_owned();
    let mut columns: Option<Vec<ColumnDef>> = None;
    let mut values = Vec::new();
    let mut count = 0;
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
        for column in columns {
            values.push(record.get(&column.name).cloned().ok_or_else(|| uneven(&name()))?);
        }
        count += 1;
    }
    let def = TableDef::new(name(), columns.unwrap_or_default());
    let rows = Rows {
        columns: (0..def.columns.len()).collect(),
        table: Table::Shared(def.into()),
        values,
        count,
        conflict: Conflict::Fail,
    };
    Ok(Insert::new(rows, db.handle().dialect(), None, decode))
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
    let task = prepare(db, table, [data], Some(Record::any()));
    Call::task_with(db, task, |job| {
        super::stored_row(*concrete::<Insert<Record>>(job)?)
    })
}

#[track_caller]
pub(super) fn insert_many<'a>(
    db: &'a dyn Executor,
    table: &Table,
    rows: impl IntoIterator<Item: IntoRecord>,
) -> Call<'a, u64> {
    write::insert_many(db, prepare(db, table, rows, None))
}
