//! Changing the relation of one instance.

use super::{OwnerRef, Relation};
use crate::{
    call::{Call, Task as _, run},
    executor::Executor,
    expr::{Assignments, Slot},
    job::LoadRelated,
    model::{Model, ValuesRow},
    relation::{
        BelongsTo, BelongsToMany, Contains, HasMany, HasOne, Loader as _, Member, RelatedContent,
        RelatedItem, RelationType, Within, included::ModelOf, load::DefRef, rows::ValueRows, save::Saving,
    },
    tx::Unit,
    write::Origin,
};

/// A kind of relation that can be saved.
pub trait Savable: RelationType {
    /// The pivot, where there is one.
    #[doc(hidden)]
    fn pivot() -> Option<ValueRows> {
        None
    }
}

impl Savable for HasOne {}
impl Savable for HasMany {}
impl Savable for BelongsTo {}
impl Savable for Contains {}
impl Savable for Within {}
impl<P: Model> Savable for BelongsToMany<P> {
    fn pivot() -> Option<ValueRows> {
        Some(ValueRows::of::<P>())
    }
}

/// A kind of relation to one row at most.
pub trait ToOne: Savable {}

impl ToOne for HasOne {}
impl ToOne for BelongsTo {}

/// A kind of relation to any number of rows.
pub trait ToMany: Savable {}

impl ToMany for HasMany {}
impl ToMany for Contains {}
impl ToMany for Within {}
impl<P: Model> ToMany for BelongsToMany<P> {}

impl<W: OwnerRef, I: RelatedItem, K: ToOne> Relation<W, Option<I>, K> {
    /// Sets the related row: a model, a reference to one, or an id. A model that is not stored yet is inserted by
    /// [`save`](Self::save).
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let bob = User::new("bob@example.org").insert(&db).await?;
    /// let mut post = ada.posts().query().first_required(&db).await?;
    /// post.user_mut().set(&bob).save(&db).await?;
    /// assert_eq!(post.user_id, bob.id);
    /// # Ok(()) }) }
    /// ```
    pub fn set<V: Member<I::Model, Way>, Way>(mut self, related: V) -> Self {
        self.changes.set([related.member()]);
        self
    }

    /// Sets the relation to none.
    pub fn clear(mut self) -> Self {
        self.changes.set([]);
        self
    }
}

impl<W: OwnerRef, I: RelatedItem, K: ToMany> Relation<W, Vec<I>, K> {
    /// Adds a row: a model, a reference to one, or an id. One that is related already stays as it is; a pending removal
    /// is cancelled. A model that is not stored yet is inserted by [`save`](Self::save).
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// # let mut ada = ada;
    /// ada.posts_mut().add(Post::new("", "Notes")).save(&db).await?;
    /// assert_eq!(ada.posts.try_get()?.len(), 2);
    /// # Ok(()) }) }
    /// ```
    #[allow(
        clippy::should_implement_trait,
        reason = "the word for it; nothing is summed here"
    )]
    pub fn add<V: Member<I::Model, Way>, Way>(mut self, related: V) -> Self {
        self.changes.add(related.member());
        self
    }

    /// Removes a row; a pending addition is cancelled. The row itself is not deleted.
    pub fn remove<V: Member<I::Model, Way>, Way>(mut self, related: V) -> Self {
        self.changes.remove(related.member());
        self
    }

    /// Takes these rows for all that are to be related.
    pub fn set<V: Member<I::Model, Way>, Way>(mut self, related: impl IntoIterator<Item = V>) -> Self {
        self.changes.set(related.into_iter().map(Member::member));
        self
    }

    /// Removes all rows.
    pub fn clear(mut self) -> Self {
        self.changes.set([]);
        self
    }
}

impl<W: OwnerRef, I: RelatedItem, P: Model> Relation<W, Vec<I>, BelongsToMany<P>> {
    /// Adds a row and sets columns of the pivot's own: of the new pivot row, or of the one that is there.
    pub fn add_with<V, Way, A>(mut self, related: V, pivot: impl FnOnce(P::Columns) -> A) -> Self
    where
        V: Member<I::Model, Way>,
        A: Assignments,
    {
        let given = related.member().map(|mut given| {
            given.pivot = pivot(P::columns(Slot::fresh())).into_vec();
            given
        });
        self.changes.add(given);
        self
    }

