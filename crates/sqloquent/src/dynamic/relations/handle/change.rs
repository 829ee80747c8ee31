//! Changing the relation of one record.

use std::sync::Arc;

use sqloquent_core::{Error, ErrorKind, Result};

use super::{RecordRef, RecordRelation};
use crate::{
    call::{Call, Task as _, run},
    dynamic::relations::{DynamicRelation, RecordMember, RelationEnd},
    executor::Executor,
    expr::{Assignment, Expr},
    job::LoadRelated,
    record::IntoRecord,
    relation::{DefRef, Loading, Saving, ValueRows},
    tx::Unit,
    types::coerce,
    write::Origin,
};

impl<W: RecordRef> RecordRelation<W> {
    /// Adds a record: one of the related model, the values of one that is to be inserted, or an id. One that is related
    /// already stays as it is; a pending removal is cancelled. A record that is not stored yet is inserted by
    /// [`save`](Self::save).
    #[allow(
        clippy::should_implement_trait,
        reason = "adds a record; there is no sum of relations"
    )]
    pub fn add(mut self, related: impl RecordMember) -> Self {
        let given = related.member(&RelationEnd(&self.relation));
        if self.def().kind.is_one() {
            self.changes.set([given]);
        } else {
            self.changes.add(given);
        }
        self
    }

    /// Adds a record and sets columns of the pivot's own: of the new pivot row, or of the one that is there.
    pub fn add_with(mut self, related: impl RecordMember, pivot: impl IntoRecord) -> Self {
        let given = related
            .member(&RelationEnd(&self.relation))
            .and_then(|mut given| {
                given.pivot = self.relation.pivot_values(pivot)?;
                Ok(given)
            });
        self.changes.add(given);
        self
    }

    /// Removes a record; a pending addition is cancelled. The record itself is not deleted.
    pub fn remove(mut self, related: impl RecordMember) -> Self {
        let given = related.member(&RelationEnd(&self.relation));
        self.changes.remove(given);
        self
    }

    /// Takes these records for all that are to be related: none, one or several.
    pub fn set<V: RecordMember>(mut self, related: impl IntoIterator<Item = V>) -> Self {
        let end = RelationEnd(&self.relation);
        let mut all: Vec<_> = related.into_iter().map(|r| r.member(&end)).collect();
        if self.def().kind.is_one() && all.len() > 1 {
            all.push(Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "`{}` leads to one record at most; {} were given",
                    self.def().path(),
                    all.len()
                ),
            )));
        }
        self.changes.set(all);
        self
    }

    /// Removes all records.
    pub fn clear(mut self) -> Self {
        self.changes.set([]);
        self
    }

    /// Adds records at once.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn attach<'a, V: RecordMember>(
        mut self,
        db: &'a dyn Executor,
        related: impl IntoIterator<Item = V>,
    ) -> Call<'a, ()>
    where
        W: 'a,
    {
        for one in related {
            self = self.add(one);
        }
        self.save(db)
    }

    /// Removes records at once. They themselves are not deleted.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn detach<'a, V: RecordMember>(
        mut self,
        db: &'a dyn Executor,
        related: impl IntoIterator<Item = V>,
    ) -> Call<'a, ()>
    where
        W: 'a,
    {
        for one in related {
            self = self.remove(one);
        }
        self.save(db)
    }

    /// Makes these records all that are related, at once.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn sync<'a, V: RecordMember>(
        self,
        db: &'a dyn Executor,
        related: impl IntoIterator<Item = V>,
    ) -> Call<'a, ()>
    where
        W: 'a,
    {
        self.set(related).save(db)
    }

    /// Adds, at once, those of the records that are not related, and removes those that are. For relations by a pivot.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn toggle<'a, V: RecordMember>(
        mut self,
        db: &'a dyn Executor,
        related: impl IntoIterator<Item = V>,
    ) -> Call<'a, ()>
    where
        W: 'a,
    {
        if self.relation.via.is_none() {
            let e = Error::new(
                ErrorKind::Unsupported,
                format!(
                    "`{}` goes by no pivot; only such relations are toggled",
                    self.def().path()
                ),
            );
            return Call::failed(e);
        }
        for one in related {
            let given = one.member(&RelationEnd(&self.relation));
            self.changes.toggle(given);
        }
        self.save(db)
    }

    /// Writes the pending changes, and only what differs, in one transaction. Records that are not stored yet are
    /// inserted first. A record that was lent as `&mut` shows what is related then.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an id that leads nowhere; [`ErrorKind::InvalidValue`] for a record of another model,
    /// which names both; [`ErrorKind::NotNull`] where a row cannot be without its owner; whatever the engine or a hook
    /// refuses. Nothing is written then.
    #[track_caller]
    pub fn save<'a>(self, db: &'a dyn Executor) -> Call<'a, ()>
    where
        W: 'a,
    {
        let origin = Origin::here(db);
        let Self {
            mut owner,
            relation,
            changes,
        } = self;
        let saving = changes.checked().and_then(|changes| {
            Ok(Saving {
                key: relation.owner_key_of(owner.record())?,
                def: DefRef::Shared(Arc::clone(&relation.def)),
                owner: owner.record().values().to_vec(),
                owners: ValueRows::dynamic(&relation.owner),
                related: ValueRows::dynamic(&relation.related),
                pivot: relation.via.as_ref().map(ValueRows::dynamic),
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
                let Some(record) = owner.record_mut() else {
                    return Ok(None);
                };
                let mut shown = record.clone();
                if let Some(values) = stored {
                    shown.values = values;
                }
                let loading = relation.loading_on(inside.handle.dialect(), &shown)?;
                let job = run(inside.handle, inside.caller, LoadRelated::new(vec![loading])).await?;
                let content = job.output()?.pop().map(Loading::into_content);
                shown.set_related(&relation.def.name, Arc::new(content.unwrap_or_default()));
                Ok(Some(shown))
            };
            let done = done.await;
            let shown = unit.close(done).await?;
            if let (Some(shown), Some(record)) = (shown, owner.record_mut()) {
                *record = shown;
            }
            Ok(())
        })
    }
}

impl DynamicRelation {
    /// What columns of the pivot's own are set to.
    fn pivot_values(&self, values: impl IntoRecord) -> Result<Vec<Assignment>> {
        let Some(pivot) = &self.via else {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!("`{}` goes by no pivot that could hold values", self.def.path()),
            ));
        };
        let table = pivot.table();
        let values = values.into_record()?.into_iter().map(|(column, value)| {
            let at = table
                .position(&column)
                .ok_or_else(|| table.unknown_column(&column))?;
            let def = &table.columns[at];
            let value = coerce(value, def.ty, def.nullable).map_err(|e| e.writing(&table.name, &column))?;
            Ok(Assignment::named(def.name.clone(), Expr::Value(value)))
        });
        values.collect()
    }
}
