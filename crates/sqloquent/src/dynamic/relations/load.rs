//! Loading relations of records that are at hand.

use sqloquent_core::{Error, ErrorKind, Result};

use super::{DynamicRelation, RelationPaths};
use crate::{
    call::{Call, Task as _, run},
    dynamic::DynamicModel,
    executor::Executor,
    job::LoadRelated,
    model::Instances,
    record::Record,
    relation::Loader,
    write::Origin,
};

impl DynamicModel {
    /// Loads relations of records of the model: a record, a vector or a slice. One statement for each relation, whatever
    /// the number of records, all from one state of the database.
    ///
    /// ```
    /// # sqloquent::block_on(async {
    /// use sqloquent::{Db, DynamicModel, record};
    ///
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.execute_script("create table steps (id text primary key, parent_id text)").await?;
    /// let steps = DynamicModel::new("steps", ["id", "parent_id"]);
    /// steps.has_many("parts", &steps).key("parent_id").declare()?;
    /// let mut all = steps.insert_many_returning(&db, [record! { "id": "a" }, record! { "id": "b", "parent_id": "a" }]).await?;
    /// steps.load(&db, &mut all, "parts").await?;
    /// assert_eq!(all[0].related("parts")?.len(), 1);
    /// # Ok::<(), sqloquent::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// The engine's refusal; a record of another model; a name that is no relation.
    #[track_caller]
    pub fn load<'a>(
        &self,
        db: &'a dyn Executor,
        records: impl Instances<'a, Record>,
        relations: impl RelationPaths,
    ) -> Call<'a, ()> {
        load(self, db, records.instances(), relations, false)
    }

    /// The same for the records that have not loaded it yet.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    #[track_caller]
    pub fn load_missing<'a>(
        &self,
        db: &'a dyn Executor,
        records: impl Instances<'a, Record>,
        relations: impl RelationPaths,
    ) -> Call<'a, ()> {
        load(self, db, records.instances(), relations, true)
    }
}

impl Record {
    /// Loads relations of this record. Those of many records are loaded at once by [`DynamicModel::load`].
    ///
    /// # Errors
    /// As there; a record of no model.
    #[track_caller]
    pub fn load<'a>(&'a mut self, db: &'a dyn Executor, relations: impl RelationPaths) -> Call<'a, ()> {
        match self.owner() {
            Ok(model) => load(&model, db, std::slice::from_mut(self), relations, false),
            Err(e) => Call::failed(e),
        }
    }
}

#[track_caller]
fn load<'a>(
    model: &DynamicModel,
    db: &'a dyn Executor,
    records: &'a mut [Record],
    relations: impl RelationPaths,
    missing: bool,
) -> Call<'a, ()> {
    let origin = Origin::here(db);
    let paths = relations.into_paths();
    let query = model.query().with(paths);
    if records.len() == 1 {
        query.includes.note(db);
    }
    let loaders = match &query.select.mistake {
        Some(mistake) => Err(mistake.to_error()),
        None => query.includes.loaders(db.handle().dialect(), missing),
    };
    let loaders = loaders.and_then(|mut loaders| {
        for loader in &mut loaders {
            for record in &*records {
                loader.parent(record)?;
            }
        }
        Ok(loaders)
    });
    match loaders {
        Err(e) => Call::failed(e),
        Ok(loaders) => Call::steps(async move {
            let job = LoadRelated::<Box<dyn Loader<Record>>>::new(loaders);
            let mut loaders = run(origin.handle, origin.caller, job).await?.output()?;
            for loader in &mut loaders {
                loader.attach(&mut (0..).zip(&mut *records));
            }
            Ok(())
        }),
    }
}

impl DynamicRelation {
    /// Refuses a record that is not of the model whose relation this is.
    pub(crate) fn check_owner(&self, record: &Record) -> Result<()> {
        check(record, &self.owner, &self.def.path(), "the relation of")
    }

    /// Refuses a record that is not of the related model.
    pub(crate) fn check_related(&self, record: &Record) -> Result<()> {
        check(record, &self.related, &self.def.path(), "related to")
    }
}

fn check(record: &Record, wanted: &DynamicModel, path: &str, what: &str) -> Result<()> {
    if record.model() == Some(wanted) {
        return Ok(());
    }
    let found = match record.model() {
        Some(model) => format!("a `{}`", model.name()),
        None => "of no model".to_owned(),
    };
    Err(Error::new(
        ErrorKind::InvalidValue,
        format!(
            "`{path}` is {what} `{}`; the record is {found}. Make records by the model's own `record`, `find` or `query`",
            wanted.name()
        ),
    )
    .with_table(wanted.table().name.clone().into_owned()))
}

impl<'i> Instances<'i, Record> for &'i mut Record {
    fn instances(self) -> &'i mut [Record] {
        std::slice::from_mut(self)
    }
}
