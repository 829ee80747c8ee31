//! Writes of content-addressed records.

use insta::assert_snapshot;
use sqloquent::{ContentId, prelude::*};

use crate::recorder::sent;

#[derive(Model, Clone, Debug)]
#[model(hashed)]
struct Doc {
    #[model(id)]
    id: ContentId,
    #[model(unique)]
    title: String,
}

#[test]
fn inserts_leave_out_what_is_there_and_find_it() {
    assert_snapshot!(sent(|db| Doc::new("a").insert(db)), @r#"
    sqlite, postgres:
    INSERT INTO "docs" ("id", "title") VALUES (?, ?) ON CONFLICT ("id") DO NOTHING RETURNING "id", "title" -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d"), Text("a")
    SELECT "id", "title" FROM "docs" WHERE "id" = ? -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d")
    mysql, mariadb:
    SELECT `id` FROM `docs` WHERE `id` = ? FOR UPDATE -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d")
    INSERT INTO `docs` (`id`, `title`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `id` = `id` -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d"), Text("a")
    SELECT `id`, `title` FROM `docs` WHERE `id` = ? -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d")
    SELECT `id`, `title` FROM `docs` WHERE `id` = ? -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d")
    "#);
    assert_snapshot!(sent(|db| Doc::insert_many(db, [Doc::new("a")])), @r#"
    sqlite, postgres:
    INSERT INTO "docs" ("id", "title") VALUES (?, ?) ON CONFLICT ("id") DO NOTHING -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d"), Text("a")
    mysql, mariadb:
    INSERT INTO `docs` (`id`, `title`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `id` = `id` -- Text("5a3ba6737b50c56817dab8fd23679a68f97293e74019db0efc5346f0f0e41e4d"), Text("a")
    "#);
}
