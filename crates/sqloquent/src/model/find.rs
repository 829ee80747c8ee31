//! Reading by key.

use sqloquent_core::{Plan, Result, Statement, Value};

use super::{Key, Model, statement_cache::Fixed};
use crate::{
    call::{Call, Task as _, concrete},
    compile,
    executor::Executor,
    expr::{ColumnRef, Expr, Slot, SourceRef},
    job::First,
    query::{Decode, Query},
    schema::{ColumnDef, Table},
    write::{self, Mapping, Origin},
};

/// The statement that finds a row of a model.
fn find_statement<M: Model>(db: &dyn Executor, key: Vec<Value>) -> Result<Statement> {
    let dialect = db.handle().dialect();
    let table = Table::Static(M::table());
    if table.key.len() != key.len() {
        // Says what is wrong: no key, or one of another length.
        return compile::find(dialect, &table, key).map(compile::Compiled::into_statement);
    }
    let sql = M::statements().get(Fixed::Find, dialect, || {
        compile::find(dialect, &table, vec![Value::Null; table.key.len()]).map(|c| c.sql)
    })?;
    Ok(Statement::new(sql, key))
}

pub(super) fn find_task<M: Model>(db: &dyn Executor, key: Result<Vec<Value>>) -> Result<First<M>> {
    let statement = find_statement::<M>(db, key?)?;
    Ok(First::new(
        statement,
        Plan::READ_BY_KEY,
        Decode::Function(|row| M::decode(row, 0)),
    ))
}

#[track_caller]
pub(super) fn find<M: Model>(db: &dyn Executor, key: Result<Vec<Value>>) -> Call<'_, Option<M>> {
    Call::task(db, scoped_task(db, key))
}

/// The row of a key, if the model's global scope lets it through.
fn scoped_task<M: Model>(db: &dyn Executor, key: Result<Vec<Value>>) -> Result<First<M>> {
    if !M::SCOPED {
        return find_task(db, key);
    }
    let query = Query::<M>::new();
    let condition = keys_condition(&Table::Static(M::table()), query.slot(), &[key?])?;
    let query = query.condition(condition);
    let statement = compile::select(db.handle().dialect(), query.tree())?.into_statement();
    Ok(First::new(
        statement,
        Plan::READ_BY_KEY,
        Decode::Function(|row| M::decode(row, 0)),
    ))
}

#[track_caller]
pub(super) fn find_required<M: Model>(db: &dyn Executor, key: Result<Vec<Value>>) -> Call<'_, M> {
    Call::task_with(db, scoped_task::<M>(db, key), |job| {
        concrete::<First<M>>(job)?
            .output()?
            .ok_or_else(|| write::not_found(M::table()))
    })
}

/// The rows of many keys, in the order in which the database gives them.
#[track_caller]
pub(super) fn find_many<'a, M: Model, V>(
    db: &'a dyn Executor,
    ids: impl IntoIterator<Item = V>,
) -> Call<'a, Vec<M>>
where
    M::Id: Key<V>,
{
    let keys: Result<Vec<Vec<Value>>> = ids.into_iter().map(<M::Id as Key<V>>::key_values).collect();
    let query = keys.and_then(|keys| by_keys::<M>(&keys));
    match query {
        Ok(query) => query.get(db),
        Err(e) => Call::failed(e),
    }
}

fn by_keys<M: Model>(keys: &[Vec<Value>]) -> Result<Query<M>> {
    let query = Query::<M>::new();
    let condition = keys_condition(&Table::Static(M::table()), query.slot(), keys)?;
    Ok(query.condition(condition))
}

/// The condition that finds the rows of many keys.
pub(crate) fn keys_condition(table: &Table, slot: Slot, keys: &[Vec<Value>]) -> Result<Expr> {
    let column = |def: &ColumnDef| {
        Expr::Column(ColumnRef {
            source: SourceRef::Slot(slot),
            name: def.name.clone(),
            ty: def.ty,
        })
    };
    let defs: Vec<_> = table.key_columns().collect();
    if let Some(other) = keys.iter().find(|k| k.len() != defs.len()) {
        // Says what is wrong: no key, or one of another length.
        compile::by_key(table, other.clone())?;
    }
    Ok(match &*defs {
        [] => return compile::by_key(table, Vec::new()).map(|_| Expr::Any(Vec::new())),
        [only] => Expr::InList {
            operand: Box::new(column(only)),
            values: keys.iter().filter_map(|k| k.first().cloned()).collect(),
            negated: false,
        },
        _ => Expr::InRows {
            operands: defs.into_iter().map(column).collect(),
            rows: keys
                .iter()
                .filter(|k| !k.iter().any(Value::is_null))
                .cloned()
                .collect(),
        },
    })
}

/// Reads an instance again.
#[track_caller]
pub(super) fn reload<'a, M: Model>(instance: &'a mut M, db: &'a dyn Executor) -> Call<'a, ()> {
    let origin = Origin::here(db);
    let read = instance.values().and_then(|row| {
        write::reload(
            origin,
            Mapping::<M>::typed(),
            row,
            Box::new(|key| find_task::<M>(db, Ok(key))),
        )
    });
    match read {
        Err(e) => Call::failed(e),
        Ok(read) => Call::steps(async move {
            instance.absorb(read.await?);
            Ok(())
        }),
    }
}
