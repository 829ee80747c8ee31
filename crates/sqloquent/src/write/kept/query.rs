//! Updates and deletes of the rows of a query, row by row: in parts, so that memory does not grow with their contents.

use std::{collections::HashSet, sync::Arc};

use sqloquent_core::{Dialect, Plan, Result, Value};

use super::{
    RowChange, Stage, at_once,
    change::check_update,
    keep::keep,
    perform::{Act, Done, perform},
    read,
    turns::Turns,
};
use crate::{
    call::Call,
    compile::{self, DeleteTree, UpdateTree},
    executor::Executor,
    expr::{Assignment, ColumnRef, Expr, SourceRef},
    hooks::Operation,
    job::{Collect, Execute},
    model::keys_condition,
    query::{Decode, Item, Select, check_meant},
    schema::{Table, TableDef},
    types::read_as,
    write::{Data, Origin, Subject, key_of, nothing_stored, query::check_returning},
};

/// So many rows are read at a time.
const PART: usize = 500;

/// Changes the rows of a query and tells how many.
pub(in crate::write) fn update_query<'a>(
    origin: Origin<'a>,
    select: &Select,
    set: Vec<Assignment>,
) -> Call<'a, u64> {
    match prepared(origin, select, Some(set), false) {
        Ok(done) => Call::steps(async move { Ok(done.await?.affected) }),
        Err(e) => Call::failed(e),
    }
}

/// Changes the rows of a query and gives them back as they are stored then.
#[track_caller]
pub(in crate::write) fn update_query_returning<'a, T: Send + 'static>(
    db: &'a dyn Executor,
    select: &Select,
    set: Vec<Assignment>,
    decode: Decode<T>,
) -> Call<'a, Vec<T>> {
    let done = prepared(Origin::here(db), select, Some(set), true);
    returning(db, select, done, decode)
}

/// Deletes the rows of a query and tells how many.
pub(in crate::write) fn delete_query<'a>(origin: Origin<'a>, select: &Select) -> Call<'a, u64> {
    match prepared(origin, select, None, false) {
        Ok(done) => Call::steps(async move { Ok(done.await?.affected) }),
        Err(e) => Call::failed(e),
    }
}

/// Deletes the rows of a query and gives them back as they were.
#[track_caller]
pub(in crate::write) fn delete_query_returning<'a, T: Send + 'static>(
    db: &'a dyn Executor,
    select: &Select,
    decode: Decode<T>,
) -> Call<'a, Vec<T>> {
    let done = prepared(Origin::here(db), select, None, true);
    returning(db, select, done, decode)
}

fn returning<'a, T: Send + 'static>(
    db: &'a dyn Executor,
    select: &Select,
    done: Result<impl Future<Output = Result<Done>> + Send + 'a>,
    decode: Decode<T>,
) -> Call<'a, Vec<T>> {
    let table = select.base().clone();
    match check_returning(db.handle().dialect(), select).and(done) {
        Ok(done) => Call::steps(async move {
            let rows = done.await?.rows;
            rows.iter()
                .map(|row| read::decoded(&table, &decode, row))
                .collect()
        }),
        Err(e) => Call::failed(e),
    }
}

/// Prepares an update, or a delete where nothing is set. What is wrong with it shows here.
fn prepared<'a>(
    origin: Origin<'a>,
    select: &Select,
    set: Option<Vec<Assignment>>,
    wanted: bool,
) -> Result<impl Future<Output = Result<Done>> + Send + use<'a>> {
    let subject = Subject::of(select);
    let select = Box::new(select.clone());
    let (operation, act, data) = match set {
        Some(set) => (
            Operation::Update,
            Act::UpdateRows(wanted),
            Data::Update { select, set },
        ),
        None => (
            Operation::Delete,
            Act::DeleteRows(wanted),
            Data::Delete { select },
        ),
    };
    check(origin.handle.dialect(), &data)?;
    let hooks = origin.handle.hooks(operation, || subject.clone());
    Ok(perform(origin, hooks, subject, operation, act, data))
}

fn check(dialect: Dialect, data: &Data) -> Result<()> {
    match data {
        Data::Update { select, set } => {
            check_meant(select, "update")?;
            let tree = UpdateTree {
                query: select,
                set,
                returning: false,
            };
            check_update(dialect, select.base(), &tree)?;
            compile::by_key(select.base(), vec![Value::Null; select.base().key.len()])?;
        }
        Data::Delete { select } => {
            check_meant(select, "delete")?;
            let tree = DeleteTree {
                query: select,
                returning: false,
            };
            compile::compile(dialect, |w| w.delete(&tree))?;
            compile::by_key(select.base(), vec![Value::Null; select.base().key.len()])?;
        }
        _ => {}
    }
    Ok(())
}

/// Checks what hooks may have made of an update or a delete.
pub(super) fn check_again(dialect: Dialect, act: &Act, data: &Data) -> Result<()> {
    match act {
        Act::UpdateRows(_) | Act::DeleteRows(_) => check(dialect, data),
        _ => Ok(()),
    }
}

fn column(select: &Select, def: &crate::schema::ColumnDef) -> Item {
    Item {
        expr: Expr::Column(ColumnRef {
            source: SourceRef::Slot(select.slot.at(0)),
            name: def.name.clone(),
            ty: def.ty,
        }),
        alias: None,
    }
}

