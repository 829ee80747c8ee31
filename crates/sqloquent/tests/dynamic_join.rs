//! Joins of dynamic models.
#![allow(
    clippy::unwrap_used,
    clippy::needless_borrows_for_generic_args,
    clippy::redundant_clone,
    clippy::mutable_key_type,
    reason = "helpers of tests; models are lent as users lend them"
)]

use sqloquent::{ColumnType, Dialect, JoinKind, prelude::*};

fn users() -> DynamicModel {
    DynamicModel::new("users", ["id", "name", "active", "boss_id"])
        .column("id", ColumnType::Int64)
        .column("active", ColumnType::Bool)
        .assigned_id()
}

fn posts() -> DynamicModel {
    DynamicModel::new("posts", ["id", "user_id", "title"]).assigned_id()
}

fn tags() -> DynamicModel {
    DynamicModel::new("tags", ["post_id", "tag"])
}

async fn filled() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.execute_script(
        "create table users (id integer primary key, name text, active integer, boss_id integer);
         create table posts (id integer primary key, user_id integer, title text);
         create table tags (post_id integer, tag text);
         insert into users values (1, 'ada', 1, null), (2, 'bob', 0, 1), (3, 'eve', 1, 1);
         insert into posts values (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three'), (4, null, 'lost');
         insert into tags values (1, 'x'), (1, 'y'), (3, 'x')",
    )
    .await
    .unwrap();
    db
}

fn show(rows: &[JoinedRecord], columns: &[&str]) -> Vec<String> {
    rows.iter()
        .map(|r| {
            let values: Vec<_> = columns
                .iter()
                .map(|c| r.get(c).map_or("-".into(), Value::to_string))
                .collect();
            values.join(" ")
        })
        .collect()
}

#[tokio::test]
async fn every_kind_of_join() -> Result<()> {
    let db = filled().await;
    let on = ["users.id", "posts.user_id"];
    let columns = ["users.name", "posts.title"];
    for (kind, expected) in [
        (JoinKind::Inner, vec!["ada one", "ada two", "bob three"]),
        (JoinKind::Left, vec!["ada one", "ada two", "bob three", "eve -"]),
        (JoinKind::Right, vec!["- lost", "ada one", "ada two", "bob three"]),
        (
            JoinKind::Full,
            vec!["- lost", "ada one", "ada two", "bob three", "eve -"],
        ),
    ] {
        let query = users().query().join(&posts(), kind, on);
        let rows = query
            .clone()
            .order_by("users.id", Asc)
            .order_by("posts.id", Asc)
            .get(&db)
            .await?;
        assert_eq!(show(&rows, &columns), expected, "{kind:?}");
        assert_eq!(query.count(&db).await?, expected.len() as i64);
        // The operator may be said, and names without a table belong to their side.
        for on in [["users.id", "=", "posts.user_id"], ["id", "=", "user_id"]] {
            let same = users().query().join(&posts(), kind, on);
            assert_eq!(same.to_sql(Dialect::SQLITE)?, query.to_sql(Dialect::SQLITE)?);
        }
    }
    let all = users()
        .query()
        .join(&posts(), JoinKind::Cross, ())
        .count(&db)
        .await?;
    assert_eq!(all, 12);
    let less = users()
        .query()
        .join(&posts(), JoinKind::Inner, ["users.id", "<", "posts.id"])
        .count(&db)
        .await?;
    assert_eq!(less, 6);
    Ok(())
}

