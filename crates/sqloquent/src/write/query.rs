//! Updates and deletes of the rows of a query.

use sqloquent_core::{Dialect, Error, ErrorKind, Plan, Result};

use super::{
    Data, Origin, Seen, Subject, Write,
    kept::{self, is_kept},
    nothing_stored,
    now::{now_micros, stamp},
    perform::output,
};
use crate::{
    call::Call,
    compile::{self, DeleteTree, UpdateTree},
    executor::Executor,
    expr::{Assignment, BinaryOp, ColumnRef, Expr, SourceRef},
    hooks::Operation,
    job::{Collect, Execute},
    query::{Decode, Select, check_meant},
};

/// Adds what every update of the table sets: the time, the version.
pub(super) fn complete(select: &Select, mut set: Vec<Assignment>) -> Vec<Assignment> {
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
    update_query_from(Origin::here(db), select, set)
}

/// The same for a write that comes from elsewhere.
pub(crate) fn update_query_from<'a>(
    origin: Origin<'a>,
    select: &Select,
    set: Vec<Assignment>,
) -> Call<'a, u64> {
    let handle = origin.handle;
    if is_kept(&handle, select.base()) {
        return kept::update_query(origin, select, set);
    }
    let Some(hooks) = handle.hooks(Operation::Update, || Subject::of(select)) else {
        let job = handle
            .check_not_kept(select.base())
            .and_then(|()| update_job(handle.dialect(), select, set));
        return plain(origin, job);
    };
    let data = Data::Update {
        select: Box::new(select.clone()),
        set,
    };
    let compile = |dialect: Dialect, _: &Subject, data: Data| match data {
        Data::Update { select, set } => update_job(dialect, &select, set),
        _ => Err(nothing_stored()),
    };
    let write = Write::with(
        origin,
        Some(hooks),
        Operation::Update,
        Subject::of(select),
        data,
        compile,
    );
    Write::call(write, output::<Execute>, |&n| Ok(Seen::affected(n)))
}

/// A write without hooks.
pub(super) fn plain(origin: Origin<'_>, job: Result<Execute>) -> Call<'_, u64> {
    match job {
        Ok(job) => Call::ready(origin.handle, origin.caller, Box::new(job), output::<Execute>),
        Err(e) => Call::failed(e),
    }
}

pub(super) fn update_job(dialect: Dialect, select: &Select, set: Vec<Assignment>) -> Result<Execute> {
    check_meant(select, "update")?;
    let set = complete(select, set);
    let tree = UpdateTree {
        query: select,
        set: &set,
        returning: false,
    };
    let compiled = compile::compile(dialect, |w| w.update(&tree))?;
    Ok(Execute::one(compiled.into_statement(), select.update_plan(&set)))
}

/// Deletes the rows of a query.
#[track_caller]
pub(crate) fn delete_query<'a>(db: &'a dyn Executor, select: &Select) -> Call<'a, u64> {
    delete_query_from(Origin::here(db), select)
}

/// The same for a write that comes from elsewhere.
pub(crate) fn delete_query_from<'a>(origin: Origin<'a>, select: &Select) -> Call<'a, u64> {
    let handle = origin.handle;
    if is_kept(&handle, select.base()) {
        return kept::delete_query(origin, select);
    }
    let Some(hooks) = handle.hooks(Operation::Delete, || Subject::of(select)) else {
        let job = handle
            .check_not_kept(select.base())
            .and_then(|()| delete_job(handle.dialect(), select));
        return plain(origin, job);
    };
    let data = Data::Delete {
        select: Box::new(select.clone()),
    };
    let compile = |dialect: Dialect, _: &Subject, data: Data| match data {
        Data::Delete { select } => delete_job(dialect, &select),
        _ => Err(nothing_stored()),
    };
    let write = Write::with(
        origin,
        Some(hooks),
        Operation::Delete,
        Subject::of(select),
        data,
        compile,
    );
    Write::call(write, output::<Execute>, |&n| Ok(Seen::affected(n)))
}

fn delete_job(dialect: Dialect, select: &Select) -> Result<Execute> {
    check_meant(select, "delete")?;
    let tree = DeleteTree {
        query: select,
        returning: false,
    };
    let compiled = compile::compile(dialect, |w| w.delete(&tree))?;
    Ok(Execute::one(compiled.into_statement(), Plan::WRITE))
}

pub(super) fn check_returning(dialect: Dialect, select: &Select) -> Result<()> {
    if !dialect.returning_from_update {
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
    if is_kept(&db.handle(), select.base()) {
        return kept::update_query_returning(db, select, set, decode);
    }
    let data = Data::Update {
        select: Box::new(select.clone()),
        set,
    };
    let compile = move |dialect: Dialect, _: &Subject, data: Data| {
        let Data::Update { select, set } = data else {
            return Err(nothing_stored());
        };
        check_returning(dialect, &select)?;
        check_meant(&select, "update")?;
        let set = complete(&select, set);
        let tree = UpdateTree {
            query: &select,
            set: &set,
            returning: true,
        };
        let compiled = compile::compile(dialect, |w| w.update(&tree))?;
        Ok(Collect::new(
            compiled.into_statement(),
            Plan::WRITE,
            decode.clone(),
        ))
    };
    let write = Write::new(
        Origin::here(db),
        Operation::Update,
        Subject::of(select),
        data,
        compile,
    );
    Write::call(write, output::<Collect<T>>, |rows| {
        Ok(Seen::affected(rows.len() as u64))
    })
}

/// Deletes the rows of a query and gives them back.
#[track_caller]
pub(crate) fn delete_query_returning<'a, T: Send + 'static>(
    db: &'a dyn Executor,
    select: &Select,
    decode: Decode<T>,
) -> Call<'a, Vec<T>> {
    if is_kept(&db.handle(), select.base()) {
        return kept::delete_query_returning(db, select, decode);
    }
    let data = Data::Delete {
        select: Box::new(select.clone()),
    };
    let compile = move |dialect: Dialect, _: &Subject, data: Data| {
        let Data::Delete { select } = data else {
            return Err(nothing_stored());
        };
        check_returning(dialect, &select)?;
        check_meant(&select, "delete")?;
        let tree = DeleteTree {
            query: &select,
            returning: true,
        };
        let compiled = compile::compile(dialect, |w| w.delete(&tree))?;
        Ok(Collect::new(
            compiled.into_statement(),
            Plan::WRITE,
            decode.clone(),
        ))
    };
    let write = Write::new(
        Origin::here(db),
        Operation::Delete,
        Subject::of(select),
        data,
        compile,
    );
    Write::call(write, output::<Collect<T>>, |rows| {
        Ok(Seen::affected(rows.len() as u64))
    })
}
