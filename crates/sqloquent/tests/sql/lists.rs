//! Membership in lists.

use insta::assert_snapshot;
use sqloquent::{Value, prelude::*};

use crate::{User, Visit, get};

#[test]
fn short_lists_are_padded() {
    assert_snapshot!(get(User::query().is_in("id", [1])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" = ? -- Int(1)"#);
    assert_snapshot!(get(User::query().not_in("id", [1])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" <> ? -- Int(1)"#);
    assert_snapshot!(get(User::query().is_in("id", [1, 2, 3])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (?, ?, ?, ?) -- Int(1), Int(2), Int(3), Int(3)"#);
    assert_snapshot!(get(User::query().not_in("email", ["a", "b"])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" NOT IN (?, ?) -- Text("a"), Text("b")"#);
    assert_snapshot!(get(User::query().filter(|u| u.id.is_in(vec![1, 2, 3, 4, 5]))), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (?, ?, ?, ?, ?, ?, ?, ?) -- Int(1), Int(2), Int(3), Int(4), Int(5), Int(5), Int(5), Int(5)"#);
}

#[test]
fn empty_lists() {
    assert_snapshot!(get(User::query().is_in("id", [0i64; 0])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE 1 = 0"#);
    assert_snapshot!(get(User::query().not_in("id", [0i64; 0])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE 1 = 1"#);
}

#[test]
fn lists_with_null() {
    assert_snapshot!(get(User::query().is_in("age", [Some(1), None])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "age" IS NULL OR "age" = ? -- Int(1)"#);
    assert_snapshot!(get(User::query().not_in("age", [Some(1), None])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "age" IS NOT NULL AND "age" <> ? -- Int(1)"#);
    assert_snapshot!(get(User::query().is_in("age", [None::<i32>])), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "age" IS NULL"#);
    assert_snapshot!(get(User::query().filter(|u| !u.age.is_in([Some(1), None]) & u.id.eq(1))), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE NOT ("age" IS NULL OR "age" = ?) AND "id" = ? -- Int(1), Int(1)"#);
}

#[test]
fn long_lists_travel_as_one_parameter() {
    assert_snapshot!(get(User::query().is_in("id", 1..=17)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (SELECT value FROM json_each(?)) -- Json("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" IN (SELECT CAST(v AS bigint) FROM json_array_elements_text(CAST($1 AS json)) AS list(v)) -- Json("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` IN (SELECT v FROM JSON_TABLE(?, '$[*]' COLUMNS (v BIGINT PATH '$')) AS list) -- Json("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")
    "#);
    assert_snapshot!(get(User::query().not_in("id", 1..=17)), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" NOT IN (SELECT value FROM json_each(?)) -- Json("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "id" NOT IN (SELECT CAST(v AS bigint) FROM json_array_elements_text(CAST($1 AS json)) AS list(v)) -- Json("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `id` NOT IN (SELECT v FROM JSON_TABLE(?, '$[*]' COLUMNS (v BIGINT PATH '$')) AS list) -- Json("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")
    "#);
    assert_snapshot!(get(User::query().is_in("email", (0..17).map(|i| format!("\"{i}\\")))), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" IN (SELECT value FROM json_each(?)) -- Json("[\"\\\"0\\\\\",\"\\\"1\\\\\",\"\\\"2\\\\\",\"\\\"3\\\\\",\"\\\"4\\\\\",\"\\\"5\\\\\",\"\\\"6\\\\\",\"\\\"7\\\\\",\"\\\"8\\\\\",\"\\\"9\\\\\",\"\\\"10\\\\\",\"\\\"11\\\\\",\"\\\"12\\\\\",\"\\\"13\\\\\",\"\\\"14\\\\\",\"\\\"15\\\\\",\"\\\"16\\\\\"]")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" IN (SELECT CAST(v AS text) FROM json_array_elements_text(CAST($1 AS json)) AS list(v)) -- Json("[\"\\\"0\\\\\",\"\\\"1\\\\\",\"\\\"2\\\\\",\"\\\"3\\\\\",\"\\\"4\\\\\",\"\\\"5\\\\\",\"\\\"6\\\\\",\"\\\"7\\\\\",\"\\\"8\\\\\",\"\\\"9\\\\\",\"\\\"10\\\\\",\"\\\"11\\\\\",\"\\\"12\\\\\",\"\\\"13\\\\\",\"\\\"14\\\\\",\"\\\"15\\\\\",\"\\\"16\\\\\"]")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` IN (SELECT v FROM JSON_TABLE(?, '$[*]' COLUMNS (v LONGTEXT PATH '$')) AS list) -- Json("[\"\\\"0\\\\\",\"\\\"1\\\\\",\"\\\"2\\\\\",\"\\\"3\\\\\",\"\\\"4\\\\\",\"\\\"5\\\\\",\"\\\"6\\\\\",\"\\\"7\\\\\",\"\\\"8\\\\\",\"\\\"9\\\\\",\"\\\"10\\\\\",\"\\\"11\\\\\",\"\\\"12\\\\\",\"\\\"13\\\\\",\"\\\"14\\\\\",\"\\\"15\\\\\",\"\\\"16\\\\\"]")
    "#);
    assert_snapshot!(get(Visit::query().is_in("key", (0..17u8).map(|i| vec![i, 255]))), @r#"
    sqlite:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "key" IN (SELECT unhex(value) FROM json_each(?)) -- Json("[\"00ff\",\"01ff\",\"02ff\",\"03ff\",\"04ff\",\"05ff\",\"06ff\",\"07ff\",\"08ff\",\"09ff\",\"0aff\",\"0bff\",\"0cff\",\"0dff\",\"0eff\",\"0fff\",\"10ff\"]")
    postgres:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "key" IN (SELECT decode(v, 'hex') FROM json_array_elements_text(CAST($1 AS json)) AS list(v)) -- Json("[\"00ff\",\"01ff\",\"02ff\",\"03ff\",\"04ff\",\"05ff\",\"06ff\",\"07ff\",\"08ff\",\"09ff\",\"0aff\",\"0bff\",\"0cff\",\"0dff\",\"0eff\",\"0fff\",\"10ff\"]")
    mysql, mariadb:
    SELECT `user_id`, `day`, `note`, `key`, `length` FROM `app`.`visits` AS `visits` WHERE `key` IN (SELECT unhex(v) FROM JSON_TABLE(?, '$[*]' COLUMNS (v LONGTEXT PATH '$')) AS list) -- Json("[\"00ff\",\"01ff\",\"02ff\",\"03ff\",\"04ff\",\"05ff\",\"06ff\",\"07ff\",\"08ff\",\"09ff\",\"0aff\",\"0bff\",\"0cff\",\"0dff\",\"0eff\",\"0fff\",\"10ff\"]")
    "#);
    assert_snapshot!(get(Visit::query().is_in("length", (0..17).map(|i| f64::from(i) / 2.0))), @r#"
    sqlite:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "length" IN (SELECT value FROM json_each(?)) -- Json("[0.0,0.5,1.0,1.5,2.0,2.5,3.0,3.5,4.0,4.5,5.0,5.5,6.0,6.5,7.0,7.5,8.0]")
    postgres:
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "length" IN (SELECT CAST(v AS double precision) FROM json_array_elements_text(CAST($1 AS json)) AS list(v)) -- Json("[0.0,0.5,1.0,1.5,2.0,2.5,3.0,3.5,4.0,4.5,5.0,5.5,6.0,6.5,7.0,7.5,8.0]")
    mysql, mariadb:
    SELECT `user_id`, `day`, `note`, `key`, `length` FROM `app`.`visits` AS `visits` WHERE `length` IN (SELECT v FROM JSON_TABLE(?, '$[*]' COLUMNS (v DOUBLE PATH '$')) AS list) -- Json("[0.0,0.5,1.0,1.5,2.0,2.5,3.0,3.5,4.0,4.5,5.0,5.5,6.0,6.5,7.0,7.5,8.0]")
    "#);
}

#[test]
fn long_lists_of_booleans() {
    assert_snapshot!(get(User::query().is_in("active", (0..17).map(|i| i % 2 == 0))), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "active" IN (SELECT value FROM json_each(?)) -- Json("[1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1]")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "active" IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) -- Bool(true), Bool(false), Bool(true), Bool(false), Bool(true), Bool(false), Bool(true), Bool(false), Bool(true), Bool(false), Bool(true), Bool(false), Bool(true), Bool(false), Bool(true), Bool(false), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true), Bool(true)
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `active` IN (SELECT v FROM JSON_TABLE(?, '$[*]' COLUMNS (v BIGINT PATH '$')) AS list) -- Json("[1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1]")
    "#);
}

#[test]
fn long_lists_with_null_and_text_that_holds_nul() {
    let odd = (0..17).map(|i| (i > 0).then(|| if i == 1 { "a\0".to_owned() } else { i.to_string() }));
    assert_snapshot!(get(User::query().is_in("bio", odd.clone())), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NULL OR "bio" IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) -- Text("a\0"), Text("2"), Text("3"), Text("4"), Text("5"), Text("6"), Text("7"), Text("8"), Text("9"), Text("10"), Text("11"), Text("12"), Text("13"), Text("14"), Text("15"), Text("16")"#);
    assert_snapshot!(get(User::query().not_in("bio", odd)), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "bio" IS NOT NULL AND "bio" NOT IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) -- Text("a\0"), Text("2"), Text("3"), Text("4"), Text("5"), Text("6"), Text("7"), Text("8"), Text("9"), Text("10"), Text("11"), Text("12"), Text("13"), Text("14"), Text("15"), Text("16")"#);
}

#[test]
fn long_lists_of_instants_are_in_utc() {
    use sqloquent::{
        ColumnDef, ColumnType, Select, TableDef,
        expr::{ColumnRef, SourceRef},
    };
    let table = TableDef::new("t", vec![ColumnDef::new("at", ColumnType::Timestamp)]);
    let mut select = Select::from_table(table.into());
    let at = ColumnRef {
        source: SourceRef::Slot(select.slot),
        name: "at".into(),
        ty: ColumnType::Timestamp,
    };
    select.filter = vec![Expr::InList {
        operand: Box::new(Expr::Column(at)),
        values: (0..17).map(Value::Timestamp).collect(),
        negated: false,
    }];
    assert_snapshot!(get(User::query().condition(exists(select))), @r#"
    sqlite:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE EXISTS (SELECT 1 FROM "t" WHERE "t"."at" IN (SELECT value FROM json_each(?))) -- Json("[\"1970-01-01 00:00:00\",\"1970-01-01 00:00:00.000001\",\"1970-01-01 00:00:00.000002\",\"1970-01-01 00:00:00.000003\",\"1970-01-01 00:00:00.000004\",\"1970-01-01 00:00:00.000005\",\"1970-01-01 00:00:00.000006\",\"1970-01-01 00:00:00.000007\",\"1970-01-01 00:00:00.000008\",\"1970-01-01 00:00:00.000009\",\"1970-01-01 00:00:00.000010\",\"1970-01-01 00:00:00.000011\",\"1970-01-01 00:00:00.000012\",\"1970-01-01 00:00:00.000013\",\"1970-01-01 00:00:00.000014\",\"1970-01-01 00:00:00.000015\",\"1970-01-01 00:00:00.000016\"]")
    postgres:
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE EXISTS (SELECT 1 FROM "t" WHERE "t"."at" IN (SELECT CAST(v AS timestamptz) FROM json_array_elements_text(CAST($1 AS json)) AS list(v))) -- Json("[\"1970-01-01 00:00:00+00\",\"1970-01-01 00:00:00.000001+00\",\"1970-01-01 00:00:00.000002+00\",\"1970-01-01 00:00:00.000003+00\",\"1970-01-01 00:00:00.000004+00\",\"1970-01-01 00:00:00.000005+00\",\"1970-01-01 00:00:00.000006+00\",\"1970-01-01 00:00:00.000007+00\",\"1970-01-01 00:00:00.000008+00\",\"1970-01-01 00:00:00.000009+00\",\"1970-01-01 00:00:00.000010+00\",\"1970-01-01 00:00:00.000011+00\",\"1970-01-01 00:00:00.000012+00\",\"1970-01-01 00:00:00.000013+00\",\"1970-01-01 00:00:00.000014+00\",\"1970-01-01 00:00:00.000015+00\",\"1970-01-01 00:00:00.000016+00\"]")
    mysql, mariadb:
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE EXISTS (SELECT 1 FROM `t` WHERE `t`.`at` IN (SELECT v FROM JSON_TABLE(?, '$[*]' COLUMNS (v LONGTEXT PATH '$')) AS list)) -- Json("[\"1970-01-01 00:00:00\",\"1970-01-01 00:00:00.000001\",\"1970-01-01 00:00:00.000002\",\"1970-01-01 00:00:00.000003\",\"1970-01-01 00:00:00.000004\",\"1970-01-01 00:00:00.000005\",\"1970-01-01 00:00:00.000006\",\"1970-01-01 00:00:00.000007\",\"1970-01-01 00:00:00.000008\",\"1970-01-01 00:00:00.000009\",\"1970-01-01 00:00:00.000010\",\"1970-01-01 00:00:00.000011\",\"1970-01-01 00:00:00.000012\",\"1970-01-01 00:00:00.000013\",\"1970-01-01 00:00:00.000014\",\"1970-01-01 00:00:00.000015\",\"1970-01-01 00:00:00.000016\"]")
    "#);
}

#[test]
fn lists_of_columns_and_values() {
    assert_snapshot!(get(User::query().filter(|u| u.email.is_in(vec!["a", "b"]) | u.id.not_in([7]))), @r#"SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE ("email" IN (?, ?)) OR ("id" <> ?) -- Text("a"), Text("b"), Int(7)"#);
}
