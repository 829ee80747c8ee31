//! Inserts of many kept rows that are not wanted back: where it is known beforehand what the database will hold, they
//! are not read back either.

use std::{
    collections::HashSet,
    future::poll_fn,
    pin::{Pin, pin},
};

use packify::Packer;
use sqloquent_core::{Affinity, Family, Plan, Result, RowAccess, Statement, Value};

use super::{
    Stage, insert,
    keep::explain,
    note::{self, inserted, inserted_as},
    perform::Done,
    read,
};
use crate::{
    compile::{self, Conflict, InsertTree},
    content,
    history::{Noted, journal},
    hooks::Operation,
    job::{Collect, InsertEach},
    query::{Decode, read as cell},
    schema::{Generated, Table, TableDef, gives_back},
    write::{complete, key_of, now_micros},
};

/// Fewer rows than this are not worth asking what the table is like.
const FEW: usize = 8;

/// So many rows are packed, inserted and noted at a time.
const PART: usize = 1_000;

/// So many at first, so that the other thread need not wait for long.
const FIRST_PART: usize = 100;

/// Inserts rows within a write and counts the new ones.
pub(super) async fn rows(stage: &Stage<'_>, mut rows: Vec<Vec<Value>>) -> Result<Done> {
    let Some(foresight) = Foresight::of(stage, &mut rows).await? else {
        return Ok(Done {
            affected: read_back(stage, rows).await?,
            ..Done::default()
        });
    };
    let mut affected = 0;
    let mut rest = rows.into_iter();
    let mut next = Part::pack(stage, &foresight, rest.by_ref().take(FIRST_PART));
    while let Some(part) = next {
        let storing = pin!(store(stage, part?));
        let pack = || Part::pack(stage, &foresight, rest.by_ref().take(PART));
        let (new, packed) = meanwhile(storing, pack).await;
        affected += new?;
        next = packed;
    }
    Ok(Done {
        affected,
        ..Done::default()
    })
}

/// Inserts rows and reads them back; tells how many are new.
async fn read_back(stage: &Stage<'_>, mut rows: Vec<Vec<Value>>) -> Result<u64> {
    let mapped = stage.table.mapped().count();
    rows.iter_mut().for_each(|row| row.truncate(mapped));
    Ok(insert::rows(stage, rows).await?.affected)
}

/// What a future comes to, and what is worked out once it is under way: while another thread does its work.
async fn meanwhile<F: Future, R>(mut future: Pin<&mut F>, work: impl FnOnce() -> R) -> (F::Output, R) {
    let begun = poll_fn(|cx| std::task::Poll::Ready(future.as_mut().poll(cx))).await;
    let worked = work();
    match begun {
        std::task::Poll::Ready(done) => (done, worked),
        std::task::Poll::Pending => (future.await, worked),
    }
}

/// Rows that are ready to be stored.
enum Part {
    Foreseen(Foreseen),
    /// Of at least one of them it is not known what the database will hold.
    Unforeseen(Vec<Vec<Value>>),
}

/// Rows of which it is known what the database will hold, and what is noted of them.
struct Foreseen {
    insert: InsertEach,
    /// The keys where they are hashes.
    keys: Vec<Vec<Value>>,
    noted: Vec<Noted>,
}