#[tokio::test]
async fn rows_hold_a_record_of_each_table() -> Result<()> {
    let db = filled().await;
    let (users, posts) = (users(), posts());
    let query = users
        .query()
        .join(&posts, JoinKind::Left, ["users.id", "posts.user_id"])
        .order_by("users.id", Asc)
        .order_by("posts.id", Asc);
    let rows = query.get(&db).await?;
    let ada = &rows[0];
    assert_eq!(ada.tables().collect::<Vec<_>>(), ["users", "posts"]);
    assert_eq!(
        ada.get("users.active"),
        Some(&Value::Bool(true)),
        "joined columns decode as plain ones"
    );
    assert_eq!(ada.record("users"), users.find(&db, 1).await?.as_ref());
    assert_eq!(
        ada.models(),
        [
            users.find_required(&db, 1).await?,
            posts.find_required(&db, 1).await?
        ]
    );
    assert_eq!(ada.read::<i64>("posts.id")?, 1);
    assert_eq!(ada.get("title"), Some(&"one".into()));
    assert_eq!(
        ada.read::<String>("posts.titel").unwrap_err().kind(),
        ErrorKind::UnknownColumn
    );
    assert_eq!(
        ada.read::<String>("tags.tag").unwrap_err().kind(),
        ErrorKind::UnknownTable
    );

    let eve = rows.last().unwrap();
    assert_eq!(eve.record("posts"), None);
    assert_eq!(eve.models().len(), 1);
    assert_eq!(eve.read::<Option<String>>("posts.title")?, None);
    assert!(eve.read::<String>("posts.title").is_err());
    assert!(format!("{eve}").ends_with("posts: not found}"), "{eve}");
    assert_eq!(
        format!("{:?}", ada.record("posts")),
        r#"Some(posts { id: Int(1), user_id: Int(1), title: Text("one") })"#
    );

    // What a row holds can be stored.
    let mut post = ada.record("posts").cloned().unwrap();
    post.update(&db, [("title", "uno")]).await?;
    assert_eq!(
        query.first(&db).await?.unwrap().read::<String>("posts.title")?,
        "uno"
    );

    let parsed = JoinedRecord::parse(
        [&users, &posts],
        record! { "users.id": 3, "users.name": "eve", "users.active": 1, "users.boss_id": 1, "posts.id": Null },
    )?;
    assert_eq!(&parsed, eve);
    let e = JoinedRecord::parse([&users], record! { "posts.id": 1 }).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::UnknownTable);
    let e = JoinedRecord::parse([&users], record! { "users.nmae": 1 }).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::UnknownColumn);
    Ok(())
}

#[tokio::test]
async fn several_tables_and_a_table_with_itself() -> Result<()> {
    let db = filled().await;
    let rows = users()
        .query()
        .join(&posts(), JoinKind::Inner, ("users.id", "posts.user_id"))
        .join(&tags(), JoinKind::Left, ("posts.id", "post_id"))
        .order(|c| (c.col("posts.id").asc(), c.col("tags.tag").asc()))
        .get(&db)
        .await?;
    assert_eq!(
        show(&rows, &["users.name", "posts.title", "tags.tag"]),
        ["ada one x", "ada one y", "ada two -", "bob three x"]
    );
    assert_eq!(
        rows[2].record("tags"),
        None,
        "a table without key is missing when all its columns are"
    );

    let rows = users()
        .query()
        .join_as("boss", &users(), JoinKind::Left, ["users.boss_id", "boss.id"])
        .order_by("users.id", Asc)
        .get(&db)
        .await?;
    assert_eq!(
        show(&rows, &["users.name", "boss.name"]),
        ["ada -", "bob ada", "eve ada"]
    );
    assert_eq!(rows[1].get("boss.active"), Some(&Value::Bool(true)));
    let twice = users()
        .query()
        .join_as("a", &posts(), JoinKind::Inner, ["users.id", "a.user_id"])
        .join_as("b", &posts(), JoinKind::Inner, ["users.id", "b.user_id"])
        .filter(|c| c.col("a.id").lt(c.col("b.id")))
        .get(&db)
        .await?;
    assert_eq!(
        show(&twice, &["users.name", "a.title", "b.title"]),
        ["ada one two"]
    );
    // Without a name of its own the second is numbered.
    let numbered = users()
        .query()
        .join(&users(), JoinKind::Inner, ["boss_id", "id"])
        .order_by("users.id", Asc)
        .get(&db)
        .await?;
    assert_eq!(
        show(&numbered, &["users.name", "users_2.name"]),
        ["bob ada", "eve ada"]
    );
    Ok(())
}

