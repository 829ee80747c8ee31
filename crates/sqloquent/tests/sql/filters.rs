//! Conditions, orders, limits.

use insta::assert_snapshot;
use sqloquent::prelude::*;

use crate::{Post, User, Visit, get};

#[test]
fn described_comparisons() {
    assert_snapshot!(get(User::query().equal("email", "x")), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = ? -- Text("x")"#);
    assert_snapshot!(get(User::query().equal("bio", Null)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NULL"#);
    assert_snapshot!(get(User::query().equal("bio", None::<String>)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NULL"#);
    assert_snapshot!(get(User::query().not_equal("email", "x")), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" <> ? -- Text("x")"#);
    assert_snapshot!(get(User::query().not_equal("bio", Null)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NOT NULL"#);
    assert_snapshot!(get(User::query().same_as("bio", "x")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS ? -- Text("x")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NOT DISTINCT FROM $1 -- Text("x")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `bio` <=> ? -- Text("x")
    "#);
    assert_snapshot!(get(User::query().same_as("bio", Null)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NULL"#);
    assert_snapshot!(get(User::query().differs_from("bio", "x")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NOT ? -- Text("x")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS DISTINCT FROM $1 -- Text("x")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE NOT (`bio` <=> ?) -- Text("x")
    "#);
    assert_snapshot!(get(User::query().less("age", 1).greater("age", 2)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "age" < ? AND "age" > ? -- Int(1), Int(2)"#);
    assert_snapshot!(get(User::query().less_or_equal("age", 1).greater_or_equal("age", 2)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "age" <= ? AND "age" >= ? -- Int(1), Int(2)"#);
    assert_snapshot!(get(User::query().is_null("bio").not_null("age")), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NULL AND "age" IS NOT NULL"#);
    assert_snapshot!(get(User::query().equal("active", true)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "active" = ? -- Bool(true)"#);
}

#[test]
fn described_text_matches() {
    assert_snapshot!(get(User::query().starts_with("email", "A%")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" LIKE ? ESCAPE '!' -- Text("A!%%")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE lower("email" COLLATE "C") LIKE $1 ESCAPE '!' -- Text("a!%%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!' -- Text("A!%%")
    "#);
    assert_snapshot!(get(User::query().does_not_start_with("email", "a")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT ("email" LIKE ? ESCAPE '!') -- Text("a%")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT (lower("email" COLLATE "C") LIKE $1 ESCAPE '!') -- Text("a%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE NOT (lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!') -- Text("a%")
    "#);
    assert_snapshot!(get(User::query().contains("email", "A_!")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE instr(lower("email"), ?) > 0 -- Text("a_!")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE lower("email" COLLATE "C") LIKE $1 ESCAPE '!' -- Text("%a!_!!%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!' -- Text("%A!_!!%")
    "#);
    assert_snapshot!(get(User::query().excludes("email", "a")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT (instr(lower("email"), ?) > 0) -- Text("a")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT (lower("email" COLLATE "C") LIKE $1 ESCAPE '!') -- Text("%a%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE NOT (lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!') -- Text("%a%")
    "#);
    assert_snapshot!(get(User::query().ends_with("email", "Aé")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" <> '' AND substr(CAST(lower("email") AS BLOB), -length(CAST(? AS BLOB))) = CAST(? AS BLOB) -- Text("aé"), Text("aé")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE lower("email" COLLATE "C") LIKE $1 ESCAPE '!' -- Text("%aé")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!' -- Text("%Aé")
    "#);
    assert_snapshot!(get(User::query().does_not_end_with("email", "a")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT ("email" <> '' AND substr(CAST(lower("email") AS BLOB), -length(CAST(? AS BLOB))) = CAST(? AS BLOB)) -- Text("a"), Text("a")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT (lower("email" COLLATE "C") LIKE $1 ESCAPE '!') -- Text("%a")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE NOT (lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!') -- Text("%a")
    "#);
    assert_snapshot!(get(User::query().starts_with_exact("email", "A*[?")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" GLOB ? -- Text("A[*][[][?]*")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" LIKE $1 ESCAPE '!' -- Text("A*[?%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` COLLATE utf8mb4_bin LIKE ? ESCAPE '!' -- Text("A*[?%")
    "#);
    assert_snapshot!(get(User::query().contains_exact("email", "A")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE instr("email", ?) > 0 -- Text("A")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" LIKE $1 ESCAPE '!' -- Text("%A%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` COLLATE utf8mb4_bin LIKE ? ESCAPE '!' -- Text("%A%")
    "#);
    assert_snapshot!(get(User::query().ends_with_exact("email", "A")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" <> '' AND substr(CAST("email" AS BLOB), -length(CAST(? AS BLOB))) = CAST(? AS BLOB) -- Text("A"), Text("A")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" LIKE $1 ESCAPE '!' -- Text("%A")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` COLLATE utf8mb4_bin LIKE ? ESCAPE '!' -- Text("%A")
    "#);
    assert_snapshot!(get(User::query().contains("email", "")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" LIKE ? ESCAPE '!' -- Text("%%")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE lower("email" COLLATE "C") LIKE $1 ESCAPE '!' -- Text("%%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!' -- Text("%%")
    "#);
    assert_snapshot!(get(User::query().like("email", "%?_", "B")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" LIKE ? -- Text("%B_")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE lower("email" COLLATE "C") LIKE $1 ESCAPE '' -- Text("%b_")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '' -- Text("%B_")
    "#);
    assert_snapshot!(get(User::query().not_like("email", "?", "B%")), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT ("email" LIKE ?) -- Text("B%")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT (lower("email" COLLATE "C") LIKE $1 ESCAPE '') -- Text("b%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE NOT (lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '') -- Text("B%")
    "#);
}

#[test]
fn typed_and_or_not() {
    let query =
        User::query().filter(|u| u.email.eq("a") & (u.bio.is_null() | u.age.gt(3)) & !u.active.eq(true));
    assert_snapshot!(get(query), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = ? AND ("bio" IS NULL OR "age" > ?) AND NOT ("active" = ?) -- Text("a"), Int(3), Bool(true)"#);
    let query = User::query().filter(|u| !(u.age.lt(1) | u.age.ge(5)) | !(u.id.ne(2) & u.id.le(9)));
    assert_snapshot!(get(query), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT ("age" < ? OR "age" >= ?) OR NOT ("id" <> ? AND "id" <= ?) -- Int(1), Int(5), Int(2), Int(9)"#);
    let query = User::query().filter(|u| u.age.between(1, 5) | u.email.starts_with("x"));
    assert_snapshot!(get(query), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE ("age" >= ? AND "age" <= ?) OR ("email" LIKE ? ESCAPE '!') -- Int(1), Int(5), Text("x%")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE ("age" >= $1 AND "age" <= $2) OR (lower("email" COLLATE "C") LIKE $3 ESCAPE '!') -- Int(1), Int(5), Text("x%")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE (`age` >= ? AND `age` <= ?) OR (lower(`email` COLLATE utf8mb4_bin) LIKE lower(?) ESCAPE '!') -- Int(1), Int(5), Text("x%")
    "#);
    let query = User::query().filter(|u| u.email.eq(u.bio) | u.age.eq(None::<i32>));
    assert_snapshot!(get(query), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = "bio" OR "age" IS NULL"#);
    let query = User::query().filter(|u| (u.age + 1).gt(5) & (u.id / 2).eq(3) & (u.id % 2).eq(0));
    assert_snapshot!(get(query), @r#"
    sqlite, postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE ("age" + ?) > ? AND ("id" / ?) = ? AND ("id" % ?) = ? -- Int(1), Int(5), Int(2), Int(3), Int(2), Int(0)
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE (`age` + ?) > ? AND (`id` DIV ?) = ? AND (`id` % ?) = ? -- Int(1), Int(5), Int(2), Int(3), Int(2), Int(0)
    "#);
    let query = User::query()
        .filter(|u| u.bio.or_else("none").eq("none") & u.email.lower().eq("x") & u.email.length().gt(3));
    assert_snapshot!(get(query), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE coalesce("bio", ?) = ? AND lower("email") = ? AND length("email") > ? -- Text("none"), Text("none"), Text("x"), Int(3)
    postgres, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE coalesce("bio", $1) = $2 AND lower("email") = $3 AND char_length("email") > $4 -- Text("none"), Text("none"), Text("x"), Int(3)
    "#);
}

#[test]
fn typed_null_safe() {
    let query = User::query().filter(|u| u.bio.same_as("x") & u.age.differs_from(3));
    assert_snapshot!(get(query), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS ? AND "age" IS NOT ? -- Text("x"), Int(3)
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NOT DISTINCT FROM $1 AND "age" IS DISTINCT FROM $2 -- Text("x"), Int(3)
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `bio` <=> ? AND NOT (`age` <=> ?) -- Text("x"), Int(3)
    "#);
    let query = User::query().filter(|u| !u.bio.differs_from(u.email) & u.bio.same_as(None::<String>));
    assert_snapshot!(get(query), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT ("bio" IS NOT "email") AND "bio" IS NULL
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT ("bio" IS DISTINCT FROM "email") AND "bio" IS NULL
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE NOT (NOT (`bio` <=> `email`)) AND `bio` IS NULL
    "#);
}

#[test]
fn long_chains_are_balanced() {
    let one = || Expr::binary(sqloquent::expr::BinaryOp::Eq, Expr::value(1), Expr::value(1));
    let many = (0..101).map(|_| one());
    let sql = get(User::query().condition(Expr::Any(many.collect())));
    assert!(sql.contains(") OR ("), "{sql}");
}

#[test]
fn orders() {
    assert_snapshot!(get(User::query().order_by("email", Asc).order_by("age", Desc)), @r#"
    sqlite, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" ORDER BY "email" ASC, "age" DESC
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" ORDER BY "email" ASC NULLS FIRST, "age" DESC NULLS LAST
    "#);
    assert_snapshot!(get(User::query().order(|u| (u.age.asc().nulls_last(), u.bio.desc().nulls_first()))), @r#"
    sqlite, postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" ORDER BY "age" ASC NULLS LAST, "bio" DESC NULLS FIRST
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` ORDER BY `age` IS NULL, `age` ASC, `bio` IS NOT NULL, `bio` DESC
    "#);
    assert_snapshot!(get(User::query().order(|u| (u.age.asc().nulls_first(), u.bio.desc().nulls_last()))), @r#"
    sqlite, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" ORDER BY "age" ASC, "bio" DESC
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" ORDER BY "age" ASC NULLS FIRST, "bio" DESC NULLS LAST
    "#);
    assert_snapshot!(get(User::query().order(|u| (u.age + 1).desc()).unordered().order(|u| u.email.lower().asc())), @r#"
    sqlite, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" ORDER BY lower("email") ASC
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" ORDER BY lower("email") ASC NULLS FIRST
    "#);
}

#[test]
fn limits_and_offsets() {
    assert_snapshot!(get(User::query().limit(3)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT 3
    postgres, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT $1 -- Int(3)
    "#);
    assert_snapshot!(get(User::query().skip(4)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT -1 OFFSET ? -- Int(4)
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" OFFSET $1 -- Int(4)
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` LIMIT 18446744073709551615 OFFSET ? -- Int(4)
    "#);
    assert_snapshot!(get(User::query().limit(3).skip(4)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT 3 OFFSET ? -- Int(4)
    postgres, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT $1 OFFSET $2 -- Int(3), Int(4)
    "#);
    assert_snapshot!(get(User::query().limit(u64::MAX)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT 9223372036854775807
    postgres, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT $1 -- Int(9223372036854775807)
    "#);
    assert_snapshot!(get(User::query().limit(-1)), @"InvalidQuery: a limit cannot be negative");
    assert_snapshot!(get(User::query().skip(-1)), @"InvalidQuery: cannot skip a negative number of rows");
    assert_snapshot!(crate::recorder::sent(|db| User::query().take(db, 0)), @"InvalidQuery: take needs a number of rows greater than 0");
    assert_snapshot!(crate::recorder::sent(|db| User::query().limit(5).take(db, 9)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT 5
    postgres, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT $1 -- Int(5)
    "#);
    assert_snapshot!(crate::recorder::sent(|db| User::query().skip(5).first(db)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT 1 OFFSET ? -- Int(5)
    postgres, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" LIMIT $1 OFFSET $2 -- Int(1), Int(5)
    "#);
}

#[test]
fn mistakes_come_back_before_anything_is_sent() {
    assert_snapshot!(get(User::query().equal("emial", "x").equal("nope", 1)), @"UnknownColumn: `users` has no column `emial`; did you mean `email`?");
    assert_snapshot!(get(User::query().order_by("count(*)", Asc)), @"UnknownColumn: `users` has no column `count(*)`; it has `id`, `email`, `bio`, `active`, `age`");
    assert_snapshot!(get(User::query().equal("age", "x")), @"InvalidValue: cannot compare `age` with this value: expected integer, found text");
    assert_snapshot!(get(User::query().less("age", Null)), @"InvalidQuery: `age` is compared with NULL by order, which no row satisfies; use is_null or not_null");
    assert_snapshot!(get(User::query().like("email", "", "x")), @"InvalidQuery: the pattern of `like` is empty; `?` in it stands for the data");
    assert_snapshot!(get(User::query().equal("posts.title", "x")), @"UnknownTable: no table of this query is called `posts`; it has `users`");
}

#[test]
fn odd_names() {
    assert_snapshot!(get(Post::query().equal("title", "x").equal("Title", "y")), @r#"SELECT "id", "user_id", "Title", "version" FROM "posts" WHERE "Title" = ? AND "Title" = ? -- Text("x"), Text("y")"#);
    assert_snapshot!(get(Visit::query().equal("key", vec![1u8]).order_by("app.visits.length", Asc)), @r#"
    sqlite, mysql, mariadb:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "key" = ? ORDER BY "length" ASC -- Bytes([1])
    postgres:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "key" = $1 ORDER BY "length" ASC NULLS FIRST -- Bytes([1])
    "#);
}

#[test]
fn raw_pieces() {
    let query = User::query()
        .filter_raw("age > ? and bio = '?' -- ?", (5,))
        .filter_raw("\"a?b\" = ? /* ? */ or data ?? 'k'", ("x",))
        .order(|_| raw::<i64>("abs(age - ?)", (7,)).asc());
    assert_snapshot!(get(query), @r#"
    sqlite, mysql, mariadb:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE (age > ? and bio = '?' -- ?
    ) AND ("a?b" = ? /* ? */ or data ? 'k') ORDER BY (abs(age - ?)) ASC -- Int(5), Text("x"), Int(7)
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE (age > $1 and bio = '?' -- ?
    ) AND ("a?b" = $2 /* ? */ or data ? 'k') ORDER BY (abs(age - $3)) ASC NULLS FIRST -- Int(5), Text("x"), Int(7)
    "#);
    assert_snapshot!(get(User::query().filter_raw("age > ?", ())), @"InvalidQuery: raw SQL and its parameters do not match: 0 given; write one `?` for each (`??` for a question mark)");
    assert_snapshot!(get(User::query().filter_raw("age > 1", (2,))), @"InvalidQuery: raw SQL and its parameters do not match: 1 given; write one `?` for each (`??` for a question mark)");
    assert_snapshot!(get(User::query().filter_raw("age > 1 /* x", ())), @"InvalidQuery: raw SQL ends inside a comment");
}
