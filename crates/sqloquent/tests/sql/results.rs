//! Parameters written into the text.

use insta::assert_snapshot;
use sqloquent::{Dialect, prelude::*};

use crate::{User, Visit};

fn inlined<S, T>(query: &Query<S, T>) -> String {
    let all = [Dialect::SQLITE, Dialect::POSTGRES, Dialect::MYSQL].map(|d| match query.to_sql_inlined(d) {
        Ok(sql) => sql,
        Err(e) => format!("{:?}: {}", e.kind(), e.message()),
    });
    all.join("\n")
}

#[test]
fn values_are_literals_that_read_back() {
    assert_snapshot!(inlined(&User::query().equal("email", "it's \\ \"x\" ; -- é").equal("active", true)), @r#"
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = 'it''s \ "x" ; -- é' AND "active" = 1
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = 'it''s \ "x" ; -- é' AND "active" = TRUE
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` = CONVERT(x'69742773205c20227822203b202d2d20c3a9' USING utf8mb4) AND `active` = TRUE
    "#);
    assert_snapshot!(inlined(&User::query().equal("email", "a\0b")), @r#"
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = CAST(x'610062' AS TEXT)
    InvalidValue: PostgreSQL text cannot hold a NUL character
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` = CONVERT(x'610062' USING utf8mb4)
    "#);
    assert_snapshot!(inlined(&User::query().equal("email", "a\nb").limit(2).skip(1)), @r#"
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = 'a
    b' LIMIT 2 OFFSET 1
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE "email" = 'a
    b' LIMIT 2 OFFSET 1
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE `email` = CONVERT(x'610a62' USING utf8mb4) LIMIT 2 OFFSET 1
    "#);
    assert_snapshot!(inlined(&Visit::query().equal("key", vec![0u8, 255]).equal("length", 0.1)), @r#"
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "key" = x'00ff' AND "length" = 0.1
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "key" = '\x00ff'::bytea AND "length" = 0.1
    SELECT `user_id`, `day`, `note`, `key`, `length` FROM `app`.`visits` AS `visits` WHERE `key` = x'00ff' AND `length` = 0.1
    "#);
    assert_snapshot!(inlined(&Visit::query().equal("length", f64::INFINITY)), @r#"
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "length" = 9e999
    SELECT "user_id", "day", "note", "key", "length" FROM "app"."visits" AS "visits" WHERE "length" = 'Infinity'::double precision
    InvalidValue: the engine has no literal for this float
    "#);
    assert_snapshot!(inlined(&User::query().is_in("id", 1..=17).contains("email", "%'")), @r#"
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE ("id" IN (SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]'))) AND (instr(lower("email"), '%''') > 0)
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE ("id" IN (SELECT CAST(v AS bigint) FROM json_array_elements_text(CAST('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]' AS json)) AS list(v))) AND (lower("email" COLLATE "C") LIKE '%!%''%' ESCAPE '!')
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE (`id` IN (SELECT v FROM JSON_TABLE('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]', '$[*]' COLUMNS (v BIGINT PATH '$')) AS list)) AND (lower(`email` COLLATE utf8mb4_bin) LIKE lower('%!%''%') ESCAPE '!')
    "#);
    assert_snapshot!(inlined(&User::query().filter_raw("bio = ? and '?' = '??'", ("x?y",))), @r#"
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE bio = 'x?y' and '?' = '??'
    SELECT "id", "email", "bio", "active", "age" FROM "users" WHERE bio = 'x?y' and '?' = '??'
    SELECT `id`, `email`, `bio`, `active`, `age` FROM `users` WHERE bio = 'x?y' and '?' = '??'
    "#);
}
