//! Many rows updated by one call, each with values of its own.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

mod hooked;
mod kept;
mod mistakes;
mod plain;
mod transactions;

use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "items", new = false)]
pub(crate) struct Item {
    #[model(id(given))]
    pub id: i64,
    #[model(unique)]
    pub code: String,
    pub note: Option<String>,
    pub score: f64,
}

pub(crate) fn item(id: i64) -> Item {
    Item {
        id,
        code: format!("code {id}"),
        note: None,
        score: 0.0,
    }
}

/// A database with so many items, numbered from 1.
pub(crate) async fn items(count: i64) -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Item>().await?;
    Item::insert_many(&db, (1..=count).map(item)).await?;
    Ok(db)
}

pub(crate) async fn scores(db: &dyn Executor) -> Result<Vec<f64>> {
    Item::query().order_by("id", Asc).pluck(db, "score").await
}

pub(crate) fn dynamic() -> DynamicModel {
    DynamicModel::new("items", ["id", "code", "note", "score"]).given_id()
}
