//! The relation of one record.

use std::{borrow::BorrowMut, fmt, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Result};

use super::{DynamicRelation, RecordMember, include::RecordInclude, member::RelationEnd};
use crate::{
    call::{Call, Task as _, concrete, run},
    executor::Executor,
    expr::{Assignment, Expr, Mistake},
    job::LoadRelated,
    query::Query,
    record::{IntoRecord, Record},
    relation::{Changes, DefRef, Loader as _, Loading, RelationDef, Saving, ValueRows, of_owner},
    tx::Unit,
    types::coerce,
    write::Origin,
};

/// A reference to the record that a relation is of: `&record`, or `&mut record`, which shows what is saved and loaded.
pub trait RecordRef: Send {
    #[doc(hidden)]
    fn record(&self) -> &Record;

    #[doc(hidden)]
    fn record_mut(&mut self) -> Option<&mut Record>;
}

impl RecordRef for &Record {
    fn record(&self) -> &Record {
        self
    }

    fn record_mut(&mut self) -> Option<&mut Record> {
        None
    }
}

impl RecordRef for &mut Record {
    fn record(&self) -> &Record {
        self
    }

    fn record_mut(&mut self) -> Option<&mut Record> {
        Some((*self).borrow_mut())
    }
}

/// The relation of one record to its related ones: what [`Record::relation`] and [`Record::relation_mut`] give.
///
/// Changes are gathered by `add`, `remove`, `set` and `clear` and written by `save`, all in one transaction; only what
/// differs is written.
#[must_use = "a relation does nothing by itself; load it, or save its changes"]
pub struct RecordRelation<W> {
    owner: W,
    relation: DynamicRelation,
    changes: Changes,
}

impl Record {
    /// The relation of a name.
    ///
    /// ```
    /// # sqloquent::block_on(async {
    /// use sqloquent::{Db, DynamicModel, record};
    ///
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.execute_script(
    ///     "create table users (id text primary key); create table posts (id text primary key, user_id text, title text)",
    /// )
    /// .await?;
    /// let users = DynamicModel::new("users", ["id"]);
    /// let posts = DynamicModel::new("posts", ["id", "user_id", "title"]);
    /// users.has_many("posts", &posts).declare()?;
    ///
    /// let ada = users.insert(&db, record! { "id": "ada" }).await?;
    /// ada.relation("posts")?.add(record! { "id": "p", "title": "On engines" }).save(&db).await?;
    /// assert_eq!(ada.relation("posts")?.query().count(&db).await?, 1);
    /// ada.relation("posts")?.remove("p").save(&db).await?;
    /// assert!(ada.relation("posts")?.load(&db).await?.is_empty());
    /// # Ok::<(), sqloquent::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// A name that is no relation; a record of no model.
    pub fn relation(&self, name: &str) -> Result<RecordRelation<&Self>> {
        let relation = self.owner()?.relation(name)?;
        Ok(RecordRelation::new(self, relation))
    }

    /// The same; what is saved or loaded through it is shown by the record.
    ///
    /// # Errors
    /// As [`relation`](Self::relation).
    pub fn relation_mut(&mut self, name: &str) -> Result<RecordRelation<&mut Self>> {
        let relation = self.owner()?.relation(name)?;
        Ok(RecordRelation::new(self, relation))
    }
}

impl<W: RecordRef> RecordRelation<W> {
    fn new(owner: W, relation: DynamicRelation) -> Self {
        Self {
            owner,
            relation,
            changes: Changes::default(),
        }
    }

    /// What is known of the relation.
    #[must_use]
    pub fn def(&self) -> &RelationDef {
        &self.relation.def
    }

    /// The related records as a query: to be narrowed, counted, updated, deleted.
    pub fn query(&self) -> Query<Record> {
        let mut query = self.relation.related.query();
        match self.relation.owner_key_of(self.owner.record()) {
            Ok(key) => {
                let condition = of_owner(&self.relation.def, query.slot(), &key);
                query.select.relation = Some(DefRef::Shared(Arc::clone(&self.relation.def)));
                query.condition(condition)
            }
            Err(e) => {
                query.select.fail(Mistake::from_error(&e));
                query
            }
        }
    }

    /// Reads the related records.
    ///
    /// # Errors
    /// The engine's refusal.
    #[track_caller]
    pub fn load<'a>(&self, db: &'a dyn Executor) -> Call<'a, Vec<Record>> {
        db.handle().db.note_relation(|| self.relation.def.path());
        let task = self.relation.loading(db, self.owner.record());
        let task = task.map(|loading| LoadRelated::new(vec![loading]));
        Call::task_with(db, task, |job| {
            let mut loaders = concrete::<LoadRelated<Loading<Record, Vec<Record>>>>(job)?.output()?;
            Ok(loaders.pop().map(Loading::into_content).unwrap_or_default())
        })
    }

    /// Adds a record: one of the related model, the values of one that is to be inserted, or an id. One that is related
    /// already stays as it is; a pending removal is cancelled. A record that is not stored yet is inserted by
    /// [`save`](Self::save).
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

impl RecordRelation<&mut Record> {
    /// Reads the related records into the record. Pending changes are dropped.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    #[track_caller]
    pub fn reload<'a>(self, db: &'a dyn Executor) -> Call<'a, ()>
    where
        Self: 'a,
    {
        let read = self.load(db);
        Call::steps(async move {
            let content = read.await?;
            self.owner.set_related(&self.relation.def.name, Arc::new(content));
            Ok(())
        })
    }
}

impl DynamicRelation {
    fn loading(&self, db: &dyn Executor, owner: &Record) -> Result<Loading<Record, Vec<Record>>> {
        self.loading_on(db.handle().dialect(), owner)
    }

    fn loading_on(
        &self,
        dialect: sqloquent_core::Dialect,
        owner: &Record,
    ) -> Result<Loading<Record, Vec<Record>>> {
        let include = RecordInclude::new(self.clone(), self.related.query());
        let mut loading = Arc::new(include.loaded()).loading(dialect, false)?;
        loading.parent(owner)?;
        Ok(loading)
    }

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

impl<W> fmt::Debug for RecordRelation<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordRelation")
            .field("relation", &self.relation.def.path())
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}
