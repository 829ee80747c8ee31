//! The relation of one instance.

use std::{fmt, marker::PhantomData};

use super::{
    RelatedContent, RelatedItem, RelationDef, RelationField, RelationMeta,
    included::{ModelOf, loaded},
    load::Loading,
    statement::of_owner,
};
use crate::{
    call::{Call, Task as _, concrete},
    executor::Executor,
    expr::{Mistake, Slot},
    job::LoadRelated,
    model::Model,
    query::Query,
    relation::Loader as _,
};

/// The relation of one instance to its related rows: what `user.posts()` gives.
#[must_use = "a relation does nothing by itself"]
pub struct Relation<'o, O: 'static, C: 'static, K> {
    owner: Owner<'o, O>,
    meta: &'static RelationMeta<O, C>,
    kind: PhantomData<fn() -> K>,
}

enum Owner<'o, O> {
    Shared(&'o O),
    Mutable(&'o mut O),
}

impl<O> Owner<'_, O> {
    fn get(&self) -> &O {
        match self {
            Self::Shared(owner) => owner,
            Self::Mutable(owner) => owner,
        }
    }
}

impl<'o, O, C, K> Relation<'o, O, C, K> {
    /// For the derive.
    #[doc(hidden)]
    pub fn of(owner: &'o O, meta: &'static RelationMeta<O, C>) -> Self {
        Self {
            owner: Owner::Shared(owner),
            meta,
            kind: PhantomData,
        }
    }

    /// For the derive.
    #[doc(hidden)]
    pub fn of_mut(owner: &'o mut O, meta: &'static RelationMeta<O, C>) -> Self {
        Self {
            owner: Owner::Mutable(owner),
            meta,
            kind: PhantomData,
        }
    }

    /// What is known of the relation.
    #[must_use]
    pub fn def(&self) -> &'static RelationDef {
        self.meta.def()
    }
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> Relation<'_, O, C, K> {
    /// The related rows as a query: to be narrowed, counted, updated, deleted.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let n = ada.posts().query().contains("title", "engines").count(&db).await?;
    /// assert_eq!(n, 1);
    /// # Ok(()) }) }
    /// ```
    ///
    /// An owner that has no id yet is an error of whatever ends the query.
    pub fn query(&self) -> Query<ModelOf<C>> {
        let mut query = Query::<ModelOf<C>>::new();
        match self.meta.key(self.owner.get()) {
            Ok(key) => {
                let condition = of_owner(self.def(), query.slot(), &key);
                query.condition(condition)
            }
            Err(e) => {
                query.select.fail(Mistake::from_error(&e));
                query
            }
        }
    }

    /// Reads the related rows.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let posts: Vec<Post> = ada.posts().load(&db).await?;
    /// let user: Option<User> = posts[0].user().load(&db).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for an owner that has no id yet; the engine's refusal; a value
    /// that does not fit its field.
    #[track_caller]
    pub fn load<'a>(&self, db: &'a dyn Executor) -> Call<'a, C> {
        let field = RelationField::<O, C, K>::new(Slot::fresh(), self.meta);
        let relation = std::sync::Arc::new(loaded(field, Query::new()));
        let task = relation
            .loading(db.handle().dialect(), false)
            .and_then(|mut loading| {
                loading.parent(self.owner.get())?;
                Ok(LoadRelated::new(vec![loading]))
            });
        Call::task_with(db, task, |job| {
            let mut loaders = concrete::<LoadRelated<Loading<O, C>>>(job)?.output()?;
            let loaded = loaders.pop().map(Loading::into_content);
            Ok(loaded.unwrap_or_else(|| C::gather(Vec::new())))
        })
    }
}

impl<O, C, K> fmt::Debug for Relation<'_, O, C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Relation").field(&self.def().path()).finish()
    }
}