impl Part {
    /// Completes the next rows, gives them their ids where these are hashes, and packs them; none where no rows are left.
    fn pack(
        stage: &Stage<'_>,
        foresight: &Foresight,
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Option<Result<Self>> {
        let rows: Vec<_> = rows.collect();
        (!rows.is_empty()).then(|| Self::of(stage, foresight, rows))
    }

    fn of(stage: &Stage<'_>, foresight: &Foresight, mut rows: Vec<Vec<Value>>) -> Result<Self> {
        let table = stage.table;
        foresight.complete(table, &mut rows)?;
        if !foresight.holds_as_given(table, &rows) {
            return Ok(Self::Unforeseen(rows));
        }
        let mut noted = Vec::new();
        if table.hashed.is_some() && table.history && content::is_noted_as_hashed(table) {
            let contents = content::seal_and_keep(table, &mut rows)?;
            let both = rows.iter().zip(contents);
            noted.extend(both.map(|(row, content)| inserted_as(stage, Operation::InsertMany, row, content)));
        } else {
            if table.hashed.is_some() {
                content::seal(table, &mut rows)?;
            }
            if table.history {
                let mut packer = Packer::new();
                noted.reserve(rows.len());
                for row in &rows {
                    noted.push(inserted(&mut packer, stage, Operation::InsertMany, row)?);
                }
            }
        }
        let keys = match table.hashed {
            Some(_) => rows.iter().map(|row| key_of(table, row)).collect(),
            None => Vec::new(),
        };
        Ok(Self::Foreseen(Foreseen {
            insert: InsertEach::new(statement(stage, rows)?),
            keys,
            noted,
        }))
    }
}

/// What is known beforehand of how the table will hold rows: nothing in it changes them.
struct Foresight {
    columns: Vec<Column>,
    now: i64,
    /// Whether the rows are complete already.
    complete: bool,
}

impl Foresight {
    /// None where too little is known. Keys that the database counts are counted here, for all rows.
    async fn of(stage: &Stage<'_>, rows: &mut [Vec<Value>]) -> Result<Option<Self>> {
        let table = stage.table;
        let computed = |def: &crate::ColumnDef| def.generated == Generated::Always;
        if stage.dialect().family != Family::Sqlite || rows.len() < FEW || table.columns.iter().any(computed)
        {
            return Ok(None);
        }
        let Some(columns) = columns(stage).await? else {
            return Ok(None);
        };
        let mut this = Self {
            columns,
            now: now_micros(),
            complete: false,
        };
        if table.hashed.is_some() {
            // Digits, which a column of numbers would take for one.
            let id = Value::Text("1".to_owned());
            let mut of_key = table.key.iter().zip(table.key_columns());
            let held = of_key.all(|(&at, def)| gives_back(this.columns[at].affinity, &id, def.ty));
            return Ok(held.then_some(this));
        }
        if table
            .columns
            .iter()
            .any(|def| def.generated == Generated::Increment)
        {
            this.complete(table, rows)?;
            this.complete = true;
            if !count(stage, &this.columns, rows).await? {
                return Ok(None);
            }
        }
        Ok(Some(this))
    }

    /// Completes rows, but for ids that are hashes.
    fn complete(&self, table: &TableDef, rows: &mut [Vec<Value>]) -> Result<()> {
        if self.complete {
            return Ok(());
        }
        rows.iter_mut()
            .try_for_each(|row| complete(table, row, self.now, false))
    }

    /// Whether no column turns a value of complete rows into another one.
    fn holds_as_given(&self, table: &TableDef, rows: &[Vec<Value>]) -> bool {
        let hashed = table.hashed.is_some();
        rows.iter().all(|row| {
            let cells = table.columns.iter().zip(&self.columns).zip(row).enumerate();
            // The ids are still to come.
            let mut cells = cells.filter(|(i, _)| !(hashed && table.key.contains(i)));
            cells.all(|(i, ((def, column), value))| {
                let left_out = value.is_null() && (table.key.contains(&i) || !def.nullable);
                !left_out && gives_back(column.affinity, value, def.ty)
            })
        })
    }
}

/// A column as SQLite has it.
struct Column {
    affinity: Affinity,
    /// Whether it is the number of the row.
    numbers_rows: bool,
}

/// What the columns of the table are declared as; none where the table does more with its rows than to hold them, or
/// lacks a column.
async fn columns(stage: &Stage<'_>) -> Result<Option<Vec<Column>>> {
    let Some(look) = compile::plain_columns(stage.dialect(), &stage.table.name)? else {
        return Ok(None);
    };
    let decode = Decode::Function(|row: &dyn RowAccess| {
        let (name, declared, in_key): (String, String, i64) = (cell(row, 0)?, cell(row, 1)?, cell(row, 2)?);
        let (columns_of_key, is_plain): (i64, Option<i64>) = (cell(row, 3)?, cell(row, 4)?);
        Ok((
            name,
            declared,
            in_key == 1 && columns_of_key == 1,
            is_plain == Some(1),
        ))
    });
    let found = stage
        .run(Collect::new(look.into_statement(), Plan::READ, decode))
        .await?;
    let column = |def: &crate::ColumnDef| {
        let (_, declared, only_key, is_plain) = found
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(&def.name))?;
        is_plain.then(|| Column {
            affinity: Affinity::of_declared(declared),
            numbers_rows: *only_key && declared.eq_ignore_ascii_case("INTEGER"),
        })
    };
    Ok(stage.table.columns.iter().map(column).collect())
}

