//! Relations between dynamic models.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "models and helpers of tests"
)]

mod changed;
mod declared;
mod loaded;
mod n_plus_one;

use sqloquent::{DynamicModel, prelude::*, record};

/// Models with every kind of relation between them.
pub(crate) struct World {
    pub db: Db,
    pub users: DynamicModel,
    pub avatars: DynamicModel,
    pub posts: DynamicModel,
    pub comments: DynamicModel,
    pub roles: DynamicModel,
    pub pivot: DynamicModel,
    pub steps: DynamicModel,
}

pub(crate) async fn world() -> World {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.execute_script(
        "create table users (id text primary key, name text, boss_id text);
         create table avatars (id text primary key, user_id text, url text);
         create table posts (id integer primary key, author_id text, title text);
         create table comments (id integer primary key, post_id integer, body text);
         create table roles (id text primary key, name text);
         create table role_users (role_id text, user_id text, since integer, primary key (role_id, user_id));
         create table steps (id text primary key, step_ids text);",
    )
    .await
    .unwrap();
    let users = DynamicModel::new("users", ["id", "name", "boss_id"]);
    let avatars = DynamicModel::new("avatars", ["id", "user_id", "url"]);
    let posts = DynamicModel::new("posts", ["id", "author_id", "title"]).assigned_id();
    let comments = DynamicModel::new("comments", ["id", "post_id", "body"]).assigned_id();
    let roles = DynamicModel::new("roles", ["id", "name"]);
    let pivot = DynamicModel::new("role_users", ["role_id", "user_id", "since"]).ids(["role_id", "user_id"]);
    let steps = DynamicModel::new("steps", ["id", "step_ids"]);

    users.has_one("avatar", &avatars).declare().unwrap();
    avatars.belongs_to("user", &users).declare().unwrap();
    users
        .has_many("posts", &posts)
        .key("author_id")
        .declare()
        .unwrap();
    posts
        .belongs_to("author", &users)
        .key("author_id")
        .declare()
        .unwrap();
    posts.has_many("comments", &comments).declare().unwrap();
    comments.belongs_to("post", &posts).declare().unwrap();
    users
        .has_many("heard", &comments)
        .through(&posts)
        .through_key("author_id")
        .declare()
        .unwrap();
    users.belongs_to_many("roles", &roles, &pivot).declare().unwrap();
    roles.belongs_to_many("users", &users, &pivot).declare().unwrap();
    users.belongs_to("boss", &users).key("boss_id").declare().unwrap();
    users
        .has_many("reports", &users)
        .key("boss_id")
        .declare()
        .unwrap();
    steps.contains("after", &steps).declare().unwrap();
    steps.within("before", &steps).declare().unwrap();
    World {
        db,
        users,
        avatars,
        posts,
        comments,
        roles,
        pivot,
        steps,
    }
}

/// Ada, who is Bob's boss, with an avatar, two posts and three comments on them; Bob has a role and nothing else.
pub(crate) async fn peopled() -> World {
    let w = world().await;
    let users = [
        record! { "id": "ada", "name": "Ada" },
        record! { "id": "bob", "name": "Bob", "boss_id": "ada" },
    ];
    w.users.insert_many(&w.db, users).await.unwrap();
    w.avatars
        .insert(&w.db, record! { "user_id": "ada", "url": "a.png" })
        .await
        .unwrap();
    let posts = [
        record! { "id": 1, "author_id": "ada", "title": "On engines" },
        record! { "id": 2, "author_id": "ada", "title": "On looms" },
        record! { "id": 3, "author_id": "gone", "title": "Lost" },
    ];
    w.posts.insert_many(&w.db, posts).await.unwrap();
    let comments = [(1, 1, "Good"), (2, 1, "Long"), (3, 2, "Short")];
    let comments = comments.map(|(id, post, body)| record! { "id": id, "post_id": post, "body": body });
    w.comments.insert_many(&w.db, comments).await.unwrap();
    let roles = [
        record! { "id": "r1", "name": "Reader" },
        record! { "id": "r2", "name": "Writer" },
    ];
    w.roles.insert_many(&w.db, roles).await.unwrap();
    let pivot = [
        record! { "role_id": "r1", "user_id": "ada", "since": 1840 },
        record! { "role_id": "r2", "user_id": "ada", "since": 1843 },
        record! { "role_id": "r1", "user_id": "bob", "since": 1850 },
    ];
    w.pivot.insert_many(&w.db, pivot).await.unwrap();
    let steps = [
        record! { "id": "a", "step_ids": "" },
        record! { "id": "b", "step_ids": "a" },
        record! { "id": "c", "step_ids": "a,b,zzz" },
    ];
    w.steps.insert_many(&w.db, steps).await.unwrap();
    w
}

/// The values of a column, in order.
pub(crate) fn texts(records: &[Record], column: &str) -> Vec<String> {
    let mut all: Vec<String> = records
        .iter()
        .map(|r| r.get(column).unwrap().to_string())
        .collect();
    all.sort();
    all
}
