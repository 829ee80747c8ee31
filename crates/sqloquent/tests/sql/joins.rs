//! Joins and groups.

use insta::assert_snapshot;
use sqloquent::prelude::*;

use crate::{Post, User, Visit, get, recorder::sent};

#[test]
fn kinds() {
    assert_snapshot!(get(User::query().join::<Post>(|(u, p)| u.id.eq(p.user_id))), @r#"SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "posts"."id", "posts"."user_id", "posts"."Title", "posts"."version" FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id""#);
    assert_snapshot!(get(User::query().left_join::<Post>(|(u, p)| u.id.eq(p.user_id))), @r#"SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "posts"."id", "posts"."user_id", "posts"."Title", "posts"."version" FROM "users" LEFT JOIN "posts" ON "users"."id" = "posts"."user_id""#);
    assert_snapshot!(get(User::query().right_join::<Post>(|(u, p)| u.id.eq(p.user_id))), @r#"SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "posts"."id", "posts"."user_id", "posts"."Title", "posts"."version" FROM "users" RIGHT JOIN "posts" ON "users"."id" = "posts"."user_id""#);
    assert_snapshot!(get(User::query().full_join::<Post>(|(u, p)| u.id.eq(p.user_id))), @r#"
    sqlite, postgres:
    SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "posts"."id", "posts"."user_id", "posts"."Title", "posts"."version" FROM "users" FULL JOIN "posts" ON "users"."id" = "posts"."user_id"
    mysql, mariadb:
    Unsupported: MySQL has no full joins; unite a left and a right join
    "#);
    assert_snapshot!(get(User::query().cross_join::<Visit>()), @r#"SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "visits"."user_id", "visits"."day", "visits"."note", "visits"."key", "visits"."length" FROM "users" CROSS JOIN "app"."visits" AS "visits""#);
}

#[test]
fn three_tables_and_names() {
    let query = User::query()
        .equal("posts.title", "before its join")
        .join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .left_join::<Visit>(|(u, _, v)| v.user_id.eq(u.id))
        .equal("posts.Title", "x")
        .equal("app.visits.note", Null)
        .order_by("visits.day", Desc)
        .filter(|(u, p, v)| u.age.gt(1) | p.id.eq(1) | v.note.is_null());
    assert_snapshot!(get(query), @r#"
    sqlite, mysql, mariadb:
    SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "posts"."id", "posts"."user_id", "posts"."Title", "posts"."version", "visits"."user_id", "visits"."day", "visits"."note", "visits"."key", "visits"."length" FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" LEFT JOIN "app"."visits" AS "visits" ON "visits"."user_id" = "users"."id" WHERE "posts"."Title" = ? AND "posts"."Title" = ? AND "visits"."note" IS NULL AND ("users"."age" > ? OR "posts"."id" = ? OR "visits"."note" IS NULL) ORDER BY "visits"."day" DESC -- Text("before its join"), Text("x"), Int(1), Int(1)
    postgres:
    SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "posts"."id", "posts"."user_id", "posts"."Title", "posts"."version", "visits"."user_id", "visits"."day", "visits"."note", "visits"."key", "visits"."length" FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" LEFT JOIN "app"."visits" AS "visits" ON "visits"."user_id" = "users"."id" WHERE "posts"."Title" = $1 AND "posts"."Title" = $2 AND "visits"."note" IS NULL AND ("users"."age" > $3 OR "posts"."id" = $4 OR "visits"."note" IS NULL) ORDER BY "visits"."day" DESC NULLS LAST -- Text("before its join"), Text("x"), Int(1), Int(1)
    "#);
}

#[test]
fn a_table_joined_to_itself() {
    let query = User::query()
        .join_as::<User>("boss", |(u, b)| u.age.eq(b.age))
        .equal("boss.email", "x")
        .equal("users.email", "y");
    assert_snapshot!(get(query), @r#"SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "boss"."id", "boss"."email", "boss"."bio", "boss"."active", "boss"."age" FROM "users" JOIN "users" AS "boss" ON "users"."age" = "boss"."age" WHERE "boss"."email" = ? AND "users"."email" = ? -- Text("x"), Text("y")"#);
    let query = User::query().left_join::<User>(|(u, v)| u.id.lt(v.id));
    assert_snapshot!(get(query), @r#"SELECT "users"."id", "users"."email", "users"."bio", "users"."active", "users"."age", "users_2"."id", "users_2"."email", "users_2"."bio", "users_2"."active", "users_2"."age" FROM "users" LEFT JOIN "users" AS "users_2" ON "users"."id" < "users_2"."id""#);
    let query = User::query()
        .join_as::<User>("b", |(u, b)| u.id.eq(b.id))
        .join_as::<Post>("b", |(u, _, p)| u.id.eq(p.user_id));
    assert_snapshot!(get(query), @"InvalidQuery: two joined tables are both called `b`; give them different names");
}

#[test]
fn groups_and_aggregates() {
    let query = User::query()
        .join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .group(|(u, _)| u.email)
        .select(|(u, p)| {
            (
                u.email,
                p.id.count(),
                p.version.sum(),
                p.version.avg(),
                p.title.count_distinct(),
            )
        })
        .having(|(_, p)| p.id.count().gt(3) & p.version.max().lt(9));
    assert_snapshot!(get(query.clone()), @r#"
    sqlite:
    SELECT "users"."email", count("posts"."id"), sum("posts"."version"), avg("posts"."version"), count(DISTINCT "posts"."Title") FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" GROUP BY "users"."email" HAVING count("posts"."id") > ? AND max("posts"."version") < ? -- Int(3), Int(9)
    postgres:
    SELECT "users"."email", count("posts"."id"), CAST(sum("posts"."version") AS bigint), CAST(avg("posts"."version") AS double precision), count(DISTINCT "posts"."Title") FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" GROUP BY "users"."email" HAVING count("posts"."id") > $1 AND max("posts"."version") < $2 -- Int(3), Int(9)
    mysql, mariadb:
    SELECT `users`.`email`, count(`posts`.`id`), CAST(sum(`posts`.`version`) AS SIGNED), CAST(avg(`posts`.`version`) AS DOUBLE), count(DISTINCT `posts`.`Title`) FROM `users` JOIN `posts` ON `users`.`id` = `posts`.`user_id` GROUP BY `users`.`email` HAVING count(`posts`.`id`) > ? AND max(`posts`.`version`) < ? -- Int(3), Int(9)
    "#);
    assert_snapshot!(sent(|db| query.count(db)), @r#"
    sqlite:
    SELECT count(*) FROM (SELECT "users"."email" AS "c1", count("posts"."id") AS "c2", sum("posts"."version") AS "c3", avg("posts"."version") AS "c4", count(DISTINCT "posts"."Title") AS "c5" FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" GROUP BY "users"."email" HAVING count("posts"."id") > ? AND max("posts"."version") < ?) AS counted -- Int(3), Int(9)
    postgres:
    SELECT count(*) FROM (SELECT "users"."email" AS "c1", count("posts"."id") AS "c2", CAST(sum("posts"."version") AS bigint) AS "c3", CAST(avg("posts"."version") AS double precision) AS "c4", count(DISTINCT "posts"."Title") AS "c5" FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" GROUP BY "users"."email" HAVING count("posts"."id") > $1 AND max("posts"."version") < $2) AS counted -- Int(3), Int(9)
    mysql, mariadb:
    SELECT count(*) FROM (SELECT `users`.`email` AS `c1`, count(`posts`.`id`) AS `c2`, CAST(sum(`posts`.`version`) AS SIGNED) AS `c3`, CAST(avg(`posts`.`version`) AS DOUBLE) AS `c4`, count(DISTINCT `posts`.`Title`) AS `c5` FROM `users` JOIN `posts` ON `users`.`id` = `posts`.`user_id` GROUP BY `users`.`email` HAVING count(`posts`.`id`) > ? AND max(`posts`.`version`) < ?) AS counted -- Int(3), Int(9)
    "#);
    assert_snapshot!(sent(|db| query.exists(db)), @r#"
    sqlite:
    SELECT EXISTS (SELECT "users"."email" AS "c1", count("posts"."id") AS "c2", sum("posts"."version") AS "c3", avg("posts"."version") AS "c4", count(DISTINCT "posts"."Title") AS "c5" FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" GROUP BY "users"."email" HAVING count("posts"."id") > ? AND max("posts"."version") < ?) -- Int(3), Int(9)
    postgres:
    SELECT EXISTS (SELECT "users"."email" AS "c1", count("posts"."id") AS "c2", CAST(sum("posts"."version") AS bigint) AS "c3", CAST(avg("posts"."version") AS double precision) AS "c4", count(DISTINCT "posts"."Title") AS "c5" FROM "users" JOIN "posts" ON "users"."id" = "posts"."user_id" GROUP BY "users"."email" HAVING count("posts"."id") > $1 AND max("posts"."version") < $2) -- Int(3), Int(9)
    mysql, mariadb:
    SELECT EXISTS (SELECT `users`.`email` AS `c1`, count(`posts`.`id`) AS `c2`, CAST(sum(`posts`.`version`) AS SIGNED) AS `c3`, CAST(avg(`posts`.`version`) AS DOUBLE) AS `c4`, count(DISTINCT `posts`.`Title`) AS `c5` FROM `users` JOIN `posts` ON `users`.`id` = `posts`.`user_id` GROUP BY `users`.`email` HAVING count(`posts`.`id`) > ? AND max(`posts`.`version`) < ?) -- Int(3), Int(9)
    "#);
    assert_snapshot!(get(User::query().group_by("age").select(|u| (u.age, count_all(), u.id.min()))), @r#"SELECT "age", count(*), min("id") FROM "users" GROUP BY "age""#);
}

#[test]
fn raw_selections_and_groups() {
    let query = User::query()
        .select_raw("substr(email, ?) as tail", (3,))
        .select_as("n", count_all())
        .group_raw("tail", ())
        .order(|_| raw::<i64>("n", ()).desc());
    assert_snapshot!(get(query.clone()), @r#"
    sqlite, mysql, mariadb:
    SELECT substr(email, ?) as tail, count(*) AS "n" FROM "users" GROUP BY tail ORDER BY (n) DESC -- Int(3)
    postgres:
    SELECT substr(email, $1) as tail, count(*) AS "n" FROM "users" GROUP BY tail ORDER BY (n) DESC NULLS LAST -- Int(3)
    "#);
    assert_snapshot!(sent(|db| query.count(db)), @r#"SELECT count(*) FROM (SELECT substr(email, ?) as tail, count(*) AS "n" FROM "users" GROUP BY tail) AS counted -- Int(3)"#);
}

/// Groups may refer to a selected expression by its name, which counting must keep.
#[test]
fn counting_keeps_names_that_are_referred_to() {
    let query = User::query()
        .select_as("tail", <User as Model>::columns(User::query().slot()).email)
        .limit(1);
    assert_snapshot!(get(query), @"InvalidQuery: the column `email` belongs to a table that is not part of this query");
    let base = User::query();
    let email = <User as Model>::columns(base.slot()).email;
    let query = base.select_as("tail", email.lower()).group_raw("tail", ());
    assert_snapshot!(sent(|db| query.count(db)), @r#"SELECT count(*) FROM (SELECT lower("email") AS "tail" FROM "users" GROUP BY tail) AS counted"#);
}

#[test]
fn counts() {
    let joined = User::query().left_join::<Post>(|(u, p)| u.id.eq(p.user_id));
    assert_snapshot!(sent(|db| User::query().order_by("age", Asc).count(db)), @r#"SELECT count(*) FROM "users""#);
    assert_snapshot!(sent(|db| User::query().equal("age", 1).limit(5).skip(2).count(db)), @r#"
    sqlite:
    SELECT count(*) FROM (SELECT 1 FROM "users" WHERE "age" = ? LIMIT 5 OFFSET ?) AS counted -- Int(1), Int(2)
    postgres, mysql, mariadb:
    SELECT count(*) FROM (SELECT 1 FROM "users" WHERE "age" = $1 LIMIT $2 OFFSET $3) AS counted -- Int(1), Int(5), Int(2)
    "#);
    assert_snapshot!(sent(|db| User::query().distinct().count(db)), @r#"SELECT count(*) FROM (SELECT DISTINCT "id", "email", "bio", "active", "age" FROM "users") AS counted"#);
    assert_snapshot!(sent(|db| User::query().select(|u| u.age).distinct().count(db)), @r#"SELECT count(*) FROM (SELECT DISTINCT "age" AS "c1" FROM "users") AS counted"#);
    assert_snapshot!(sent(|db| joined.clone().count(db)), @r#"SELECT count(*) FROM "users" LEFT JOIN "posts" ON "users"."id" = "posts"."user_id""#);
    assert_snapshot!(sent(|db| joined.clone().distinct().count(db)), @r#"SELECT count(*) FROM (SELECT DISTINCT "users"."id" AS "c1", "users"."email" AS "c2", "users"."bio" AS "c3", "users"."active" AS "c4", "users"."age" AS "c5", "posts"."id" AS "c6", "posts"."user_id" AS "c7", "posts"."Title" AS "c8", "posts"."version" AS "c9" FROM "users" LEFT JOIN "posts" ON "users"."id" = "posts"."user_id") AS counted"#);
    assert_snapshot!(sent(|db| joined.clone().exists(db)), @r#"SELECT EXISTS (SELECT 1 FROM "users" LEFT JOIN "posts" ON "users"."id" = "posts"."user_id")"#);
    assert_snapshot!(sent(|db| User::query().select(|u| u.age.max()).count(db)), @r#"SELECT count(*) FROM (SELECT max("age") AS "c1" FROM "users") AS counted"#);
}

#[test]
fn aggregates_of_queries() {
    assert_snapshot!(sent(|db| User::query().order_by("id", Asc).sum(db, |u| u.age)), @r#"
    sqlite:
    SELECT sum("age") FROM "users"
    postgres:
    SELECT CAST(sum("age") AS bigint) FROM "users"
    mysql, mariadb:
    SELECT CAST(sum(`age`) AS SIGNED) FROM `users`
    "#);
    assert_snapshot!(sent(|db| User::query().avg(db, |u| u.age)), @r#"
    sqlite:
    SELECT avg("age") FROM "users"
    postgres:
    SELECT CAST(avg("age") AS double precision) FROM "users"
    mysql, mariadb:
    SELECT CAST(avg(`age`) AS DOUBLE) FROM `users`
    "#);
    assert_snapshot!(sent(|db| User::query().min(db, |u| u.email)), @r#"SELECT min("email") FROM "users""#);
    assert_snapshot!(sent(|db| User::query().equal("active", true).max(db, |u| u.id)), @r#"SELECT max("id") FROM "users" WHERE "active" = ? -- Bool(true)"#);
    assert_snapshot!(sent(|db| User::query().limit(3).sum(db, |u| u.age)), @"InvalidQuery: an aggregate of a limited, distinct or grouped query is not clear; use `select` with `group`, or raw SQL");
    assert_snapshot!(sent(|db| User::query().distinct().pluck::<String>(db, "email")), @r#"SELECT DISTINCT "email" FROM "users""#);
    assert_snapshot!(sent(|db| User::query().paginate(db, 3, 10)), @r#"
    sqlite:
    SELECT count(*) FROM "users"
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT 10 OFFSET ? -- Int(20)
    postgres, mysql, mariadb:
    SELECT count(*) FROM "users"
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT $1 OFFSET $2 -- Int(10), Int(20)
    "#);
    assert_snapshot!(sent(|db| User::query().paginate(db, 0, 10)), @"InvalidQuery: pages are counted from 1 and hold at least one row");
}
