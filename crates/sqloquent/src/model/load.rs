//! Loading relations of instances.

use super::Model;
use crate::{
    call::{Call, Task as _, run},
    executor::Executor,
    expr::Slot,
    job::LoadRelated,
    relation::{Includes, IntoIncludes, Loader},
    write::Origin,
};

/// Instances whose relations can be loaded: one, a vector, a slice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a `{M}` nor several of them",
    note = "pass `&mut instance`, `&mut vector` or `&mut slice[..]`"
)]
pub trait Instances<'i, M> {
    /// The instances.
    fn instances(self) -> &'i mut [M];
}

impl<'i, M: Model> Instances<'i, M> for &'i mut M {
    fn instances(self) -> &'i mut [M] {
        std::slice::from_mut(self)
    }
}

impl<'i, M> Instances<'i, M> for &'i mut Vec<M> {
    fn instances(self) -> &'i mut [M] {
        self
    }
}

impl<'i, M> Instances<'i, M> for &'i mut [M] {
    fn instances(self) -> &'i mut [M] {
        self
    }
}

#[track_caller]
pub(super) fn load<'a, M: Model, I: IntoIncludes<M>>(
    db: &'a dyn Executor,
    instances: &'a mut [M],
    relations: impl FnOnce(M::Columns) -> I,
    missing: bool,
) -> Call<'a, ()> {
    let origin = Origin::here(db);
    let mut includes = Includes::none();
    relations(M::columns(Slot::fresh())).include(&mut includes);
    if instances.len() == 1 {
        includes.note(db);
    }
    let loaders = includes.loaders(db.handle().dialect(), missing);
    let loaders = loaders.and_then(|mut loaders| {
        for loader in &mut loaders {
            for instance in &*instances {
                loader.parent(instance)?;
            }
        }
        Ok(loaders)
    });
    match loaders {
        Err(e) => Call::failed(e),
        Ok(loaders) => Call::steps(async move {
            let job = LoadRelated::<Box<dyn Loader<M>>>::new(loaders);
            let mut loaders = run(origin.handle, origin.caller, job).await?.output()?;
            for loader in &mut loaders {
                loader.attach(&mut (0..).zip(&mut *instances));
            }
            Ok(())
        }),
    }
}
