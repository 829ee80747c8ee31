//! Dynamic models: what is stored, found, changed and deleted.
#![allow(
    clippy::unwrap_used,
    clippy::redundant_clone,
    clippy::mutable_key_type,
    reason = "helpers of tests; that clones are the same is what is tested; names are shared, not changed"
)]

use sqloquent::{ColumnType, IntoRecord, prelude::*};

async fn file(schema: &str) -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", dir.path().join("a.db").display()))
        .await
        .unwrap();
    db.execute_script(schema).await.unwrap();
    (dir, db)
}

fn users() -> DynamicModel {
    DynamicModel::new("users", ["id", "email", "bio", "active", "age"])
        .column("active", ColumnType::Bool)
        .column("age", ColumnType::Int64)
        .default("active", true)
        .unique("email")
        .named("User")
}

const USERS: &str =
    "create table users (id text primary key, email text unique, bio text, active integer, age integer)";

#[tokio::test]
async fn a_record_is_stored_found_changed_and_deleted() -> Result<()> {
    let (_dir, db) = file(USERS).await;
    let users = users();
    let mut ada = users
        .insert(&db, record! { "email": "ada@example.org", "age": 36 })
        .await?;
    assert_eq!(ada.read::<String>("id")?.len(), 32);
    assert_eq!(
        ada.get("active"),
        Some(&Value::Bool(true)),
        "the default, as the declared type"
    );
    assert_eq!(ada.get("bio"), Some(&Value::Null));
    assert_eq!(ada.model(), Some(&users));

    let id = ada.read::<String>("id")?;
    assert_eq!(users.find(&db, &id).await?.as_ref(), Some(&ada));
    assert_eq!(users.find(&db, "nobody").await?, None);
    assert_eq!(users.find_required(&db, &id).await?, ada);
    let e = users.find_required(&db, "nobody").await.unwrap_err();
    assert_eq!((e.kind(), e.table()), (ErrorKind::NotFound, Some("users")));
    assert_eq!(users.find_many(&db, [&*id, "nobody"]).await?, [ada.clone()]);

    ada.update(&db, record! { "bio": "mathematician", "active": false })
        .await?;
    assert_eq!(ada.get("active"), Some(&Value::Bool(false)));
    let stored: i64 = db.raw("select active from users", ()).scalar().await?;
    assert_eq!(stored, 0);

    ada.set("age", 37)?;
    ada.save(&db).await?;
    assert_eq!(users.find_required(&db, &id).await?.read::<i32>("age")?, 37);

    let mut other = users.find_required(&db, &id).await?;
    other.update(&db, [("email", "countess@example.org")]).await?;
    assert_ne!(ada, other);
    ada.reload(&db).await?;
    assert_eq!(ada, other);

    ada.delete(&db).await?;
    for e in [
        ada.delete(&db).await.unwrap_err(),
        ada.reload(&db).await.unwrap_err(),
        ada.update(&db, [("age", 1)]).await.unwrap_err(),
    ] {
        assert_eq!(e.kind(), ErrorKind::NotFound);
    }
    ada.save(&db).await?;
    assert_eq!(users.query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_is_an_error_that_names_table_and_column() -> Result<()> {
    let (_dir, db) = file(USERS).await;
    let users = users();
    let at = |e: &Error| {
        (
            e.kind(),
            e.table().map(str::to_owned),
            e.column().map(str::to_owned),
        )
    };
    let place = |kind, column: &str| (kind, Some("users".to_owned()), Some(column.to_owned()));

    let e = users.insert(&db, [("emial", "x")]).await.unwrap_err();
    assert_eq!(at(&e), place(ErrorKind::UnknownColumn, "emial"));
    assert!(e.to_string().contains("did you mean `email`"), "{e}");
    let e = users.insert(&db, [("age", "old")]).await.unwrap_err();
    assert_eq!(at(&e), place(ErrorKind::InvalidValue, "age"));
    let e = users.insert(&db, [("active", 2)]).await.unwrap_err();
    assert_eq!(at(&e), place(ErrorKind::InvalidValue, "active"));
    let e = users.insert(&db, [("age", u64::MAX)]).await.unwrap_err();
    assert_eq!(at(&e), place(ErrorKind::InvalidValue, "age"));
    let e = users.insert(&db, vec![("age", 1), ("age", 2)]).await.unwrap_err();
    assert_eq!(at(&e), place(ErrorKind::InvalidQuery, "age"));

    let mut ada = users.insert(&db, [("email", "a")]).await?;
    let before = ada.clone();
    let e = ada.update(&db, [("emial", "x")]).await.unwrap_err();
    assert_eq!(at(&e), place(ErrorKind::UnknownColumn, "emial"));
    let e = ada.update(&db, [("id", "x")]).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::InvalidQuery);
    let e = ada.set("emial", "x").unwrap_err();
    assert_eq!(e.kind(), ErrorKind::UnknownColumn);
    assert_eq!(ada, before);

    let e = users.insert(&db, [("email", "a")]).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unique);
    assert!(users.insert_or_ignore(&db, [("email", "a")]).await?.is_none());

    db.raw("update users set active = 2", ()).execute().await?;
    let e = users.query().get(&db).await.unwrap_err();
    assert_eq!(at(&e), place(ErrorKind::Decode, "active"));

    let e = Record::from([("email", "x")]).save(&db).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Configuration);
    Ok(())
}