#[tokio::test]
async fn joined_rows_are_filtered_grouped_selected_and_paged() -> Result<()> {
    let db = filled().await;
    let query = users()
        .query()
        .join(&posts(), JoinKind::Inner, ["users.id", "posts.user_id"]);
    let rows = query
        .clone()
        .equal("users.active", true)
        .contains("posts.title", "o")
        .get(&db)
        .await?;
    assert_eq!(rows.len(), 2);
    let rows = query
        .clone()
        .select_columns(["users.id", "posts.id", "title"])
        .order_by("posts.id", Desc)
        .get(&db)
        .await?;
    assert_eq!(
        rows[0].names().collect::<Vec<_>>(),
        ["users.id", "posts.id", "title"]
    );
    assert_eq!(rows[0].values(), [Value::Int(2), Value::Int(3), "three".into()]);
    let per: Vec<(String, i64)> = query
        .clone()
        .group(|c| c.col("users.id"))
        .select(|c| (c.col("name").typed(), c.col("posts.id").count()))
        .having(|c| c.col("posts.id").count().gt(1))
        .get(&db)
        .await?;
    assert_eq!(per, [("ada".into(), 2)]);
    assert_eq!(query.pluck::<String>(&db, "posts.title").await?.len(), 3);
    let page = query
        .clone()
        .order_by("posts.id", Asc)
        .paginate(&db, 2, 2)
        .await?;
    assert_eq!((page.total, page.items.len()), (3, 1));
    let mut chunks = query.chunk(&db, 2);
    let mut seen = 0;
    while let Some(rows) = chunks.next().await? {
        assert!(rows.iter().all(|r| r.models().len() == 2));
        seen += rows.len();
    }
    assert_eq!(seen, 3);
    assert_eq!(query.first(&db).await?.unwrap().tables().len(), 2);
    assert_eq!(query.joins().len(), 1);
    assert_eq!(query.reset().joins().len(), 0);
    // An update of a join touches the first table.
    assert_eq!(
        query
            .clone()
            .equal("posts.title", "three")
            .update(&db, |c| [c.col("active").set(true)])
            .await?,
        1
    );
    assert_eq!(users().query().equal("active", true).count(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn tables_of_which_only_the_name_is_known_are_joined() -> Result<()> {
    let db = filled().await;
    let rows = users()
        .query()
        .join("posts", JoinKind::Left, ["users.id", "posts.user_id"])
        .get(&db)
        .await?;
    assert_eq!(rows[0].record("posts").map(Record::len), Some(3));
    assert_eq!(rows.last().unwrap().record("posts"), None);
    let rows = Query::from_table("users")
        .join(&posts(), JoinKind::Inner, ["users.id", "posts.user_id"])
        .get(&db)
        .await?;
    assert_eq!(rows[0].record("users").map(Record::len), Some(4));
    let both = Query::from_table("users").join("posts", JoinKind::Inner, ["users.id", "posts.user_id"]);
    assert_eq!(both.get(&db).await.unwrap_err().kind(), ErrorKind::Configuration);
    assert_eq!(both.count(&db).await?, 3);
    assert_eq!(
        both.select_columns(["users.name", "posts.title"])
            .get(&db)
            .await?
            .len(),
        3
    );
    Ok(())
}

#[tokio::test]
async fn wrong_joins_are_errors_before_any_sql() {
    let db = filled().await;
    let join = |on: &[&str]| users().query().join(&posts(), JoinKind::Inner, on);
    for (query, kind) in [
        (join(&["users.id", "~", "posts.user_id"]), ErrorKind::InvalidQuery),
        (
            join(&["users.id", "= 1 or 1 =", "posts.user_id"]),
            ErrorKind::InvalidQuery,
        ),
        (join(&["users.id"]), ErrorKind::InvalidQuery),
        (join(&[]), ErrorKind::InvalidQuery),
        (join(&["a", "=", "b", "c"]), ErrorKind::InvalidQuery),
        (join(&["users.idd", "posts.user_id"]), ErrorKind::UnknownColumn),
        (join(&["users.id", "posts.userid"]), ErrorKind::UnknownColumn),
        (join(&["users.id", "userid"]), ErrorKind::UnknownColumn),
        (join(&["nobody.id", "posts.user_id"]), ErrorKind::UnknownTable),
        (
            users()
                .query()
                .join(&posts(), JoinKind::Cross, ["users.id", "posts.id"]),
            ErrorKind::InvalidQuery,
        ),
        (
            users().query().join(
                &DynamicModel::new("", ["id"]),
                JoinKind::Inner,
                ["users.id", "id"],
            ),
            ErrorKind::Configuration,
        ),
        (
            users()
                .query()
                .join_as("", &posts(), JoinKind::Inner, ["users.id", "user_id"]),
            ErrorKind::InvalidQuery,
        ),
        (
            users()
                .query()
                .join_as("users", &posts(), JoinKind::Inner, ["users.id", "user_id"]),
            ErrorKind::InvalidQuery,
        ),
    ] {
        let e = query.get(&db).await.unwrap_err();
        assert_eq!(e.kind(), kind, "{e}");
        assert!(e.sql().is_none(), "{e}");
    }
}
