//! The relation of one instance.

mod change;

pub use change::{Savable, ToMany, ToOne};

use std::{fmt, marker::PhantomData};

use super::{
    RelatedContent, RelatedItem, RelationDef, RelationField, RelationMeta,
    changes::Changes,
    included::{ModelOf, loaded},
    load::{DefRef, Loaded, Loading},
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

/// A reference to the instance that a relation is of: `&user`, or `&mut user`, which shows what is saved and loaded.
pub trait OwnerRef: Send {
    /// The model of the instance.
    type Model: Model;

    #[doc(hidden)]
    fn owner(&self) -> &Self::Model;

    #[doc(hidden)]
    fn owner_mut(&mut self) -> Option<&mut Self::Model>;
}

impl<O: Model> OwnerRef for &O {
    type Model = O;

    fn owner(&self) -> &O {
        self
    }

    fn owner_mut(&mut self) -> Option<&mut O> {
        None
    }
}

impl<O: Model> OwnerRef for &mut O {
    type Model = O;

    fn owner(&self) -> &O {
        self
    }

    fn owner_mut(&mut self) -> Option<&mut O> {
        Some(self)
    }
}

/// The relation of one instance to its related rows: what `user.posts()` and `user.posts_mut()` give.
///
/// Changes are gathered by `add`, `remove`, `set` and `clear` and written by `save`, all in one transaction; only what
/// differs is written.
#[must_use = "a relation does nothing by itself; load it, or save its changes"]
pub struct Relation<W: OwnerRef, C: 'static, K> {
    owner: W,
    meta: &'static RelationMeta<W::Model, C>,
    changes: Changes,
    kind: PhantomData<fn() -> K>,
}

impl<W: OwnerRef, C, K> Relation<W, C, K> {
    /// For the derive.
    #[doc(hidden)]
    pub fn of(owner: W, meta: &'static RelationMeta<W::Model, C>) -> Self {
        Self {
            owner,
            meta,
            changes: Changes::default(),
            kind: PhantomData,
        }
    }

    /// What is known of the relation.
    #[must_use]
    pub fn def(&self) -> &'static RelationDef {
        self.meta.def()
    }
}

impl<W: OwnerRef, C: RelatedContent<Item: RelatedItem>, K> Relation<W, C, K> {
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
        match self.meta.key(self.owner.owner()) {
            Ok(key) => {
                let condition = of_owner(self.def(), query.slot(), &key);
                query.select.relation = Some(DefRef::Static(self.def()));
                query.condition(condition)
            }
            Err(e) => {
                query.select.fail(Mistake::from_error(&e));
                query
            }
        }
    }

    /// The relation as it is loaded.
    fn loaded(meta: &'static RelationMeta<W::Model, C>) -> std::sync::Arc<Loaded<W::Model, C>> {
        let field = RelationField::<W::Model, C, K>::new(Slot::fresh(), meta);
        std::sync::Arc::new(loaded(field, Query::new()))
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
        db.handle().db.note_relation(|| self.def().path());
        let relation = Self::loaded(self.meta);
        let task = relation
            .loading(db.handle().dialect(), false)
            .and_then(|mut loading| {
                loading.parent(self.owner.owner())?;
                Ok(LoadRelated::new(vec![loading]))
            });
        Call::task_with(db, task, |job| {
            let mut loaders = concrete::<LoadRelated<Loading<W::Model, C>>>(job)?.output()?;
            let loaded = loaders.pop().map(Loading::into_content);
            Ok(loaded.unwrap_or_else(|| C::gather(Vec::new())))
        })
    }
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> Relation<&mut O, C, K> {
    /// Reads the related rows into the instance's field. Pending changes are dropped.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// # let mut ada = ada;
    /// ada.posts_mut().reload(&db).await?;
    /// assert_eq!(ada.posts.try_get()?.len(), 1);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`load`](Self::load).
    #[track_caller]
    pub fn reload<'a>(self, db: &'a dyn Executor) -> Call<'a, ()>
    where
        Self: 'a,
    {
        let read = self.load(db);
        let Self { owner, meta, .. } = self;
        Call::steps(async move {
            let content = read.await?;
            meta.get_mut(owner).set_loaded(content);
            Ok(())
        })
    }
}

impl<W: OwnerRef, C, K> fmt::Debug for Relation<W, C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relation")
            .field("relation", &self.def().path())
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}
