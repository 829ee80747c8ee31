//! Lists of ids, and walks along them.

use insta::assert_snapshot;
use sqloquent::{IdList, prelude::*};

use crate::get;

#[derive(Model, Clone, Debug, PartialEq)]
struct Step {
    #[model(id(given))]
    id: String,
    parent_ids: IdList<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Task {
    #[model(id(given))]
    id: i64,
    boss: Option<i64>,
    needs: Option<IdList<i64>>,
}

#[test]
fn a_list_has_an_id() {
    assert_snapshot!(get(Step::query().filter(|s| s.parent_ids.has("a"))), @r#"
    sqlite:
    SELECT "id", "parent_ids" FROM "steps" WHERE coalesce(instr("parent_ids", ?) AND instr(',' || "parent_ids" || ',', ?), 0) -- Text("a"), Text(",a,")
    postgres:
    SELECT "id", "parent_ids" FROM "steps" WHERE CAST($1 AS text) = ANY(string_to_array(coalesce("parent_ids", ''), ',')) -- Text("a")
    mysql, mariadb:
    SELECT `id`, `parent_ids` FROM `steps` WHERE FIND_IN_SET(CONVERT(? USING utf8mb4) COLLATE utf8mb4_bin, coalesce(`parent_ids`, '')) > 0 -- Text("a")
    "#);
    assert_snapshot!(get(Task::query().filter(|t| !t.needs.has(5))), @r#"
    sqlite:
    SELECT "id", "boss", "needs" FROM "tasks" WHERE NOT (coalesce(instr("needs", ?) AND instr(',' || "needs" || ',', ?), 0)) -- Text("5"), Text(",5,")
    postgres:
    SELECT "id", "boss", "needs" FROM "tasks" WHERE NOT (CAST($1 AS text) = ANY(string_to_array(coalesce("needs", ''), ','))) -- Text("5")
    mysql, mariadb:
    SELECT `id`, `boss`, `needs` FROM `tasks` WHERE NOT (FIND_IN_SET(CONVERT(? USING utf8mb4) COLLATE utf8mb4_bin, coalesce(`needs`, '')) > 0) -- Text("5")
    "#);
}

#[test]
fn a_list_has_the_id_of_another_row() {
    let query = Step::query().join_as::<Step>("parent", |(s, parent)| s.parent_ids.has(parent.id));
    assert_snapshot!(get(query.select(|(s, parent)| (s.id, parent.id))), @r#"
    sqlite:
    SELECT "steps"."id", "parent"."id" FROM "steps" JOIN "steps" AS "parent" ON coalesce(instr(',' || "steps"."parent_ids" || ',', ',' || "parent"."id" || ',') > 0 AND "parent"."id" <> '' AND instr("parent"."id", ',') = 0, 0)
    postgres:
    SELECT "steps"."id", "parent"."id" FROM "steps" JOIN "steps" AS "parent" ON CAST("parent"."id" AS text) = ANY(string_to_array(coalesce("steps"."parent_ids", ''), ','))
    mysql, mariadb:
    SELECT `steps`.`id`, `parent`.`id` FROM `steps` JOIN `steps` AS `parent` ON FIND_IN_SET(CONVERT(`parent`.`id` USING utf8mb4) COLLATE utf8mb4_bin, coalesce(`steps`.`parent_ids`, '')) > 0
    "#);
    let query = Task::query().filter(|t| exists(Task::query().filter(|u| u.needs.has(t.id))));
    assert_snapshot!(get(query.select(|t| t.id)), @r#"
    sqlite:
    SELECT "id" FROM "tasks" WHERE EXISTS (SELECT "tasks_2"."id" FROM "tasks" AS "tasks_2" WHERE coalesce(instr(',' || "tasks_2"."needs" || ',', ',' || "tasks"."id" || ',') > 0, 0))
    postgres:
    SELECT "id" FROM "tasks" WHERE EXISTS (SELECT "tasks_2"."id" FROM "tasks" AS "tasks_2" WHERE CAST("tasks"."id" AS text) = ANY(string_to_array(coalesce("tasks_2"."needs", ''), ',')))
    mysql, mariadb:
    SELECT `id` FROM `tasks` WHERE EXISTS (SELECT `tasks_2`.`id` FROM `tasks` AS `tasks_2` WHERE FIND_IN_SET(CONVERT(`tasks`.`id` USING utf8mb4) COLLATE utf8mb4_bin, coalesce(`tasks_2`.`needs`, '')) > 0)
    "#);
}

#[test]
fn ids_that_no_list_has_are_refused() {
    assert_snapshot!(get(Step::query().filter(|s| s.parent_ids.has("a,b"))), @r#"InvalidValue: an id that holds a comma cannot be in a list of ids, which are joined by commas"#);
    assert_snapshot!(get(Step::query().filter(|s| s.parent_ids.has(""))), @r#"InvalidValue: an empty id cannot be in a list of ids"#);
}

#[test]
fn ancestors_follow_lists() {
    let query = Step::query()
        .ancestors_of("x", None, |s| s.parent_ids)
        .select(|s| s.id);
    assert_snapshot!(get(query), @r#"
    sqlite:
    SELECT "id" FROM "steps" WHERE "id" IN (SELECT "lineage"."k1" FROM (WITH RECURSIVE "sqloquent_walk"("k1") AS (SELECT "steps_3"."id" FROM "steps" AS "steps_2" JOIN json_each('[' || replace(json_quote(coalesce("steps_2"."parent_ids", '')), ',', '","') || ']') AS "ids" ON "ids"."value" <> '' JOIN "steps" AS "steps_3" ON "steps_3"."id" = "ids"."value" WHERE "steps_2"."id" = ? UNION SELECT "steps_3"."id" FROM "sqloquent_walk" JOIN "steps" AS "steps_2" ON "steps_2"."id" = "sqloquent_walk"."k1" JOIN json_each('[' || replace(json_quote(coalesce("steps_2"."parent_ids", '')), ',', '","') || ']') AS "ids" ON "ids"."value" <> '' JOIN "steps" AS "steps_3" ON "steps_3"."id" = "ids"."value") SELECT "sqloquent_walk"."k1" AS "k1" FROM "sqloquent_walk") AS "lineage") -- Text("x")
    postgres:
    SELECT "id" FROM "steps" WHERE "id" IN (SELECT "lineage"."k1" FROM (WITH RECURSIVE "sqloquent_walk"("k1") AS (SELECT "steps_3"."id" FROM "steps" AS "steps_2" CROSS JOIN unnest(array_remove(string_to_array("steps_2"."parent_ids", ','), '')) AS "ids"("value") JOIN "steps" AS "steps_3" ON "steps_3"."id" = "ids"."value" WHERE "steps_2"."id" = $1 UNION SELECT "steps_3"."id" FROM "sqloquent_walk" JOIN "steps" AS "steps_2" ON "steps_2"."id" = "sqloquent_walk"."k1" CROSS JOIN unnest(array_remove(string_to_array("steps_2"."parent_ids", ','), '')) AS "ids"("value") JOIN "steps" AS "steps_3" ON "steps_3"."id" = "ids"."value") SELECT "sqloquent_walk"."k1" AS "k1" FROM "sqloquent_walk") AS "lineage") -- Text("x")
    mysql, mariadb:
    SELECT `id` FROM `steps` WHERE `id` IN (SELECT `lineage`.`k1` FROM (WITH RECURSIVE `sqloquent_walk`(`k1`) AS (SELECT `steps_3`.`id` FROM `steps` AS `steps_2` JOIN JSON_TABLE(CONCAT('[', REPLACE(JSON_QUOTE(nullif(trim(BOTH ',' FROM `steps_2`.`parent_ids`), '')), ',', '","'), ']'), '$[*]' COLUMNS (`value` LONGTEXT PATH '$')) AS `ids` ON `ids`.`value` <> '' JOIN `steps` AS `steps_3` ON `steps_3`.`id` = `ids`.`value` WHERE `steps_2`.`id` = ? UNION SELECT `steps_3`.`id` FROM `sqloquent_walk` JOIN `steps` AS `steps_2` ON `steps_2`.`id` = `sqloquent_walk`.`k1` JOIN JSON_TABLE(CONCAT('[', REPLACE(JSON_QUOTE(nullif(trim(BOTH ',' FROM `steps_2`.`parent_ids`), '')), ',', '","'), ']'), '$[*]' COLUMNS (`value` LONGTEXT PATH '$')) AS `ids` ON `ids`.`value` <> '' JOIN `steps` AS `steps_3` ON `steps_3`.`id` = `ids`.`value`) SELECT `sqloquent_walk`.`k1` AS `k1` FROM `sqloquent_walk`) AS `lineage`) -- Text("x")
    "#);
}

#[test]
fn descendants_go_by_pairs_made_once() {
    let query = Task::query().descendants_of(7, 3, |t| t.needs).select(|t| t.id);
    assert_snapshot!(get(query), @r#"
    sqlite:
    SELECT "id" FROM "tasks" WHERE "id" IN (SELECT "lineage"."k1" FROM (WITH RECURSIVE "sqloquent_edges"("k1", "k2") AS MATERIALIZED (SELECT "tasks_2"."id", "tasks_3"."id" FROM "tasks" AS "tasks_2" JOIN json_each('[' || replace(json_quote(coalesce("tasks_2"."needs", '')), ',', '","') || ']') AS "ids" ON "ids"."value" <> '' JOIN "tasks" AS "tasks_3" ON "tasks_3"."id" = "ids"."value"), "sqloquent_walk"("k1", "depth") AS (SELECT "sqloquent_edges"."k1", 1 FROM "sqloquent_edges" WHERE "sqloquent_edges"."k2" = ? UNION SELECT "sqloquent_edges"."k1", "sqloquent_walk"."depth" + (1) FROM "sqloquent_walk" JOIN "sqloquent_edges" ON "sqloquent_edges"."k2" = "sqloquent_walk"."k1" WHERE "sqloquent_walk"."depth" < ?) SELECT "sqloquent_walk"."k1" AS "k1" FROM "sqloquent_walk") AS "lineage") -- Int(7), Int(3)
    postgres:
    SELECT "id" FROM "tasks" WHERE "id" IN (SELECT "lineage"."k1" FROM (WITH RECURSIVE "sqloquent_edges"("k1", "k2") AS MATERIALIZED (SELECT "tasks_2"."id", "tasks_3"."id" FROM "tasks" AS "tasks_2" CROSS JOIN unnest(CAST(array_remove(string_to_array("tasks_2"."needs", ','), '') AS bigint[])) AS "ids"("value") JOIN "tasks" AS "tasks_3" ON "tasks_3"."id" = "ids"."value"), "sqloquent_walk"("k1", "depth") AS (SELECT "sqloquent_edges"."k1", 1 FROM "sqloquent_edges" WHERE "sqloquent_edges"."k2" = $1 UNION SELECT "sqloquent_edges"."k1", "sqloquent_walk"."depth" + (1) FROM "sqloquent_walk" JOIN "sqloquent_edges" ON "sqloquent_edges"."k2" = "sqloquent_walk"."k1" WHERE "sqloquent_walk"."depth" < $2) SELECT "sqloquent_walk"."k1" AS "k1" FROM "sqloquent_walk") AS "lineage") -- Int(7), Int(3)
    mysql, mariadb:
    SELECT `id` FROM `tasks` WHERE `id` IN (SELECT `lineage`.`k1` FROM (WITH RECURSIVE `sqloquent_edges`(`k1`, `k2`) AS (SELECT `tasks_2`.`id`, `tasks_3`.`id` FROM `tasks` AS `tasks_2` JOIN JSON_TABLE(CONCAT('[', REPLACE(JSON_QUOTE(nullif(trim(BOTH ',' FROM `tasks_2`.`needs`), '')), ',', '","'), ']'), '$[*]' COLUMNS (`value` LONGTEXT PATH '$')) AS `ids` ON `ids`.`value` <> '' JOIN `tasks` AS `tasks_3` ON `tasks_3`.`id` = `ids`.`value`), `sqloquent_walk`(`k1`, `depth`) AS (SELECT `sqloquent_edges`.`k1`, 1 FROM `sqloquent_edges` WHERE `sqloquent_edges`.`k2` = ? UNION SELECT `sqloquent_edges`.`k1`, `sqloquent_walk`.`depth` + (1) FROM `sqloquent_walk` JOIN `sqloquent_edges` ON `sqloquent_edges`.`k2` = `sqloquent_walk`.`k1` WHERE `sqloquent_walk`.`depth` < ?) SELECT `sqloquent_walk`.`k1` AS `k1` FROM `sqloquent_walk`) AS `lineage`) -- Int(7), Int(3)
    "#);
}

#[test]
fn trees_are_walked_by_their_column() {
    let query = Task::query().ancestors_of(7, None, |t| t.boss).select(|t| t.id);
    assert_snapshot!(get(query), @r#"SELECT "id" FROM "tasks" WHERE "id" IN (SELECT "lineage"."k1" FROM (WITH RECURSIVE "sqloquent_walk"("k1") AS (SELECT "tasks_3"."id" FROM "tasks" AS "tasks_2" JOIN "tasks" AS "tasks_3" ON "tasks_3"."id" = "tasks_2"."boss" WHERE "tasks_2"."id" = ? UNION SELECT "tasks_3"."id" FROM "sqloquent_walk" JOIN "tasks" AS "tasks_2" ON "tasks_2"."id" = "sqloquent_walk"."k1" JOIN "tasks" AS "tasks_3" ON "tasks_3"."id" = "tasks_2"."boss") SELECT "sqloquent_walk"."k1" AS "k1" FROM "sqloquent_walk") AS "lineage") -- Int(7)"#);
    let query = Task::query()
        .descendants_of_each(Task::query().less("id", 3), None, |t| t.boss)
        .select(|t| t.id);
    assert_snapshot!(get(query), @r#"SELECT "id" FROM "tasks" WHERE "id" IN (SELECT "lineage"."k1" FROM (WITH RECURSIVE "sqloquent_walk"("k1") AS (SELECT "tasks_3"."id" FROM "tasks" AS "tasks_2" JOIN "tasks" AS "tasks_3" ON "tasks_3"."boss" = "tasks_2"."id" WHERE "tasks_2"."id" IN (SELECT "tasks_4"."id" FROM "tasks" AS "tasks_4" WHERE "tasks_4"."id" < ?) UNION SELECT "tasks_3"."id" FROM "sqloquent_walk" JOIN "tasks" AS "tasks_2" ON "tasks_2"."id" = "sqloquent_walk"."k1" JOIN "tasks" AS "tasks_3" ON "tasks_3"."boss" = "tasks_2"."id") SELECT "sqloquent_walk"."k1" AS "k1" FROM "sqloquent_walk") AS "lineage") -- Int(3)"#);
}

#[test]
fn depth_is_that_of_the_shortest_way() {
    let query = Task::query()
        .descendants_with_depth(7, None, |t| t.boss)
        .order_by("lineage.depth", Asc);
    assert_snapshot!(get(query), @r#"
    sqlite, mysql, mariadb:
    SELECT "tasks"."id", "tasks"."boss", "tasks"."needs", "lineage"."depth" FROM "tasks" JOIN (WITH RECURSIVE "sqloquent_walk"("k1", "depth") AS (SELECT "tasks_3"."id", 1 FROM "tasks" AS "tasks_2" JOIN "tasks" AS "tasks_3" ON "tasks_3"."boss" = "tasks_2"."id" WHERE "tasks_2"."id" = ? UNION SELECT "tasks_3"."id", "sqloquent_walk"."depth" + (1) FROM "sqloquent_walk" JOIN "tasks" AS "tasks_2" ON "tasks_2"."id" = "sqloquent_walk"."k1" JOIN "tasks" AS "tasks_3" ON "tasks_3"."boss" = "tasks_2"."id" WHERE "sqloquent_walk"."depth" < (SELECT count(*) FROM "tasks" AS "tasks_4")) SELECT "sqloquent_walk"."k1" AS "k1", min("sqloquent_walk"."depth") AS "depth" FROM "sqloquent_walk" GROUP BY "sqloquent_walk"."k1") AS "lineage" ON "lineage"."k1" = "tasks"."id" ORDER BY "lineage"."depth" ASC -- Int(7)
    postgres:
    SELECT "tasks"."id", "tasks"."boss", "tasks"."needs", "lineage"."depth" FROM "tasks" JOIN (WITH RECURSIVE "sqloquent_walk"("k1", "depth") AS (SELECT "tasks_3"."id", 1 FROM "tasks" AS "tasks_2" JOIN "tasks" AS "tasks_3" ON "tasks_3"."boss" = "tasks_2"."id" WHERE "tasks_2"."id" = $1 UNION SELECT "tasks_3"."id", "sqloquent_walk"."depth" + (1) FROM "sqloquent_walk" JOIN "tasks" AS "tasks_2" ON "tasks_2"."id" = "sqloquent_walk"."k1" JOIN "tasks" AS "tasks_3" ON "tasks_3"."boss" = "tasks_2"."id" WHERE "sqloquent_walk"."depth" < (SELECT count(*) FROM "tasks" AS "tasks_4")) SELECT "sqloquent_walk"."k1" AS "k1", min("sqloquent_walk"."depth") AS "depth" FROM "sqloquent_walk" GROUP BY "sqloquent_walk"."k1") AS "lineage" ON "lineage"."k1" = "tasks"."id" ORDER BY "lineage"."depth" ASC NULLS FIRST -- Int(7)
    "#);
}

#[test]
fn ids_that_lead_nowhere() {
    assert_snapshot!(get(Task::query().dangling_ids::<Task, _>(|t| t.needs)), @r#"
    sqlite:
    SELECT "tasks"."id", "tasks"."boss", "tasks"."needs", "ids"."value" FROM "tasks" JOIN json_each('[' || replace(json_quote(coalesce("tasks"."needs", '')), ',', '","') || ']') AS "ids" ON "ids"."value" <> '' LEFT JOIN "tasks" AS "tasks_2" ON "tasks_2"."id" = "ids"."value" WHERE "tasks_2"."id" IS NULL
    postgres:
    SELECT "tasks"."id", "tasks"."boss", "tasks"."needs", "ids"."value" FROM "tasks" CROSS JOIN unnest(CAST(array_remove(string_to_array("tasks"."needs", ','), '') AS bigint[])) AS "ids"("value") LEFT JOIN "tasks" AS "tasks_2" ON "tasks_2"."id" = "ids"."value" WHERE "tasks_2"."id" IS NULL
    mysql, mariadb:
    SELECT `tasks`.`id`, `tasks`.`boss`, `tasks`.`needs`, `ids`.`value` FROM `tasks` JOIN JSON_TABLE(CONCAT('[', REPLACE(JSON_QUOTE(nullif(trim(BOTH ',' FROM `tasks`.`needs`), '')), ',', '","'), ']'), '$[*]' COLUMNS (`value` LONGTEXT PATH '$')) AS `ids` ON `ids`.`value` <> '' LEFT JOIN `tasks` AS `tasks_2` ON `tasks_2`.`id` = `ids`.`value` WHERE `tasks_2`.`id` IS NULL
    "#);
}