/// Gives rows the numbers that the database would count for them; nobody else writes until the transaction is over.
/// False where they are not known.
async fn count(stage: &Stage<'_>, columns: &[Column], rows: &mut [Vec<Value>]) -> Result<bool> {
    let table = stage.table;
    let counted = table
        .columns
        .iter()
        .position(|def| def.generated == Generated::Increment);
    let Some(at) = counted.filter(|&at| rows.iter().any(|row| row[at].is_null())) else {
        return Ok(true);
    };
    if !columns[at].numbers_rows {
        return Ok(false);
    }
    let largest = compile::largest(stage.dialect(), table, at)?.into_statement();
    let decode = Decode::Function(|row: &dyn RowAccess| cell::<Option<i64>>(row, 0));
    let found = stage.run(Collect::new(largest, Plan::READ, decode)).await?;
    let mut last = found.into_iter().flatten().next().unwrap_or(0).max(0);
    let mut numbers = Vec::with_capacity(rows.len());
    for row in &*rows {
        let number = match row[at] {
            Value::Int(given) => given,
            _ => match last.checked_add(1) {
                Some(next) => next,
                None => return Ok(false),
            },
        };
        last = last.max(number);
        numbers.push(number);
    }
    for (row, number) in rows.iter_mut().zip(numbers) {
        row[at] = Value::Int(number);
    }
    Ok(true)
}

/// Stores rows and notes those that are new. Tells how many these are.
async fn store(stage: &Stage<'_>, part: Part) -> Result<u64> {
    let table = stage.table;
    let Foreseen {
        insert,
        keys,
        mut noted,
    } = match part {
        Part::Foreseen(foreseen) => foreseen,
        Part::Unforeseen(rows) => return read_back(stage, rows).await,
    };
    let new = stage.run(insert).await?;
    if table.hashed.is_some() {
        check_others(stage, &keys, &new).await?;
    }
    if table.history {
        let mut of = new.iter();
        noted.retain(|_| of.next().is_some_and(|new| *new));
        note::append(stage, noted)
            .await
            .map_err(|e| explain(e, table, &journal()))?;
    }
    Ok(new.iter().filter(|new| **new).count() as u64)
}

fn statement(stage: &Stage<'_>, rows: Vec<Vec<Value>>) -> Result<Statement> {
    let table: &Table = stage.table;
    let conflict = match table.hashed {
        Some(_) => Conflict::KeepStored,
        None => Conflict::Fail,
    };
    let columns: Vec<usize> = (0..table.columns.len()).collect();
    let tree = InsertTree {
        table,
        columns: &columns,
        rows: 1,
        conflict: &conflict,
        returning: false,
    };
    let sql = compile::compile(stage.dialect(), |w| w.insert(&tree, None))?.sql;
    let count = rows.len();
    let values = rows.into_iter().flatten().collect();
    Ok(Statement::repeated(sql, values, count).without_savepoint())
}

/// Makes sure that the rows that were there already hold what their ids say.
async fn check_others(stage: &Stage<'_>, keys: &[Vec<Value>], new: &[bool]) -> Result<()> {
    let made: HashSet<&[Value]> = pairs(keys, new, true).collect();
    let there: HashSet<&[Value]> = pairs(keys, new, false)
        .filter(|key| !made.contains(key))
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    let there: Vec<Vec<Value>> = there.into_iter().map(<[Value]>::to_vec).collect();
    let table: &TableDef = stage.table;
    for row in read::by_keys(stage, &there).await? {
        read::check_intact(table, &row)?;
    }
    Ok(())
}

fn pairs<'k>(keys: &'k [Vec<Value>], new: &'k [bool], wanted: bool) -> impl Iterator<Item = &'k [Value]> {
    let pairs = keys.iter().zip(new);
    pairs
        .filter(move |(_, new)| **new == wanted)
        .map(|(key, _)| &**key)
}
