//! The SQL that each dialect is sent, held by snapshots.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "models and helpers of tests"
)]

#[path = "sql/filters.rs"]
mod filters;
#[path = "sql/hashed.rs"]
mod hashed;
#[path = "sql/id_lists.rs"]
mod id_lists;
#[path = "sql/joins.rs"]
mod joins;
#[path = "sql/lists.rs"]
mod lists;
mod recorder;
#[path = "sql/relations.rs"]
mod relations;
#[path = "sql/results.rs"]
mod results;
#[path = "sql/subqueries.rs"]
mod subqueries;
#[path = "sql/writes.rs"]
mod writes;

use sqloquent::{Dialect, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct User {
    #[model(id(given))]
    pub id: i64,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    pub active: bool,
    pub age: Option<i32>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Post {
    #[model(id)]
    pub id: i64,
    pub user_id: i64,
    #[model(column = "Title")]
    pub title: String,
    #[model(version)]
    pub version: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "app.visits")]
pub(crate) struct Visit {
    #[model(id)]
    pub user_id: i64,
    #[model(id)]
    pub day: i64,
    pub note: Option<String>,
    pub key: Option<Vec<u8>>,
    pub length: Option<f64>,
}

pub(crate) fn user() -> User {
    User {
        id: 1,
        email: "a@b".into(),
        bio: None,
        active: true,
        age: Some(3),
    }
}

#[test]
fn names_and_placeholders() {
    let query = User::query().equal("email", "x").equal("age", 1);
    let texts = [Dialect::SQLITE, Dialect::POSTGRES, Dialect::MYSQL].map(|d| query.to_sql(d).unwrap().0);
    insta::assert_snapshot!(texts.join("\n"), @r#"
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = ? AND "age" = ?
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = $1 AND "age" = $2
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` = ? AND `age` = ?
    "#);
}

/// What `get` sends.
pub(crate) fn get<S, T: Send + 'static>(query: Query<S, T>) -> String
where
    S: 'static,
{
    recorder::sent(|db| query.get(db))
}
