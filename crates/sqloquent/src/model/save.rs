//! Updating and saving instances.

use sqloquent_core::{Result, Value};

use super::{Model, row::ValuesRow};
use crate::{
    call::Call,
    executor::Executor,
    write::{self, Mapping},
};

#[track_caller]
pub(super) fn update<'a, M: Model>(
    instance: &'a mut M,
    db: &'a dyn Executor,
    edit: impl FnOnce(&mut M),
) -> Call<'a, ()> {
    // Not by closures, which would be taken for the caller.
    let write = match edited(instance, edit) {
        Ok((before, after)) => write::update(db, Mapping::<M>::typed(), before, after),
        Err(e) => Err(e),
    };
    match write {
        Err(e) => Call::failed(e),
        Ok(None) => Call::steps(std::future::ready(Ok(()))),
        Ok(Some(write)) => Call::steps(async move {
            instance.absorb(write.await?);
            Ok(())
        }),
    }
}

/// What the instance stores before and after the edit. The instance goes back to what it was; it takes over the changed
/// row once that is stored.
fn edited<M: Model>(instance: &mut M, edit: impl FnOnce(&mut M)) -> Result<(Vec<Value>, Vec<Value>)> {
    let before = instance.values()?;
    edit(instance);
    let after = instance.values();
    instance.absorb(M::decode(
        &ValuesRow {
            table: M::table(),
            values: &before,
        },
        0,
    )?);
    Ok((before, after?))
}

#[track_caller]
pub(super) fn save<'a, M: Model>(instance: &'a mut M, db: &'a dyn Executor) -> Call<'a, ()> {
    let write = match instance.values() {
        Ok(row) => {
            let unstored = write::unset_key(M::table(), &row);
            write::save(db, Mapping::<M>::typed(), row, unstored)
        }
        Err(e) => Err(e),
    };
    match write {
        Err(e) => Call::failed(e),
        Ok(write) => Call::steps(async move {
            instance.absorb(write.await?);
            Ok(())
        }),
    }
}