#[tokio::test]
async fn many_rows_and_upserts() -> Result<()> {
    let (_dir, db) = file(USERS).await;
    let users = users();
    let rows = (0..1_000).map(|i| (("email", format!("u{i}@x.org")), ("age", i % 50)));
    assert_eq!(users.insert_many(&db, rows).await?, 1_000);
    assert_eq!(users.insert_many(&db, Vec::<Record>::new()).await?, 0);
    let stored = users
        .insert_many_returning(&db, [[("email", "x")], [("email", "y")]])
        .await?;
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().all(|r| r.model() == Some(&users)));
    // One wrong row: none is stored.
    let e = users
        .insert_many(&db, [[("email", "new")], [("email", "u1@x.org")]])
        .await
        .unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unique);
    assert_eq!(users.query().count(&db).await?, 1_002);

    let changed = users
        .upsert(&db, record! { "email": "u1@x.org", "bio": "new" }, ["email"])
        .await?;
    assert_eq!(changed.read::<String>("bio")?, "new");
    assert_eq!(
        changed.read::<i64>("age")?,
        1,
        "what was not mentioned is as it was"
    );
    let e = users
        .upsert(&db, [("email", "u1@x.org")], Vec::<String>::new())
        .await
        .unwrap_err();
    assert_eq!(e.kind(), ErrorKind::InvalidQuery);
    let e = users
        .upsert(&db, [("email", "u1@x.org")], ["emial"])
        .await
        .unwrap_err();
    assert_eq!(e.kind(), ErrorKind::UnknownColumn);
    Ok(())
}

