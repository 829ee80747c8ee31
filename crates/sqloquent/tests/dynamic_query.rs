//! Queries over dynamic models: every described method, and the closures.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::needless_borrows_for_generic_args,
    clippy::redundant_clone,
    reason = "models and helpers of tests; models are lent as users lend them"
)]

use futures_util::StreamExt as _;
use sqloquent::{ColumnType, Conditions, Dialect, JoinKind, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "users")]
pub struct User {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub city: Option<String>,
    pub age: i64,
    pub active: bool,
}

fn users() -> DynamicModel {
    DynamicModel::new("users", ["id", "name", "city"])
        .column("id", ColumnType::Int64)
        .column("name", ColumnType::Text)
        .column("city", ColumnType::Text)
        .column("age", ColumnType::Int64)
        .column("active", ColumnType::Bool)
        .assigned_id()
}

const SCHEMA: &str =
    "create table users (id integer primary key, name text, city text, age integer, active integer)";

async fn five() -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", dir.path().join("a.db").display()))
        .await
        .unwrap();
    db.execute_script(SCHEMA).await.unwrap();
    let rows = [
        ("ada", Some("London"), 36, true),
        ("bob", Some("Paris"), 20, false),
        ("cy_d", None, 50, true),
        ("dan", Some("london"), 41, true),
        ("eve", Some("Oslo"), 20, false),
    ];
    let rows = rows
        .map(|(name, city, age, active)| (("name", name), ("city", city), ("age", age), ("active", active)));
    users().insert_many(&db, rows).await.unwrap();
    (dir, db)
}

async fn names(query: Query<Record>, db: &Db) -> String {
    let rows = query.order_by("id", Asc).get(db).await.unwrap();
    let names: Vec<String> = rows.iter().map(|r| r.read("name").unwrap()).collect();
    names.join(" ")
}

