//! Section B of the pitfalls: the query builder. A test for each row, named after it.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

#[path = "pitfalls_b/chunks.rs"]
mod chunks;
#[path = "pitfalls_b/conditions.rs"]
mod conditions;
#[path = "pitfalls_b/results.rs"]
mod results;
#[path = "pitfalls_b/text.rs"]
mod text;
#[path = "pitfalls_b/writes.rs"]
mod writes;

use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct User {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    #[model(default = true)]
    pub active: bool,
    pub age: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Post {
    #[model(id)]
    pub id: i64,
    #[model(references = User)]
    pub user_id: i64,
    pub title: String,
    #[model(default = false)]
    pub hidden: bool,
}

/// A table all of whose names are reserved words.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "order")]
pub(crate) struct Reserved {
    #[model(id)]
    pub id: i64,
    #[model(column = "group")]
    pub group_: String,
    pub select: String,
    pub index: Option<i64>,
}

/// An empty database with the tables.
pub(crate) async fn empty() -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(User, Post, Reserved)>().await?;
    Ok(db)
}

/// Five users, of whom `a` has two posts, `b` one, and the others none; `d` and `e` have no age.
pub(crate) async fn filled() -> Result<Db> {
    let db = empty().await?;
    let ages = [Some(30), Some(20), Some(20), None, None];
    for (name, age) in ["a", "b", "c", "d", "e"].into_iter().zip(ages) {
        let mut user = User::new(name);
        user.age = age;
        user.active = name != "b";
        user.insert(&db).await?;
    }
    for (user, title) in [(1, "x"), (1, "y"), (2, "z")] {
        Post::new(user, title).insert(&db).await?;
    }
    Ok(db)
}

/// What users are called.
pub(crate) fn emails(users: &[User]) -> Vec<&str> {
    users.iter().map(|u| u.email.as_str()).collect()
}
