//! Relations: what loads them, what looks into them.

use insta::assert_snapshot;
use sqloquent::prelude::*;

use crate::{get, recorder::sent};

#[derive(Model, Clone, Debug, PartialEq)]
struct Team {
    #[model(id(given))]
    id: i64,
    #[model(has_many)]
    players: Related<Vec<Player>>,
    #[model(belongs_to_many(pivot = Sponsorship))]
    sponsors: Related<Vec<Sponsor>>,
    #[model(has_one)]
    player: Related<Option<Player>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Player {
    #[model(id(given))]
    id: i64,
    team_id: i64,
    goals: i64,
    #[model(belongs_to)]
    team: Related<Option<Team>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Sponsor {
    #[model(id(given))]
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Sponsorship {
    #[model(id(given))]
    id: i64,
    team_id: i64,
    sponsor_id: i64,
}

fn teams() -> &'static mut [Team] {
    Box::leak(Box::new([Team::new(1), Team::new(2)]))
}

#[test]
fn loading() {
    assert_snapshot!(sent(|db| Team::load(db, teams(), |t| t.players)), @r#"SELECT "id", "team_id", "goals" FROM "players" WHERE "team_id" IN (?, ?) -- Int(1), Int(2)"#);
    assert_snapshot!(sent(|db| Team::load(db, teams(), |t| t.player)), @r#"
    sqlite, mysql, mariadb:
    SELECT "id", "team_id", "goals" FROM "players" WHERE "team_id" IN (?, ?) ORDER BY "id" ASC -- Int(1), Int(2)
    postgres:
    SELECT "id", "team_id", "goals" FROM "players" WHERE "team_id" IN ($1, $2) ORDER BY "id" ASC NULLS FIRST -- Int(1), Int(2)
    "#);
    assert_snapshot!(sent(|db| Team::load(db, teams(), |t| t.sponsors)), @r#"SELECT "sponsors"."id", "sponsorships"."team_id" FROM "sponsors" JOIN "sponsorships" ON "sponsorships"."sponsor_id" = "sponsors"."id" WHERE "sponsorships"."team_id" IN (?, ?) -- Int(1), Int(2)"#);
}

#[test]
fn limits_of_each_owner() {
    assert_snapshot!(sent(|db| Team::load(db, teams(), |t| t.players.only(|q| q.order_by("goals", Desc).skip(1).limit(2)))), @r#"
    sqlite, mysql, mariadb:
    SELECT "c0", "c1", "c2", "c3" FROM (SELECT "id" AS "c0", "team_id" AS "c1", "goals" AS "c2", "team_id" AS "c3", row_number() OVER (PARTITION BY "team_id" ORDER BY "goals" DESC, "id" ASC) AS "place" FROM "players" WHERE "team_id" IN (?, ?)) AS ranked WHERE "place" > ? AND "place" <= ? ORDER BY "place" -- Int(1), Int(2), Int(1), Int(3)
    postgres:
    SELECT "c0", "c1", "c2", "c3" FROM (SELECT "id" AS "c0", "team_id" AS "c1", "goals" AS "c2", "team_id" AS "c3", row_number() OVER (PARTITION BY "team_id" ORDER BY "goals" DESC NULLS LAST, "id" ASC NULLS FIRST) AS "place" FROM "players" WHERE "team_id" IN ($1, $2)) AS ranked WHERE "place" > $3 AND "place" <= $4 ORDER BY "place" -- Int(1), Int(2), Int(1), Int(3)
    "#);
    assert_snapshot!(sent(|db| Team::load(db, teams(), |t| t.sponsors.only(|q| q.limit(1)))), @r#"
    sqlite, mysql, mariadb:
    SELECT "c0", "c1" FROM (SELECT "sponsors"."id" AS "c0", "sponsorships"."team_id" AS "c1", dense_rank() OVER (PARTITION BY "sponsorships"."team_id" ORDER BY "sponsors"."id" ASC) AS "place" FROM "sponsors" JOIN "sponsorships" ON "sponsorships"."sponsor_id" = "sponsors"."id" WHERE "sponsorships"."team_id" IN (?, ?)) AS ranked WHERE "place" <= ? ORDER BY "place" -- Int(1), Int(2), Int(1)
    postgres:
    SELECT "c0", "c1" FROM (SELECT "sponsors"."id" AS "c0", "sponsorships"."team_id" AS "c1", dense_rank() OVER (PARTITION BY "sponsorships"."team_id" ORDER BY "sponsors"."id" ASC NULLS FIRST) AS "place" FROM "sponsors" JOIN "sponsorships" ON "sponsorships"."sponsor_id" = "sponsors"."id" WHERE "sponsorships"."team_id" IN ($1, $2)) AS ranked WHERE "place" <= $3 ORDER BY "place" -- Int(1), Int(2), Int(1)
    "#);
}

#[test]
fn looking_into() {
    assert_snapshot!(get(Team::query().where_has(|t| t.players.only(|q| q.greater("goals", 3)))), @r#"SELECT "id" FROM "teams" WHERE EXISTS (SELECT "players"."id" FROM "players" WHERE "players"."goals" > ? AND ("players"."team_id" = "teams"."id")) -- Int(3)"#);
    assert_snapshot!(get(Team::query().doesnt_have(|t| t.sponsors)), @r#"SELECT "id" FROM "teams" WHERE NOT EXISTS (SELECT "sponsors"."id" FROM "sponsors" WHERE EXISTS (SELECT "sponsorships"."id" FROM "sponsorships" WHERE ("sponsorships"."sponsor_id" = "sponsors"."id") AND ("sponsorships"."team_id" = "teams"."id")))"#);
    assert_snapshot!(get(Team::query().with_count(|t| t.players)), @r#"SELECT "id", (SELECT count(*) FROM "players" WHERE "players"."team_id" = "teams"."id") FROM "teams""#);
    assert_snapshot!(get(Player::query().order(|p| p.team.count().desc())), @r#"
    sqlite, mysql, mariadb:
    SELECT "id", "team_id", "goals" FROM "players" ORDER BY (SELECT count(*) FROM "teams" WHERE "teams"."id" = "players"."team_id") DESC
    postgres:
    SELECT "id", "team_id", "goals" FROM "players" ORDER BY (SELECT count(*) FROM "teams" WHERE "teams"."id" = "players"."team_id") DESC NULLS LAST
    "#);
}

#[test]
fn of_one_instance() {
    assert_snapshot!(get(Team::new(1).players().query()), @r#"SELECT "id", "team_id", "goals" FROM "players" WHERE "team_id" = ? -- Int(1)"#);
    assert_snapshot!(get(Team::new(1).sponsors().query()), @r#"SELECT "id" FROM "sponsors" WHERE "id" IN (SELECT "sponsorships"."sponsor_id" FROM "sponsorships" WHERE "sponsorships"."team_id" = ?) -- Int(1)"#);
    assert_snapshot!(get(Player::new(1, 2, 3).team().query()), @r#"SELECT "id" FROM "teams" WHERE "id" = ? -- Int(2)"#);
}