#[tokio::test]
async fn ids_are_made_counted_given_or_composite() -> Result<()> {
    let (_dir, db) = file(
        "create table counted (key integer primary key, n integer);
         create table pairs (a integer, b text, n integer, primary key (a, b));
         create table uuids (id text primary key, n integer)",
    )
    .await;
    let counted = DynamicModel::new("counted", ["key", "n"]).id("key").assigned_id();
    let mut one = counted.insert(&db, [("n", 5)]).await?;
    assert_eq!(one.read::<i64>("key")?, 1);
    one.update(&db, [("n", 6)]).await?;
    assert_eq!(counted.find_required(&db, 1).await?, one);
    let mut new = counted.record([("n", 7)])?;
    assert_eq!(new.delete(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    new.save(&db).await?;
    assert_eq!(new.read::<i64>("key")?, 2);

    let pairs = DynamicModel::new("pairs", ["a", "b", "n"]).ids(["a", "b"]);
    let mut p = pairs.insert(&db, record! { "a": 1, "b": "x", "n": 0 }).await?;
    p.update(&db, [("n", 3)]).await?;
    assert_eq!(pairs.find(&db, (1, "x")).await?, Some(p.clone()));
    assert_eq!(pairs.find_many(&db, [(1, "x"), (2, "y")]).await?, [p.clone()]);
    assert_eq!(
        pairs.find(&db, 1).await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
    assert_eq!(pairs.query().find(&db, (1, "x")).await?, Some(p.clone()));
    p.delete(&db).await?;
    assert_eq!(pairs.query().count(&db).await?, 0);
    let e = pairs.insert(&db, [("a", 1)]).await.unwrap_err();
    assert_eq!((e.kind(), e.column()), (ErrorKind::NotNull, Some("b")));

    let uuids = DynamicModel::new("uuids", ["id", "n"]).column("id", ColumnType::Uuid);
    let u = uuids.insert(&db, [("n", 1)]).await?;
    assert!(matches!(u.get("id"), Some(Value::Uuid(_))), "{u:?}");
    let text: String = db.raw("select id from uuids", ()).scalar().await?;
    assert_eq!(uuids.find_required(&db, &text).await?, u);
    assert_eq!(
        uuids.find(&db, "no uuid").await.unwrap_err().kind(),
        ErrorKind::InvalidValue
    );

    let given = DynamicModel::new("uuids", ["id", "n"]).given_id();
    assert_eq!(
        given.insert(&db, [("n", 1)]).await.unwrap_err().kind(),
        ErrorKind::NotNull
    );
    let keyless = DynamicModel::new("pairs", ["a", "b"]);
    assert_eq!(
        keyless.find(&db, 1).await.unwrap_err().kind(),
        ErrorKind::Configuration
    );
    Ok(())
}

#[tokio::test]
async fn times_and_versions_are_kept() -> Result<()> {
    let (_dir, db) = file(
        "create table docs (id text primary key, body text, created_at text, updated_at text, v integer)",
    )
    .await;
    let docs = DynamicModel::new("docs", ["id", "body"])
        .timestamps()
        .version("v");
    let mut doc = docs.insert(&db, [("body", "one")]).await?;
    let (Some(&Value::Timestamp(created)), Some(&Value::Timestamp(first))) =
        (doc.get("created_at"), doc.get("updated_at"))
    else {
        panic!("{doc:?}");
    };
    assert_eq!(doc.read::<i64>("v")?, 0);
    let mut other = doc.clone();
    std::thread::sleep(std::time::Duration::from_millis(2));
    doc.update(&db, [("body", "two")]).await?;
    assert_eq!(doc.get("created_at"), Some(&Value::Timestamp(created)));
    let Some(&Value::Timestamp(second)) = doc.get("updated_at") else {
        panic!("{doc:?}")
    };
    assert!(second > first);
    assert_eq!(doc.read::<i64>("v")?, 1);
    for e in [
        other.update(&db, [("body", "three")]).await.unwrap_err(),
        other.save(&db).await.unwrap_err(),
        other.delete(&db).await.unwrap_err(),
    ] {
        assert_eq!(e.kind(), ErrorKind::StaleVersion);
    }
    std::thread::sleep(std::time::Duration::from_millis(2));
    doc.save(&db).await?;
    assert_eq!(doc.read::<i64>("v")?, 2);
    let Some(&Value::Timestamp(third)) = doc.get("updated_at") else {
        panic!("{doc:?}")
    };
    assert!(third > second);
    docs.query()
        .all_rows()
        .update(&db, |c| [c.col("body").set("all")])
        .await?;
    doc.reload(&db).await?;
    assert_eq!(doc.read::<i64>("v")?, 3);
    Ok(())
}

/// A `save` or upsert that overwrites a row changes it now.
#[tokio::test]
async fn saving_over_a_row_renews_its_time() -> Result<()> {
    let (_dir, db) =
        file("create table docs (id text primary key, body text, created_at text, updated_at text)").await;
    let docs = DynamicModel::new("docs", ["id", "body"]).timestamps();
    let mut doc = docs.insert(&db, [("body", "one")]).await?;
    let (created, first) = (doc.get("created_at").cloned(), doc.get("updated_at").cloned());
    std::thread::sleep(std::time::Duration::from_millis(2));
    doc.save(&db).await?;
    assert_eq!(doc.get("created_at").cloned(), created);
    assert_ne!(doc.get("updated_at").cloned(), first);
    Ok(())
}

#[tokio::test]
async fn wrong_declarations_are_told_by_every_call() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    for wrong in [
        DynamicModel::new("", ["id"]),
        DynamicModel::new("t", ["id", ""]),
        DynamicModel::new("t", ["id", "a\0b"]),
        DynamicModel::new("t", ["id", "a", "a"]),
        DynamicModel::new("t", ["id"]).id("key"),
        DynamicModel::new("t", ["id"]).unique("nothing"),
        DynamicModel::new("t", ["a", "b"]).ids(["a", "a"]),
        DynamicModel::new("t", ["a"]).assigned_id(),
        DynamicModel::new("t", ["a"])
            .column("a", ColumnType::Int64)
            .default("a", "text"),
    ] {
        assert!(wrong.check().is_err());
        for e in [
            wrong.find(&db, 1).await.unwrap_err(),
            wrong.find_many(&db, [1]).await.unwrap_err(),
            wrong.insert(&db, [("id", 1)]).await.unwrap_err(),
            wrong.insert_many(&db, Vec::<Record>::new()).await.unwrap_err(),
            wrong.query().get(&db).await.unwrap_err(),
            wrong.query().count(&db).await.unwrap_err(),
            wrong.query().all_rows().delete(&db).await.unwrap_err(),
            wrong.query().find(&db, 1).await.unwrap_err(),
        ] {
            assert_eq!(e.to_string(), wrong.check().unwrap_err().to_string());
        }
    }
    assert!(DynamicModel::try_new("t", ["id"]).is_ok());
    Ok(())
}

#[tokio::test]
async fn records_are_values() -> Result<()> {
    let a = DynamicModel::new("users", ["id", "email"]);
    let b = DynamicModel::new("users", ["id", "email"]);
    let data = || record! { "id": "1", "email": "x" };
    assert_eq!(a.record(data())?, a.clone().record(data())?);
    assert_ne!(a.record(data())?, b.record(data())?);
    assert_ne!(a.record(data())?, data()?);
    assert_eq!(data()?, Record::from([("email", "x"), ("id", "1")]));
    let set: std::collections::HashSet<Record> = [
        data()?,
        Record::from([("email", "x"), ("id", "1")]),
        a.record(data())?,
    ]
    .into();
    assert_eq!(set.len(), 2);
    assert_eq!(format!("{}", a.record(data())?), "users(id=1, email=x)");
    assert_eq!(
        format!("{:?}", data()?),
        r#"Record { id: Text("1"), email: Text("x") }"#
    );
    let map = data()?.into_map();
    assert_eq!(map.keys().collect::<Vec<_>>(), ["email", "id"]);
    assert_eq!(map.into_record()?, data()?);
    assert_eq!(a.identity(), a.clone().identity());
    Ok(())
}
