//! Updates and deletes of the rows of a query.

use sqloquent_core::{Error, ErrorKind, Plan, Result};

use super::now::{now_micros, stamp};
use crate::{
    call::Call,
    compile::{self, DeleteTree, UpdateTree},
    executor::Executor,
    expr::{Assignment, BinaryOp, ColumnRef, Expr, SourceRef},
    job::{Collect, Execute},
    query::{Decode, Select, check_meant},
};

/// Adds what every update of the table sets: the time, the version.
fn complete(select: &Select, mut set: Vec<Assignment>) -> Vec<Assignment> {
    if set.is_empty() {
        return set;
    }
    let table = select.base();
    let given = |set: &[Assignment], at: usize| set.iter().any(|a| *a.column() == *table.columns[at].name);
    if let Some(at) = table.updated_at
        && !given(&set, at)
    {
        let def = &table.columns[at];
        set.push(Assignment::named(
            def.name.clone(),
            Expr::Value(stamp(def.ty, now_micros())),
        ));
    }
    if let Some(at) = table.version
        && !given(&set, at)
    {
        let def = &table.columns[at];
        let column = ColumnRef {
            source: SourceRef::Slot(select.slot),
            name: def.name.clone(),
            ty: def.ty,
        };
        let next = Expr::binary(BinaryOp::Add, Expr::Column(column), Expr::value(1));
        set.push(Assignment::named(def.name.clone(), next));
    }
    set
}

/// Updates the rows of a query.
#[track_caller]
pub(crate) fn update_query<'a>(db: &'a dyn Executor, select: &Select, set: Vec<Assignment>) -> Call<'a, u64> {
    Call::task(db, update_job(db, select, set))
}

fn update_job(db: &dyn Executor, select: &Select, set: Vec<Assignment>) -> Result<Execute> {
    check_meant(select, "update")?;
    let set = complete(select, set);
    let tree = UpdateTree {
        query: select,
        set: &set,
        returning: false,
    };
    let compiled = compile::compile(db.handle().dialect(), |w| w.update(&tree))?;
    Ok(Execute::one(compiled.into_statement(), select.update_plan(&set)))
}

/// Deletes the rows of a query.
#[track_caller]
pub(crate) fn delete_query<'a>(db: &'a dyn Executor, select: &Select) -> Call<'a, u64> {
    let job = check_meant(select, "delete").and_then(|()| {
        let tree = DeleteTree {
            query: select,
            returning: false,
        };
        let compiled = compile::compile(db.handle().dialect(), |w| w.delete(&tree))?;
        Ok(Execute::one(compiled.into_statement(), Plan::WRITE))
    });
    Call::task(db, job)
}

fn check_returning(db: &dyn Executor, select: &Select) -> Result<()> {
    if !db.handle().dialect().returning_from_update {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "the engine cannot return changed rows; read them in the same transaction",
        ));
    }
    if !select.items.is_empty() || select.sources.len() > 1 {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            "only whole rows of one table can be returned by a change",
        ));
    }
    Ok(())
}

/// Updates the rows of a query and gives them back.
#[track_caller]
pub(crate) fn update_query_returning<'a, T: Send + 'static>(
    db: &'a dyn Executor,
    select: &Select,
    set: Vec<Assignment>,
    decode: Decode<T>,
) -> Call<'a, Vec<T>> {
    let job = check_returning(db, select)
        .and_then(|()| check_meant(select, "update"))
        .and_then(|()| {
            let set = complete(select, set);
            let tree = UpdateTree {
                query: select,
                set: &set,
                returning: true,
            };
            let compiled = compile::compile(db.handle().dialect(), |w| w.update(&tree))?;
            Ok(Collect::new(compiled.into_statement(), Plan::WRITE, decode))
        });
    Call::task(db, job)
}

/// Deletes the rows of a query and gives them back.
#[track_caller]
pub(crate) fn delete_query_returning<'a, T: Send + 'static>(
    db: &'a dyn Executor,
    select: &Select,
    decode: Decode<T>,
) -> Call<'a, Vec<T>> {
    let job = check_returning(db, select)
        .and_then(|()| check_meant(select, "delete"))
        .and_then(|()| {
            let tree = DeleteTree {
                query: select,
                returning: true,
            };
            let compiled = compile::compile(db.handle().dialect(), |w| w.delete(&tree))?;
            Ok(Collect::new(compiled.into_statement(), Plan::WRITE, decode))
        });
    Call::task(db, job)
}
