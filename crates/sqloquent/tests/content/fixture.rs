//! Models and helpers.

use std::future::Future;

use sqloquent::{ContentId, block_on, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, exclude_from_hash = ["note"])]
pub(crate) struct Doc {
    #[model(id)]
    pub id: ContentId,
    pub title: String,
    #[model(default = 0)]
    pub pages: i64,
    #[model(default = true)]
    pub open: bool,
    pub note: Option<String>,
}

impl Doc {
    pub(crate) fn noted(title: &str, note: &str) -> Self {
        Self {
            note: Some(note.into()),
            ..Self::new(title)
        }
    }
}

/// Runs a test on an empty database with the tables of some models.
pub(crate) fn with<T: sqloquent::Tables, F: Future<Output = Result<()>>>(test: impl FnOnce(Db) -> F) {
    block_on(async {
        let db = Db::connect("sqlite::memory:").await?;
        db.create_tables::<T>().await?;
        test(db).await
    })
    .unwrap();
}

/// A row of `deleted_records`.
#[derive(FromRow, Clone, Debug, PartialEq)]
pub(crate) struct Archived {
    pub id: String,
    pub model_class: String,
    pub record_id: String,
    pub record: Vec<u8>,
    pub timestamp: String,
}

impl Archived {
    pub(crate) fn field(&self, name: &str) -> packify::Value {
        let packify::Value::Dict(record) = packify::unpack(&self.record).unwrap() else {
            panic!("a record is a dict")
        };
        record.field(name).unwrap().clone()
    }
}

/// What was archived, oldest first.
pub(crate) async fn archives(db: &Db) -> Result<Vec<Archived>> {
    db.raw("select * from deleted_records order by rowid", ())
        .get_as()
        .await
}

/// New ids with the ids that they came from, oldest first.
pub(crate) async fn links(db: &Db) -> Result<Vec<(String, String)>> {
    db.raw(
        "select record_id, previous_id from record_versions order by sequence",
        (),
    )
    .get_as()
    .await
}

/// The titles that are stored, in their order.
pub(crate) async fn titles(db: &Db) -> Result<Vec<String>> {
    Doc::query().order_by("title", Asc).pluck(db, "title").await
}
