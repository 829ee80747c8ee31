//! Queries inside queries.

use insta::assert_snapshot;
use sqloquent::prelude::*;

use crate::{Post, User, Visit, get};

#[test]
fn membership() {
    let posts = Post::query().equal("title", "x");
    assert_snapshot!(get(User::query().filter(|u| u.id.is_in(posts.clone().select(|p| p.user_id)))), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (SELECT "posts"."user_id" FROM "posts" WHERE "posts"."Title" = ?) -- Text("x")"#);
    assert_snapshot!(get(User::query().filter(|u| u.id.not_in(posts.select(|p| p.user_id)))), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" NOT IN (SELECT "posts"."user_id" FROM "posts" WHERE "posts"."Title" = ?) -- Text("x")"#);
    assert_snapshot!(get(User::query().is_in_query("id", Post::query().select_columns(["user_id"]))), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (SELECT "posts"."user_id" FROM "posts")"#);
    assert_snapshot!(get(Post::query().is_in_query("user_id", User::query())), @r#"SELECT "id", "user_id", "Title", "version" FROM "posts" WHERE "user_id" IN (SELECT "users"."id" FROM "users")"#);
}

/// MySQL has no limits in such sub-queries.
#[test]
fn limited_membership_is_wrapped_on_mysql() {
    let newest = Post::query().order_by("id", Desc).limit(3).select(|p| p.user_id);
    assert_snapshot!(get(User::query().is_in_query("id", newest)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (SELECT "posts"."user_id" FROM "posts" ORDER BY "posts"."id" DESC LIMIT 3)
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (SELECT "posts"."user_id" FROM "posts" ORDER BY "posts"."id" DESC NULLS LAST LIMIT $1) -- Int(3)
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` IN (SELECT * FROM (SELECT `posts`.`user_id` FROM `posts` ORDER BY `posts`.`id` DESC LIMIT ?) AS limited) -- Int(3)
    "#);
}

/// A sub-query of no or several columns said nothing, or failed in the engine.
#[test]
fn membership_needs_one_column() {
    assert_snapshot!(get(User::query().is_in_query("id", Visit::query())), @"InvalidQuery: a sub-query needs one column to be looked through, and its table has no key of one column; select one");
    assert_snapshot!(get(User::query().is_in_query("id", Post::query().select(|p| (p.id, p.user_id)))), @"InvalidQuery: a sub-query that is looked through selects exactly one column");
}

#[test]
fn existence() {
    let query = User::query().filter(|u| exists(Post::query().filter(|p| p.user_id.eq(u.id))));
    assert_snapshot!(get(query), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE EXISTS (SELECT "posts"."id" FROM "posts" WHERE "posts"."user_id" = "users"."id")"#);
    let query = User::query()
        .filter(|u| not_exists(Post::query().filter(|p| p.user_id.eq(u.id))) & u.active.eq(true));
    assert_snapshot!(get(query), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT EXISTS (SELECT "posts"."id" FROM "posts" WHERE "posts"."user_id" = "users"."id") AND "active" = ? -- Bool(true)"#);
}

#[test]
fn the_same_table_inside_has_another_name() {
    let query =
        User::query().filter(|u| exists(User::query().filter(|v| v.email.eq(u.email) & v.id.ne(u.id))));
    assert_snapshot!(get(query), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE EXISTS (SELECT "users_2"."id" FROM "users" AS "users_2" WHERE "users_2"."email" = "users"."email" AND "users_2"."id" <> "users"."id")"#);
    let query =
        User::query().filter(|u| {
            exists(User::query().filter(|v| {
                v.id.gt(u.id) & not_exists(User::query().filter(|w| w.id.gt(v.id) & w.id.ne(u.id)))
            }))
        });
    assert_snapshot!(get(query), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE EXISTS (SELECT "users_2"."id" FROM "users" AS "users_2" WHERE "users_2"."id" > "users"."id" AND NOT EXISTS (SELECT "users_3"."id" FROM "users" AS "users_3" WHERE "users_3"."id" > "users_2"."id" AND "users_3"."id" <> "users"."id"))"#);
}

#[test]
fn tables_in_schemas() {
    let query = Visit::query().filter(|v| exists(User::query().filter(|u| u.id.eq(v.user_id))));
    assert_snapshot!(get(query), @r#"SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE EXISTS (SELECT "users"."id" FROM "users" WHERE "users"."id" = "visits"."user_id")"#);
}

#[test]
fn mistakes_inside_come_out() {
    assert_snapshot!(get(User::query().is_in_query("id", Post::query().equal("nope", 1))), @"UnknownColumn: `posts` has no column `nope`; it has `id`, `user_id`, `Title`, `version`");
    let stranger = Post::query();
    let foreign = stranger.slot();
    let column = <Post as Model>::columns(foreign);
    assert_snapshot!(get(User::query().condition(column.id.eq(1))), @"InvalidQuery: the column `id` belongs to a table that is not part of this query");
}