    /// Adds rows at once.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn attach<'a, V, Way>(
        mut self,
        db: &'a dyn Executor,
        related: impl IntoIterator<Item = V>,
    ) -> Call<'a, ()>
    where
        Self: 'a,
        V: Member<I::Model, Way>,
    {
        for one in related {
            self = self.add(one);
        }
        self.save(db)
    }

    /// Adds a row at once and sets columns of the pivot's own: of the new pivot row, or of the one that is there.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn attach_with<'a, V, Way, A>(
        self,
        db: &'a dyn Executor,
        related: V,
        pivot: impl FnOnce(P::Columns) -> A,
    ) -> Call<'a, ()>
    where
        Self: 'a,
        V: Member<I::Model, Way>,
        A: Assignments,
    {
        self.add_with(related, pivot).save(db)
    }

    /// Removes rows at once. The related rows themselves are not deleted.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn detach<'a, V, Way>(
        mut self,
        db: &'a dyn Executor,
        related: impl IntoIterator<Item = V>,
    ) -> Call<'a, ()>
    where
        Self: 'a,
        V: Member<I::Model, Way>,
    {
        for one in related {
            self = self.remove(one);
        }
        self.save(db)
    }

    /// Makes these rows all that are related, at once.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn sync<'a, V, Way>(self, db: &'a dyn Executor, related: impl IntoIterator<Item = V>) -> Call<'a, ()>
    where
        Self: 'a,
        V: Member<I::Model, Way>,
    {
        self.set(related).save(db)
    }

    /// Adds, at once, those of the rows that are not related, and removes those that are.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn toggle<'a, V, Way>(
        mut self,
        db: &'a dyn Executor,
        related: impl IntoIterator<Item = V>,
    ) -> Call<'a, ()>
    where
        Self: 'a,
        V: Member<I::Model, Way>,
    {
        for one in related {
            self.changes.toggle(one.member());
        }
        self.save(db)
    }
}

impl<W: OwnerRef, C: RelatedContent<Item: RelatedItem>, K: Savable> Relation<W, C, K> {
    /// Writes the pending changes, and only what differs, in one transaction. Models that are not stored yet are inserted
    /// first. On an instance that was lent as `&mut`, the field shows what is related then.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for an owner that has no id yet and for an id that leads
    /// nowhere; [`ErrorKind::NotNull`](crate::ErrorKind::NotNull) where a row cannot be without its owner, and where a
    /// new pivot row lacks a value; whatever the engine or a hook refuses. Nothing is written then.
    #[track_caller]
    pub fn save<'a>(self, db: &'a dyn Executor) -> Call<'a, ()>
    where
        Self: 'a,
    {
        let origin = Origin::here(db);
        let Self {
            mut owner,
            meta,
            changes,
            ..
        } = self;
        let saving = changes.checked().and_then(|changes| {
            Ok(Saving {
                def: DefRef::Static(meta.def()),
                key: meta.key(owner.owner())?,
                owner: owner.owner().values()?,
                owners: ValueRows::of::<W::Model>(),
                related: ValueRows::of::<ModelOf<C>>(),
                pivot: K::pivot(),
                changes,
            })
        });
        let saving = match saving {
            Ok(saving) => saving,
            Err(e) => return Call::failed(e),
        };
        Call::steps(async move {
            let unit = Unit::open(origin.handle, origin.caller).await?;
            let inside = Origin {
                handle: unit.handle(),
                caller: origin.caller,
            };
            let done = async {
                let stored = saving.save(inside).await?;
                let Some(instance) = owner.owner_mut() else {
                    return Ok(None);
                };
                let stored = match stored {
                    Some(values) => Some(read::<W::Model>(&values)?),
                    None => None,
                };
                // Of the row as it is now: the owner may hold another key.
                let mut loading = Self::loaded(meta).loading(inside.handle.dialect(), false)?;
                loading.parent(stored.as_ref().unwrap_or(instance))?;
                let job = run(inside.handle, inside.caller, LoadRelated::new(vec![loading])).await?;
                let content = job.output()?.pop().map(|l| l.into_content());
                Ok(Some((stored, content)))
            };
            let done = done.await;
            let shown = unit.close(done).await?;
            if let (Some((stored, content)), Some(instance)) = (shown, owner.owner_mut()) {
                if let Some(stored) = stored {
                    instance.absorb(stored);
                }
                if let Some(content) = content {
                    meta.get_mut(instance).set_loaded(content);
                }
            }
            Ok(())
        })
    }
}

/// A model from the values of its row.
fn read<M: Model>(values: &[sqloquent_core::Value]) -> sqloquent_core::Result<M> {
    M::decode(
        &ValuesRow {
            table: M::table(),
            values,
        },
        0,
    )
}
