//! The relation of one record.

mod change;

use std::{borrow::BorrowMut, fmt, sync::Arc};

use sqloquent_core::Result;

use super::{DynamicRelation, include::RecordInclude};
use crate::{
    call::{Call, Task as _, concrete},
    executor::Executor,
    expr::Mistake,
    job::LoadRelated,
    query::Query,
    record::Record,
    relation::{Changes, DefRef, Loader as _, Loading, RelationDef, of_owner},
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
}

impl<W> fmt::Debug for RecordRelation<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordRelation")
            .field("relation", &self.relation.def.path())
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}