/// The keys of the rows of a query, each once; among them may be that of a row that is not there.
async fn keys(stage: &Stage<'_>, select: &Select) -> Result<Vec<Vec<Value>>> {
    let table = stage.table;
    // The keys of hashed rows are compared, so that they are read as they are stored.
    if let (None, Some(key)) = (&table.hashed, select.only_key()) {
        return Ok(vec![key]);
    }
    let mut only_keys = select.clone();
    only_keys.distinct = false;
    only_keys.items = table.key_columns().map(|def| column(select, def)).collect();
    let find = compile::select(stage.dialect(), &only_keys)?.into_statement();
    let width = table.key.len();
    let types: Vec<_> = table.key_columns().map(|def| def.ty).collect();
    let decode = Decode::Closure(Arc::new(move |row: &dyn sqloquent_core::RowAccess| {
        let key = (0..width).map(|i| {
            let value = row.get(i)?;
            Ok(read_as(value, types[i]).unwrap_or_else(|_| value.to_owned()))
        });
        key.collect::<Result<Vec<Value>>>()
    }));
    let mut keys = stage.run(Collect::new(find, Plan::READ, decode)).await?;
    if select.sources.len() > 1 {
        let mut seen = HashSet::with_capacity(keys.len());
        keys.retain(|key| seen.insert(key.clone()));
    }
    Ok(keys)
}

/// Changes the rows of a query within a write.
pub(super) async fn update(stage: &Stage<'_>, data: Data, wanted: bool) -> Result<Done> {
    let Data::Update { select, set } = data else {
        return Err(nothing_stored());
    };
    if let Some(done) = at_once::update(stage, &select, &set, wanted).await? {
        return Ok(done);
    }
    let keys = keys(stage, &select).await?;
    let mut turns = Turns::new(stage, &select, &set, wanted, &keys);
    for part in keys.chunks(PART) {
        turns.take(part).await?;
    }
    Ok(turns.done)
}

/// The rows of keys, as they are and as the assignments make them: the database computes what these say.
pub(super) async fn changed(
    stage: &Stage<'_>,
    select: &Select,
    set: &[Assignment],
    keys: &[Vec<Value>],
) -> Result<Vec<(Vec<Value>, Vec<Value>)>> {
    let table = stage.table;
    let mut rows = Select::at(select.slot, table.clone());
    rows.filter.push(keys_condition(table, select.slot, keys)?);
    rows.items = table.mapped().map(|def| column(select, def)).collect();
    let mut targets = Vec::with_capacity(set.len());
    for assignment in set {
        table.column(assignment.column())?;
        let Some(at) = table.position(assignment.column()) else {
            continue;
        };
        // A value by itself needs no computing, and some engines would take it for text.
        if let Expr::Value(value) = assignment.value() {
            targets.push((at, Some(value.clone())));
        } else {
            targets.push((at, None));
            rows.items.push(Item {
                expr: assignment.value().clone(),
                alias: None,
            });
        }
    }
    let find = read::locked(stage.dialect(), compile::select(stage.dialect(), &rows)?);
    let decode = pairs(table, targets);
    let mut plan = Plan::READ;
    plan.by_key = keys.len() == 1 && select.update_plan(set).by_key;
    stage.run(Collect::new(find, plan, decode)).await
}

/// Reads rows, and makes of each what is assigned to it: given values, or those behind its columns.
fn pairs(table: &Table, targets: Vec<(usize, Option<Value>)>) -> Decode<(Vec<Value>, Vec<Value>)> {
    let table = table.clone();
    Decode::Closure(Arc::new(move |row| {
        let table: &TableDef = &table;
        let before = read::found(row, table)?;
        let mut after = before.clone();
        let mut computed = before.len()..;
        for (at, given) in &targets {
            let def = &table.columns[*at];
            let value = match given {
                Some(given) => read_as(given.as_ref(), def.ty),
                None => read_as(row.get(computed.next().unwrap_or_default())?, def.ty),
            };
            if let Some(place) = after.get_mut(*at) {
                *place = value.map_err(|e| e.writing(&table.name, &def.name))?;
            }
        }
        Ok((before, after))
    }))
}

/// Deletes the rows of a query within a write.
pub(super) async fn delete(stage: &Stage<'_>, data: Data, wanted: bool) -> Result<Done> {
    let Data::Delete { select } = data else {
        return Err(nothing_stored());
    };
    let mut done = Done::default();
    for part in keys(stage, &select).await?.chunks(PART) {
        let rows = read::by_keys(stage, part).await?;
        let keys: Vec<Vec<Value>> = rows.iter().map(|row| key_of(stage.table, row)).collect();
        let mut gone = Select::from_table(stage.table.clone());
        gone.filter.push(keys_condition(stage.table, gone.slot, &keys)?);
        let tree = DeleteTree {
            query: &gone,
            returning: false,
        };
        let delete = compile::compile(stage.dialect(), |w| w.delete(&tree))?.into_statement();
        stage.run(Execute::one(delete, Plan::WRITE)).await?;
        done.affected += rows.len() as u64;
        if wanted {
            done.rows.extend(rows.iter().cloned());
        }
        let changes: Vec<RowChange> = rows.into_iter().map(RowChange::deleted).collect();
        keep(stage, Operation::Delete, &changes).await?;
    }
    Ok(done)
}