#[tokio::test]
async fn conditions_by_name() {
    let (_dir, db) = five().await;
    let q = || users().query();
    for (query, expected) in [
        (q().equal("name", "ada"), "ada"),
        (q().equal("city", Null), "cy_d"),
        (q().equal("active", true), "ada cy_d dan"),
        (q().equal("active", 1), "ada cy_d dan"),
        (q().not_equal("city", "Paris"), "ada dan eve"),
        (q().not_equal("city", Null), "ada bob dan eve"),
        (q().differs_from("city", "Paris"), "ada cy_d dan eve"),
        (q().same_as("city", None::<String>), "cy_d"),
        (q().less("age", 36), "bob eve"),
        (q().greater("age", 36), "cy_d dan"),
        (q().less_or_equal("age", 36), "ada bob eve"),
        (q().greater_or_equal("age", 41.0), "cy_d dan"),
        (q().like("name", "%?", "a"), "ada"),
        (q().like("name", "?%", "a"), "ada"),
        (q().not_like("name", "?%", "a"), "bob cy_d dan eve"),
        (q().starts_with("city", "lon"), "ada dan"),
        (q().does_not_start_with("city", "lon"), "bob eve"),
        (q().contains("name", "_"), "cy_d"),
        (q().excludes("name", "a"), "bob cy_d eve"),
        (q().ends_with("name", "E"), "eve"),
        (q().does_not_end_with("name", "e"), "ada bob cy_d dan"),
        (q().starts_with_exact("city", "lon"), "dan"),
        (q().contains_exact("city", "ON"), ""),
        (q().ends_with_exact("city", "don"), "ada dan"),
        (q().is_in("name", ["ada", "eve", "x"]), "ada eve"),
        (q().is_in("name", Vec::<String>::new()), ""),
        (q().not_in("name", ["ada", "eve"]), "bob cy_d dan"),
        (q().not_in("name", Vec::<String>::new()), "ada bob cy_d dan eve"),
        (q().is_in_query("id", q().greater("age", 36)), "cy_d dan"),
        (q().is_null("city"), "cy_d"),
        (q().not_null("city"), "ada bob dan eve"),
        (q().filter_raw("length(name) > ?", (3,)), "cy_d"),
        (q().equal_all(record! { "active": false, "age": 20 }), "bob eve"),
        (q().when(false, |q| q.equal("id", 1)).skip(3), "dan eve"),
        (q().limit(2), "ada bob"),
        (q().skip(1).limit(2), "bob cy_d"),
    ] {
        let sql = query.to_sql_inlined(Dialect::SQLITE).unwrap();
        assert_eq!(names(query, &db).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn conditions_by_closure() {
    let (_dir, db) = five().await;
    let q = || users().query();
    for (query, expected) in [
        (
            q().filter(|c| c.col("name").eq("ada") | c.col("age").gt(40)),
            "ada cy_d dan",
        ),
        (
            q().filter(|c| c.col("name").ne("ada") & c.col("active").eq(true)),
            "cy_d dan",
        ),
        (q().filter(|c| !c.col("city").is_null()), "ada bob dan eve"),
        (q().filter(|c| c.col("city").eq(None::<&str>)), "cy_d"),
        (
            q().filter(|c| c.col("city").differs_from("Oslo")),
            "ada bob cy_d dan",
        ),
        (q().filter(|c| c.col("age").between(30, 45)), "ada dan"),
        (q().filter(|c| c.col("age").is_in([36, 50])), "ada cy_d"),
        (q().filter(|c| c.col("active").not_in([true])), "bob eve"),
        (q().filter(|c| c.col("city").starts_with("l")), "ada dan"),
        (q().filter(|c| c.col("name").like("_v_")), "eve"),
        (q().filter(|c| c.col("age").lt(c.col("id"))), ""),
        (q().filter(|c| (c.col("age") + 5).ge(46)), "cy_d dan"),
        (q().filter(|c| c.col("name").length().gt(3)), "cy_d"),
        (
            q().filter(|c| c.col("city").or_else("nowhere").eq("nowhere")),
            "cy_d",
        ),
        (
            q().filter(|c| {
                c.col("id")
                    .is_in(q().filter(|i| i.col("age").eq(20)).select(|i| i.col("id")))
            }),
            "bob eve",
        ),
    ] {
        let sql = query.to_sql_inlined(Dialect::SQLITE).unwrap();
        assert_eq!(names(query, &db).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn what_is_selected_is_of_the_declared_type() -> Result<()> {
    let (_dir, db) = five().await;
    let q = users()
        .query()
        .order(|c| (c.col("age").desc(), c.col("name").asc().nulls_last()));
    let rows: Vec<(Value, Value)> = q
        .clone()
        .limit(1)
        .select(|c| (c.col("name"), c.col("active")))
        .get(&db)
        .await?;
    assert_eq!(rows, [("cy_d".into(), Value::Bool(true))]);
    let rows: Vec<(String, bool)> = q
        .clone()
        .limit(1)
        .select(|c| (c.col("name").typed(), c.col("active").typed()))
        .get(&db)
        .await?;
    assert_eq!(rows, [("cy_d".into(), true)]);
    let rows = q
        .clone()
        .limit(1)
        .select_columns(["active", "name"])
        .get(&db)
        .await?;
    assert_eq!(
        rows,
        [Record::from([
            ("active", Value::from(true)),
            ("name", "cy_d".into())
        ])]
    );
    let rows = q
        .clone()
        .limit(1)
        .select_columns(["name"])
        .select_raw("age * 2 as twice", ())
        .select_as("n", count_all())
        .get(&db)
        .await?;
    assert_eq!(rows[0].names().collect::<Vec<_>>(), ["name", "twice", "n"]);

    let per: Vec<(Value, i64, Option<Value>)> = users()
        .query()
        .group(|c| c.col("active"))
        .select(|c| (c.col("active"), count_all(), c.col("age").sum()))
        .having(|_| count_all().gt(2))
        .get(&db)
        .await?;
    assert_eq!(per, [(Value::Bool(true), 3, Some(Value::Int(127)))]);
    let per = users()
        .query()
        .group_by("city")
        .select_columns(["city"])
        .order_by("city", Desc)
        .take(&db, 2)
        .await?;
    assert_eq!(
        per.iter()
            .map(|r| r.read("city"))
            .collect::<Result<Vec<String>>>()?,
        ["london", "Paris"]
    );

    assert_eq!(users().query().pluck::<bool>(&db, "active").await?.len(), 5);
    assert_eq!(
        users().query().pluck::<Value>(&db, "active").await?[0],
        Value::Bool(true)
    );
    assert_eq!(
        users().query().sum(&db, |c| c.col("age")).await?,
        Some(Value::Int(167))
    );
    assert_eq!(users().query().avg(&db, |c| c.col("age")).await?, Some(33.4));
    assert_eq!(
        users().query().max(&db, |c| c.col("active")).await?,
        Value::Bool(true)
    );
    assert_eq!(users().query().min(&db, |c| c.col("name")).await?, "ada".into());
    assert_eq!(
        users().query().equal("id", 99).max(&db, |c| c.col("age")).await?,
        Value::Null
    );
    assert_eq!(
        users()
            .query()
            .distinct()
            .select_columns(["age"])
            .count(&db)
            .await?,
        4
    );
    Ok(())
}

#[tokio::test]
async fn every_terminal() -> Result<()> {
    let (_dir, db) = five().await;
    let users = users();
    let q = users.query();
    assert_eq!(q.get(&db).await?.len(), 5);
    assert_eq!(q.count(&db).await?, 5);
    assert!(q.exists(&db).await?);
    assert_eq!(q.take(&db, 2).await?.len(), 2);
    assert_eq!(q.get(&db).await?.len(), 5, "take leaves no limit behind");
    let first = q.clone().order_by("id", Desc).first(&db).await?.unwrap();
    assert_eq!(first.read::<String>("name")?, "eve");
    assert_eq!(first.model(), Some(&users));
    assert_eq!(
        q.clone()
            .equal("id", 9)
            .first_required(&db)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound
    );
    let page = q.clone().order_by("id", Asc).paginate(&db, 2, 2).await?;
    assert_eq!((page.total, page.items.len(), page.pages()), (5, 2, 3));
    assert!(!q.explain(&db).await?.is_empty());
    assert_eq!(q.find(&db, 1).await?, users.find(&db, 1).await?);
    assert_eq!(q.clone().equal("name", "eve").find(&db, 1).await?, None);

    for query in [
        q.clone(),
        q.clone().order_by("name", Desc),
        q.clone().greater("id", 0),
    ] {
        let (mut seen, mut chunks) = (Vec::new(), query.chunk(&db, 2));
        while let Some(rows) = chunks.next().await? {
            assert!(rows.len() <= 2);
            assert!(rows.iter().all(|r| r.len() == 5 && r.model() == Some(&users)));
            seen.extend(rows);
        }
        assert_eq!(seen.len(), 5);
        let rows: Vec<_> = query.stream(&db).collect().await;
        assert_eq!(rows.len(), 5);
        let rows: Vec<_> = query.stream_owned(db.clone()).collect().await;
        assert!(rows.iter().all(Result::is_ok));
    }

    let some = q.clone().equal("active", false);
    assert_eq!(
        some.update(&db, |c| [c.col("age").add(1), c.col("active").set(true)])
            .await?,
        2
    );
    assert_eq!(
        q.clone()
            .equal("age", 21)
            .update_columns(&db, [("city", None::<&str>)])
            .await?,
        2
    );
    assert_eq!(
        q.clone()
            .equal("age", 21)
            .update_columns(&db, record! { "age": 5, "city": "x" }?)
            .await?,
        2
    );
    let changed = q
        .clone()
        .equal("age", 5)
        .update_returning(&db, [("age", 6)])
        .await?;
    assert!(changed.iter().all(|r| r.get("age") == Some(&Value::Int(6))));
    let gone = q.clone().equal("name", "eve").delete_returning(&db).await?;
    assert_eq!(gone[0].get("active"), Some(&Value::Bool(true)));
    assert_eq!(q.clone().less("age", 10).delete(&db).await?, 1);
    assert_eq!(q.delete(&db).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
    assert_eq!(q.clone().all_rows().delete(&db).await?, 3);

    let row = q.insert(&db, [("name", "new")]).await?;
    assert_eq!(row.model(), Some(&users));
    assert_eq!(q.insert_many(&db, [[("name", "a")], [("name", "b")]]).await?, 2);
    Ok(())
}

#[tokio::test]
async fn mistakes_are_errors_before_any_sql() {
    let (_dir, db) = five().await;
    let q = || users().query();
    for (query, kind) in [
        (q().equal("nmae", 1), ErrorKind::UnknownColumn),
        (q().order_by("nmae", Asc), ErrorKind::UnknownColumn),
        (q().group_by("nmae"), ErrorKind::UnknownColumn),
        (q().filter(|c| c.col("nmae").eq(1)), ErrorKind::UnknownColumn),
        (q().filter(|c| c.col("nmae").is_in([1])), ErrorKind::UnknownColumn),
        (q().order(|c| c.col("nmae").asc()), ErrorKind::UnknownColumn),
        (q().filter(|c| c.col("posts.nmae").eq(1)), ErrorKind::UnknownTable),
        (q().equal("age", "old"), ErrorKind::InvalidValue),
        (q().filter(|c| c.col("age").eq("old")), ErrorKind::InvalidValue),
        (
            q().filter(|c| c.col("age").is_in(["old"])),
            ErrorKind::InvalidValue,
        ),
        (q().filter(|c| c.col("active").eq(2)), ErrorKind::InvalidValue),
        (q().filter(|c| c.col("age").eq(u64::MAX)), ErrorKind::InvalidValue),
        (q().select_columns(["nmae"]), ErrorKind::UnknownColumn),
        (q().select_columns(Vec::<String>::new()), ErrorKind::InvalidQuery),
        (q().skip(-1), ErrorKind::InvalidQuery),
        (q().equal_all([("nmae", 1)]), ErrorKind::UnknownColumn),
    ] {
        let e = query.get(&db).await.unwrap_err();
        assert_eq!(e.kind(), kind, "{e}");
        assert!(e.sql().is_none());
        assert_eq!(query.to_sql(Dialect::SQLITE).unwrap_err().kind(), kind);
    }
    let one = q().equal("id", 1);
    let e = one.update(&db, |c| [c.col("nmae").set(1)]).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::UnknownColumn);
    let e = one.update(&db, |c| [c.col("age").set("old")]).await.unwrap_err();
    assert_eq!(
        (e.kind(), e.table(), e.column()),
        (ErrorKind::InvalidValue, Some("users"), Some("age"))
    );
    let e = one.update_columns(&db, [("nmae", 1)]).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::UnknownColumn);
    assert_eq!(
        q().take(&db, 0).await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
    assert!("sideways".parse::<Direction>().is_err());
    assert!("sideways".parse::<JoinKind>().is_err());
    assert_eq!("OUTER".parse::<JoinKind>().unwrap(), JoinKind::Full);
}

#[test]
fn typed_and_dynamic_queries_are_the_same_sql() {
    let same = |typed: Query<User>, dynamic: Query<Record>| {
        for dialect in [Dialect::SQLITE, Dialect::POSTGRES, Dialect::MYSQL] {
            assert_eq!(typed.to_sql(dialect).unwrap(), dynamic.to_sql(dialect).unwrap());
        }
    };
    let d = || users().query();
    same(User::query(), d());
    same(
        User::query()
            .equal("active", true)
            .like("name", "?%", "a")
            .order_by("age", Desc)
            .skip(2)
            .limit(3),
        d().equal("active", true)
            .like("name", "?%", "a")
            .order_by("age", Desc)
            .skip(2)
            .limit(3),
    );
    same(
        User::query().filter(|u| (u.name.contains("x") | u.age.gt(3)) & !u.city.is_null()),
        d().filter(|u| (u.col("name").contains("x") | u.col("age").gt(3)) & !u.col("city").is_null()),
    );
    same(
        User::query().is_in("id", 0..1000).group_by("city").distinct(),
        d().is_in("id", 0..1000).group_by("city").distinct(),
    );
}

#[tokio::test]
async fn a_hundred_thousand_ids() -> Result<()> {
    let (_dir, db) = five().await;
    let users = users();
    assert_eq!(users.query().is_in("id", 0..100_000).count(&db).await?, 5);
    assert_eq!(users.find_many(&db, 0..100_000).await?.len(), 5);
    assert_eq!(users.query().not_in("id", 3..100_000).count(&db).await?, 2);
    let texts: Vec<String> = (0..100_000)
        .map(|i| format!("name {i}"))
        .chain(["eve".into()])
        .collect();
    assert_eq!(users.query().is_in("name", &texts).count(&db).await?, 1);
    assert_eq!(
        users
            .query()
            .filter(|c| c.col("name").is_in(texts))
            .count(&db)
            .await?,
        1
    );
    Ok(())
}

#[tokio::test]
async fn conditions_as_data() -> Result<()> {
    let (_dir, db) = five().await;
    let q = || users().query();
    let both = Conditions::new()
        .add("equal", "active", true)
        .add("greater_or_equal", "age", 36)
        .add_list("is_in", "name", ["ada", "dan", "eve"])
        .add_pattern("like", "name", "?%", "d")
        .add_test("not_null", "city");
    assert_eq!(names(q().conditions(both), &db).await, "dan");
    assert_eq!(
        names(q().conditions([("less", [("age", 36)])]), &db).await,
        "bob eve"
    );
    let map =
        std::collections::HashMap::from([("contains", [("name", "a")]), ("not_equal", [("city", "London")])]);
    assert_eq!(names(q().conditions(map), &db).await, "dan");
    for (wrong, kind) in [
        (Conditions::new().add("equals", "age", 1), ErrorKind::InvalidQuery),
        (
            Conditions::new().add("equal; drop table users", "age", 1),
            ErrorKind::InvalidQuery,
        ),
        (
            Conditions::new().add("equal", "agee", 1),
            ErrorKind::UnknownColumn,
        ),
        (
            Conditions::new().add("equal", "age", "x"),
            ErrorKind::InvalidValue,
        ),
        (
            Conditions::new().add("equal", "age", u64::MAX),
            ErrorKind::InvalidValue,
        ),
        (Conditions::new().add("is_in", "age", 1), ErrorKind::InvalidValue),
        (
            Conditions::new().add("contains", "name", 1),
            ErrorKind::InvalidValue,
        ),
        (
            Conditions::new().add_test("equal", "age"),
            ErrorKind::InvalidValue,
        ),
    ] {
        let e = q().conditions(wrong).get(&db).await.unwrap_err();
        assert_eq!(e.kind(), kind, "{e}");
    }
    Ok(())
}

#[tokio::test]
async fn a_builder_can_be_read_back_and_reset() -> Result<()> {
    let users = users();
    let query = users
        .query()
        .equal("name", "ada")
        .filter(|c| c.col("age").is_in([1, 2]) | c.col("name").contains("x"))
        .order_by("age", Desc)
        .group_by("city")
        .limit(3)
        .skip(4)
        .select_columns(["city"]);
    assert_eq!(query.clauses().len(), 2);
    let expected: Vec<Value> = vec!["ada".into(), 1.into(), 2.into(), "x".into()];
    assert_eq!(query.params(), expected);
    assert_eq!(query.order_terms()[0].direction(), Desc);
    assert_eq!((query.limit_rows(), query.offset_rows()), (Some(3), Some(4)));
    assert_eq!(
        (query.columns().len(), query.grouping().len(), query.joins().len()),
        (1, 1, 0)
    );
    assert_eq!((query.table(), query.dynamic_model()), ("users", Some(&users)));
    let fresh = query.reset();
    assert_eq!(
        fresh.to_sql(Dialect::SQLITE)?,
        users.query().to_sql(Dialect::SQLITE)?
    );
    assert_eq!(
        Query::from_table("t").limit(1).reset().to_sql(Dialect::SQLITE)?.0,
        r#"SELECT * FROM "t""#
    );
    assert_eq!(User::query().limit(1).reset().limit_rows(), None);
    Ok(())
}

#[tokio::test]
async fn a_table_of_which_only_the_name_is_known() -> Result<()> {
    let (_dir, db) = five().await;
    let q = || Query::from_table("users");
    assert_eq!(
        names(q().equal("name", "ada").filter(|c| c.col("age").gt(1)), &db).await,
        "ada"
    );
    let ada = q().find(&db, 1).await?.unwrap();
    assert_eq!(ada.get("active"), Some(&Value::Int(1)), "as the engine gives it");
    let new = q().insert(&db, record! { "name": "fay" }).await?;
    assert_eq!((new.len(), new.read::<i64>("id")?), (5, 6));
    assert_eq!(q().insert_many(&db, [[("name", "g")], [("name", "h")]]).await?, 2);
    let e = q()
        .insert_many(&db, vec![vec![("name", "g")], vec![("city", "h")]])
        .await
        .unwrap_err();
    assert_eq!(e.kind(), ErrorKind::InvalidQuery);
    assert_eq!(q().equal("name", "g").update_columns(&db, [("age", 1)]).await?, 1);
    assert_eq!(q().count(&db).await?, 8);
    assert_eq!(
        q().equal("nmae", 1).get(&db).await.unwrap_err().kind(),
        ErrorKind::UnknownColumn
    );
    // A query that is kept sees a column that was added meanwhile.
    let kept = q().limit(1);
    assert_eq!(kept.get(&db).await?[0].len(), 5);
    db.execute_script("alter table users add column extra text")
        .await?;
    assert_eq!(kept.get(&db).await?[0].len(), 6);
    db.execute_script("alter table users rename column extra to other")
        .await?;
    assert_eq!(kept.get(&db).await?[0].names().last(), Some("other"));
    let mut chunks = q().chunk(&db, 3);
    let mut seen = 0;
    while let Some(rows) = chunks.next().await? {
        seen += rows.len();
    }
    assert_eq!(seen, 8);
    Ok(())
}

#[tokio::test]
async fn hostile_names_are_only_names() -> Result<()> {
    for wild in [
        "a\"b",
        "a'b",
        "a;drop table t--",
        "select",
        "MiXeD",
        "🦀 crab",
        "a.b",
        "a`b",
        "a?b",
        "a]b",
        " ",
        "--",
    ] {
        let db = Db::connect("sqlite::memory:").await?;
        let quoted = wild.replace('"', "\"\"");
        // A dot in the name of a table divides schema and table.
        let table = wild.replace('.', "_");
        db.raw(
            sqloquent::TrustedSql::new(format!(
                r#"create table "{}" (id integer primary key, "{quoted}" text)"#,
                table.replace('"', "\"\"")
            )),
            (),
        )
        .execute()
        .await?;
        let model = DynamicModel::new(&*table, ["id", wild]).assigned_id();
        let mut row = model.insert(&db, [(wild, "x")]).await?;
        assert_eq!(row.read::<String>(wild)?, "x");
        row.update(&db, [(wild, "y")]).await?;
        row.save(&db).await?;
        model.insert_many(&db, [[(wild, "z")], [(wild, "w")]]).await?;
        model
            .upsert(&db, record! { "id" => 1, wild => "u" }, ["id"])
            .await?;
        let q = model
            .query()
            .equal(wild, "u")
            .filter(|c| c.col(wild).contains("U"))
            .order_by(wild, Desc);
        assert_eq!(q.get(&db).await?, [model.find_required(&db, 1).await?]);
        assert_eq!(q.pluck::<String>(&db, wild).await?, ["u"]);
        assert_eq!(
            model
                .query()
                .group_by(wild)
                .select_columns([wild])
                .count(&db)
                .await?,
            3
        );
        assert_eq!(q.update(&db, |c| [c.col(wild).set("v")]).await?, 1);
        assert_eq!(model.query().equal(wild, "v").delete(&db).await?, 1);
        let mut chunks = model.query().chunk(&db, 1);
        let mut seen = 0;
        while let Some(rows) = chunks.next().await? {
            seen += rows.len();
        }
        assert_eq!(seen, 2);
    }
    Ok(())
}
