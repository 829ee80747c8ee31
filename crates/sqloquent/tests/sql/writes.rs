//! Inserts, updates, deletes.

use insta::assert_snapshot;
use sqloquent::prelude::*;

use crate::{Post, User, Visit, recorder::sent, user};

#[test]
fn updates() {
    let of_young = User::query().less("age", 9);
    assert_snapshot!(sent(|db| of_young.update(db, |u| [u.active.set(false), u.age.add(1), u.bio.set(u.email)])), @r#"UPDATE "users" SET "active" = ?, "age" = "age" + ?, "bio" = "email" WHERE "age" < ? -- Bool(false), Int(1), Int(9)"#);
    assert_snapshot!(sent(|db| of_young.clone().limit(2).update(db, |u| u.active.set(false))), @r#"
    sqlite:
    UPDATE "users" SET "active" = ? WHERE "id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" WHERE "users_2"."age" < ? LIMIT 2) -- Bool(false), Int(9)
    postgres:
    UPDATE "users" SET "active" = $1 WHERE "id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" WHERE "users_2"."age" < $2 LIMIT $3) -- Bool(false), Int(9), Int(2)
    mysql, mariadb:
    UPDATE `users` SET `active` = ? WHERE `id` IN (SELECT * FROM (SELECT `users_2`.`id` FROM `users` AS `users_2` WHERE `users_2`.`age` < ? LIMIT ?) AS affected) -- Bool(false), Int(9), Int(2)
    "#);
    let joined = User::query().join::<Post>(|(u, p)| u.id.eq(p.user_id));
    assert_snapshot!(sent(|db| joined.update(db, |(u, _)| u.active.set(false))), @r#"
    sqlite, postgres:
    UPDATE "users" SET "active" = ? WHERE "id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" JOIN "posts" ON "users_2"."id" = "posts"."user_id") -- Bool(false)
    mysql, mariadb:
    UPDATE `users` SET `active` = ? WHERE `id` IN (SELECT * FROM (SELECT `users_2`.`id` FROM `users` AS `users_2` JOIN `posts` ON `users_2`.`id` = `posts`.`user_id`) AS affected) -- Bool(false)
    "#);
    assert_snapshot!(sent(|db| Visit::query().equal("note", Null).limit(1).update_columns(db, [("note", "x")])), @r#"
    sqlite:
    UPDATE "app"."visits" SET "note" = ? WHERE ("user_id", "day") IN (SELECT "visits_2"."user_id", "visits_2"."day" FROM "app"."visits" AS "visits_2" WHERE "visits_2"."note" IS NULL LIMIT 1) -- Text("x")
    postgres:
    UPDATE "app"."visits" SET "note" = $1 WHERE ("user_id", "day") IN (SELECT "visits_2"."user_id", "visits_2"."day" FROM "app"."visits" AS "visits_2" WHERE "visits_2"."note" IS NULL LIMIT $2) -- Text("x"), Int(1)
    mysql, mariadb:
    UPDATE `app`.`visits` SET `note` = ? WHERE (`user_id`, `day`) IN (SELECT * FROM (SELECT `visits_2`.`user_id`, `visits_2`.`day` FROM `app`.`visits` AS `visits_2` WHERE `visits_2`.`note` IS NULL LIMIT ?) AS affected) -- Text("x"), Int(1)
    "#);
    assert_snapshot!(sent(|db| Post::query().equal("id", 1).update(db, |p| p.title.set("x"))), @r#"UPDATE "posts" SET "Title" = ?, "version" = "version" + ? WHERE "id" = ? -- Text("x"), Int(1), Int(1)"#);
    assert_snapshot!(sent(|db| of_young.update_returning(db, [("bio", "x")])), @r#"
    sqlite, postgres:
    UPDATE "users" SET "bio" = ? WHERE "age" < ? RETURNING "id", "email", "bio", "active", "age" -- Text("x"), Int(9)
    mysql, mariadb:
    Unsupported: the engine cannot return changed rows; read them in the same transaction
    "#);
    let with_posts = User::query().filter(|u| exists(Post::query().filter(|p| p.user_id.eq(u.id))));
    assert_snapshot!(sent(|db| with_posts.update(db, |u| u.active.set(true))), @r#"UPDATE "users" SET "active" = ? WHERE EXISTS (SELECT "posts"."id" FROM "posts" WHERE "posts"."user_id" = "users"."id") -- Bool(true)"#);
}

#[test]
fn updates_of_each_row() {
    let rows = [(1, ("a", true)), (2, ("b", false))];
    assert_snapshot!(sent(|db| User::update_each(db, |u| (u.bio, u.active), rows)), @r#"UPDATE "users" SET "bio" = ?, "active" = ? WHERE "id" = ? -- Text("a"), Bool(true), Int(1), Text("b"), Bool(false), Int(2)"#);
    assert_snapshot!(sent(|db| User::update_each(db, |u| u.age, [(7, Null)])), @r#"UPDATE "users" SET "age" = ? WHERE "id" = ? -- Null, Int(7)"#);
    assert_snapshot!(sent(|db| Post::update_each(db, |p| p.title, [(1, "a"), (2, "b")])), @r#"UPDATE "posts" SET "Title" = ?, "version" = "version" + ? WHERE "id" = ? -- Text("a"), Int(1), Int(1), Text("b"), Int(1), Int(2)"#);
    assert_snapshot!(sent(|db| Visit::update_each(db, |v| v.note, [((1, 2), "a"), ((3, 4), "b")])), @r#"UPDATE "app"."visits" SET "note" = ? WHERE "user_id" = ? AND "day" = ? -- Text("a"), Int(1), Int(2), Text("b"), Int(3), Int(4)"#);
    let visits = DynamicModel::new("app.visits", ["user_id", "day", "note"]).ids(["user_id", "day"]);
    assert_snapshot!(sent(|db| visits.update_each(db, ["note"], [((1, 2), "a"), ((3, 4), "b")])), @r#"UPDATE "app"."visits" SET "note" = ? WHERE "user_id" = ? AND "day" = ? -- Text("a"), Int(1), Int(2), Text("b"), Int(3), Int(4)"#);
    assert_snapshot!(sent(|db| User::update_each(db, |u| u.id, [(1, 2)])), @r#"InvalidQuery: `id` is part of the id, by which the rows are found, and cannot be set"#);
}

#[test]
fn deletes() {
    assert_snapshot!(sent(|db| User::query().equal("age", 3).delete(db)), @r#"DELETE FROM "users" WHERE "age" = ? -- Int(3)"#);
    assert_snapshot!(sent(|db| User::query().order_by("id", Desc).limit(1).delete(db)), @r#"
    sqlite:
    DELETE FROM "users" WHERE "id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" ORDER BY "users_2"."id" DESC LIMIT 1)
    postgres:
    DELETE FROM "users" WHERE "id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" ORDER BY "users_2"."id" DESC NULLS LAST LIMIT $1) -- Int(1)
    mysql, mariadb:
    DELETE FROM `users` WHERE `id` IN (SELECT * FROM (SELECT `users_2`.`id` FROM `users` AS `users_2` ORDER BY `users_2`.`id` DESC LIMIT ?) AS affected) -- Int(1)
    "#);
    assert_snapshot!(sent(|db| Visit::query().skip(2).delete(db)), @r#"
    sqlite:
    DELETE FROM "app"."visits" WHERE ("user_id", "day") IN (SELECT "visits_2"."user_id", "visits_2"."day" FROM "app"."visits" AS "visits_2" LIMIT -1 OFFSET ?) -- Int(2)
    postgres:
    DELETE FROM "app"."visits" WHERE ("user_id", "day") IN (SELECT "visits_2"."user_id", "visits_2"."day" FROM "app"."visits" AS "visits_2" OFFSET $1) -- Int(2)
    mysql, mariadb:
    DELETE FROM `app`.`visits` WHERE (`user_id`, `day`) IN (SELECT * FROM (SELECT `visits_2`.`user_id`, `visits_2`.`day` FROM `app`.`visits` AS `visits_2` LIMIT 18446744073709551615 OFFSET ?) AS affected) -- Int(2)
    "#);
    let joined = User::query().left_join::<Post>(|(u, p)| u.id.eq(p.user_id));
    assert_snapshot!(sent(|db| joined.clone().filter(|(_, p)| p.id.is_null()).delete(db)), @r#"
    sqlite, postgres:
    DELETE FROM "users" WHERE "id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" LEFT JOIN "posts" ON "users_2"."id" = "posts"."user_id" WHERE "posts"."id" IS NULL)
    mysql, mariadb:
    DELETE FROM `users` WHERE `id` IN (SELECT * FROM (SELECT `users_2`.`id` FROM `users` AS `users_2` LEFT JOIN `posts` ON `users_2`.`id` = `posts`.`user_id` WHERE `posts`.`id` IS NULL) AS affected)
    "#);
    assert_snapshot!(sent(|db| User::query().equal("age", 3).delete_returning(db)), @r#"
    sqlite, postgres:
    DELETE FROM "users" WHERE "age" = ? RETURNING "id", "email", "bio", "active", "age" -- Int(3)
    mysql, mariadb:
    Unsupported: the engine cannot return changed rows; read them in the same transaction
    "#);
    assert_snapshot!(sent(|db| User::query().all_rows().delete(db)), @r#"DELETE FROM "users""#);
}

#[test]
fn refusals() {
    assert_snapshot!(sent(|db| User::query().delete(db)), @"InvalidQuery: the query has no condition and would delete every row; add one, or call `.all_rows()` if that is meant");
    assert_snapshot!(sent(|db| User::query().update(db, |u| u.active.set(true))), @"InvalidQuery: the query has no condition and would update every row; add one, or call `.all_rows()` if that is meant");
    assert_snapshot!(sent(|db| User::query().equal("id", 1).update_columns(db, [("nope", 1)])), @"UnknownColumn: `users` has no column `nope`; it has `id`, `email`, `bio`, `active`, `age`");
    assert_snapshot!(sent(|db| User::query().equal("id", 1).update_columns(db, [("age", "x")])), @"InvalidValue: cannot store `age`: expected integer, found text");
    assert_snapshot!(sent(|db| User::query().distinct().equal("id", 1).delete(db)), @"InvalidQuery: rows of a grouped or distinct query cannot be changed; filter by key instead");
    assert_snapshot!(sent(|db| User::query().equal("id", 1).update(db, |_| Vec::new())), @"InvalidQuery: an update sets nothing; give it at least one assignment");
}

/// A left join keeps every row of the changed table, so that it is no condition.
#[test]
fn a_left_join_does_not_mean_a_condition() {
    let joined = User::query().left_join::<Post>(|(u, p)| u.id.eq(p.user_id));
    assert_snapshot!(sent(|db| joined.delete(db)), @"InvalidQuery: the query has no condition and would delete every row; add one, or call `.all_rows()` if that is meant");
}

#[test]
fn inserts() {
    assert_snapshot!(sent(|db| user().insert(db)), @r#"
    sqlite, postgres, mariadb:
    INSERT INTO "users" ("id", "email", "bio", "active", "age") VALUES (?, ?, ?, ?, ?) RETURNING "id", "email", "bio", "active", "age" -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    mysql:
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` = ? -- Int(1)
    "#);
    assert_snapshot!(sent(|db| Post::new(1i64, "t").insert(db)), @r#"
    sqlite, postgres, mariadb:
    INSERT INTO "posts" ("user_id", "Title", "version") VALUES (?, ?, ?) RETURNING "id", "user_id", "Title", "version" -- Int(1), Text("t"), Int(0)
    mysql:
    INSERT INTO `posts` (`user_id`, `Title`, `version`) VALUES (?, ?, ?) -- Int(1), Text("t"), Int(0)
    SELECT `id`, `user_id`, `Title`, `version` FROM `posts` WHERE `id` = ? -- Int(7)
    "#);
    assert_snapshot!(sent(|db| User::insert_many(db, [user(), user()])), @r#"
    sqlite:
    INSERT INTO "users" ("id", "email", "bio", "active", "age") VALUES (?, ?, ?, ?, ?) -- Int(1), Text("a@b"), Null, Bool(true), Int(3), Int(1), Text("a@b"), Null, Bool(true), Int(3)
    postgres, mysql, mariadb:
    INSERT INTO "users" ("id", "email", "bio", "active", "age") VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10) -- Int(1), Text("a@b"), Null, Bool(true), Int(3), Int(1), Text("a@b"), Null, Bool(true), Int(3)
    "#);
    assert_snapshot!(sent(|db| User::insert_many_returning(db, [user(), user()])), @r#"
    sqlite, postgres, mariadb:
    INSERT INTO "users" ("id", "email", "bio", "active", "age") VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?) RETURNING "id", "email", "bio", "active", "age" -- Int(1), Text("a@b"), Null, Bool(true), Int(3), Int(1), Text("a@b"), Null, Bool(true), Int(3)
    mysql:
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` = ? -- Int(1)
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` = ? -- Int(1)
    "#);
    assert_snapshot!(sent(|db| User::insert_or_ignore(db, user())), @r#"
    sqlite, postgres:
    INSERT INTO "users" ("id", "email", "bio", "active", "age") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING "id", "email", "bio", "active", "age" -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    mysql, mariadb:
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `id` = `id` -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` = ? -- Int(1)
    "#);
}

#[test]
fn some_keys_given_and_some_counted() {
    let post = |id| Post {
        id,
        ..Post::new(1i64, "t")
    };
    assert_snapshot!(sent(|db| Post::insert_many(db, [post(0), post(5)])), @r#"
    sqlite:
    INSERT INTO "posts" ("id", "user_id", "Title", "version") VALUES (?, ?, ?, ?) -- Null, Int(1), Text("t"), Int(0), Int(5), Int(1), Text("t"), Int(0)
    postgres:
    INSERT INTO "posts" ("id", "user_id", "Title", "version") VALUES (DEFAULT, $1, $2, $3), ($4, $5, $6, $7) -- Int(1), Text("t"), Int(0), Int(5), Int(1), Text("t"), Int(0)
    mysql, mariadb:
    INSERT INTO `posts` (`id`, `user_id`, `Title`, `version`) VALUES (?, ?, ?, ?), (?, ?, ?, ?) -- Null, Int(1), Text("t"), Int(0), Int(5), Int(1), Text("t"), Int(0)
    "#);
}

/// What was stored is read back by what the rows conflict on: the row that was there has a key of its own.
#[test]
fn upserts() {
    assert_snapshot!(sent(|db| User::upsert(db, user(), |u| (u.email,))), @r#"
    sqlite, postgres:
    INSERT INTO "users" ("id", "email", "bio", "active", "age") VALUES (?, ?, ?, ?, ?) ON CONFLICT ("email") DO UPDATE SET "bio" = excluded."bio", "active" = excluded."active", "age" = excluded."age" RETURNING "id", "email", "bio", "active", "age" -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    mysql:
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `bio` = VALUES(`bio`), `active` = VALUES(`active`), `age` = VALUES(`age`) -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` = ? -- Text("a@b")
    mariadb:
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `bio` = VALUES(`bio`), `active` = VALUES(`active`), `age` = VALUES(`age`) RETURNING `id`, `email`, `bio`, `active`, `age` -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    "#);
    assert_snapshot!(sent(|db| Post::upsert(db, Post { id: 4, ..Post::new(1i64, "t") }, |p| (p.id,))), @r#"
    sqlite, postgres:
    INSERT INTO "posts" ("id", "user_id", "Title", "version") VALUES (?, ?, ?, ?) ON CONFLICT ("id") DO UPDATE SET "user_id" = excluded."user_id", "Title" = excluded."Title", "version" = "posts"."version" + 1 RETURNING "id", "user_id", "Title", "version" -- Int(4), Int(1), Text("t"), Int(0)
    mysql:
    INSERT INTO `posts` (`id`, `user_id`, `Title`, `version`) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE `user_id` = VALUES(`user_id`), `Title` = VALUES(`Title`), `version` = `version` + 1 -- Int(4), Int(1), Text("t"), Int(0)
    SELECT `id`, `user_id`, `Title`, `version` FROM `posts` WHERE `id` = ? -- Int(4)
    mariadb:
    INSERT INTO `posts` (`id`, `user_id`, `Title`, `version`) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE `user_id` = VALUES(`user_id`), `Title` = VALUES(`Title`), `version` = `version` + 1 RETURNING `id`, `user_id`, `Title`, `version` -- Int(4), Int(1), Text("t"), Int(0)
    "#);
}

#[test]
fn rows_by_key() {
    assert_snapshot!(sent(|db| User::find(db, 1)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" = ? -- Int(1)"#);
    assert_snapshot!(sent(|db| User::find_many(db, [1, 2, 3])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (?, ?, ?, ?) -- Int(1), Int(2), Int(3), Int(3)"#);
    assert_snapshot!(sent(|db| Visit::find_many(db, [(1, 2), (3, 4)])), @r#"SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE ("user_id" = ? AND "day" = ?) OR ("user_id" = ? AND "day" = ?) -- Int(1), Int(2), Int(3), Int(4)"#);
    assert_snapshot!(sent(|db| Visit::find_many(db, (1..18).map(|i| (i, 2)))), @r#"
    sqlite:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE ("user_id", "day") IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) -- Json("[[1,2],[2,2],[3,2],[4,2],[5,2],[6,2],[7,2],[8,2],[9,2],[10,2],[11,2],[12,2],[13,2],[14,2],[15,2],[16,2],[17,2]]")
    postgres:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE ("user_id", "day") IN (SELECT CAST(v ->> 0 AS bigint), CAST(v ->> 1 AS bigint) FROM json_array_elements(CAST($1 AS json)) AS list(v)) -- Json("[[1,2],[2,2],[3,2],[4,2],[5,2],[6,2],[7,2],[8,2],[9,2],[10,2],[11,2],[12,2],[13,2],[14,2],[15,2],[16,2],[17,2]]")
    mysql, mariadb:
    SELECT `user_id`, `day`, `note`, `key`, `length` FROM `app`.`visits` AS `visits` WHERE (`user_id`, `day`) IN (SELECT v0, v1 FROM JSON_TABLE(?, '$[*]' COLUMNS (v0 BIGINT PATH '$[0]', v1 BIGINT PATH '$[1]')) AS list) -- Json("[[1,2],[2,2],[3,2],[4,2],[5,2],[6,2],[7,2],[8,2],[9,2],[10,2],[11,2],[12,2],[13,2],[14,2],[15,2],[16,2],[17,2]]")
    "#);
    assert_snapshot!(sent(|db| user().delete(db)), @r#"DELETE FROM "users" WHERE "id" = ? -- Int(1)"#);
    assert_snapshot!(sent(|db| Box::leak(Box::new(user())).save(db)), @r#"
    sqlite, postgres:
    INSERT INTO "users" ("id", "email", "bio", "active", "age") VALUES (?, ?, ?, ?, ?) ON CONFLICT ("id") DO UPDATE SET "email" = excluded."email", "bio" = excluded."bio", "active" = excluded."active", "age" = excluded."age" RETURNING "id", "email", "bio", "active", "age" -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    mysql:
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `email` = VALUES(`email`), `bio` = VALUES(`bio`), `active` = VALUES(`active`), `age` = VALUES(`age`) -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` = ? -- Int(1)
    mariadb:
    INSERT INTO `users` (`id`, `email`, `bio`, `active`, `age`) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `email` = VALUES(`email`), `bio` = VALUES(`bio`), `active` = VALUES(`active`), `age` = VALUES(`age`) RETURNING `id`, `email`, `bio`, `active`, `age` -- Int(1), Text("a@b"), Null, Bool(true), Int(3)
    "#);
    assert_snapshot!(sent(|db| Box::leak(Box::new(user())).update(db, |u| u.age = None)), @r#"
    sqlite, postgres:
    UPDATE "users" SET "age" = ? WHERE "id" = ? RETURNING "id", "email", "bio", "active", "age" -- Null, Int(1)
    mysql, mariadb:
    UPDATE `users` SET `age` = ? WHERE `id` = ? -- Null, Int(1)
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` = ? -- Int(1)
    "#);
    assert_snapshot!(sent(|db| Box::leak(Box::new(Post { id: 4, ..Post::new(1i64, "t") })).save(db)), @r#"
    sqlite, postgres:
    UPDATE "posts" SET "user_id" = ?, "Title" = ?, "version" = "version" + ? WHERE "id" = ? AND "version" = ? RETURNING "id", "user_id", "Title", "version" -- Int(1), Text("t"), Int(1), Int(4), Int(0)
    SELECT "id", "user_id", "Title", "version" FROM "posts" WHERE "id" = ? -- Int(4)
    INSERT INTO "posts" ("id", "user_id", "Title", "version") VALUES (?, ?, ?, ?) RETURNING "id", "user_id", "Title", "version" -- Int(4), Int(1), Text("t"), Int(0)
    mysql:
    UPDATE `posts` SET `user_id` = ?, `Title` = ?, `version` = `version` + ? WHERE `id` = ? AND `version` = ? -- Int(1), Text("t"), Int(1), Int(4), Int(0)
    SELECT `id`, `user_id`, `Title`, `version` FROM `posts` WHERE `id` = ? -- Int(4)
    INSERT INTO `posts` (`id`, `user_id`, `Title`, `version`) VALUES (?, ?, ?, ?) -- Int(4), Int(1), Text("t"), Int(0)
    SELECT `id`, `user_id`, `Title`, `version` FROM `posts` WHERE `id` = ? -- Int(4)
    mariadb:
    UPDATE `posts` SET `user_id` = ?, `Title` = ?, `version` = `version` + ? WHERE `id` = ? AND `version` = ? -- Int(1), Text("t"), Int(1), Int(4), Int(0)
    SELECT `id`, `user_id`, `Title`, `version` FROM `posts` WHERE `id` = ? -- Int(4)
    INSERT INTO `posts` (`id`, `user_id`, `Title`, `version`) VALUES (?, ?, ?, ?) RETURNING `id`, `user_id`, `Title`, `version` -- Int(4), Int(1), Text("t"), Int(0)
    "#);
}
