//! Names, conditions, lists.

use sqloquent::{Dialect, prelude::*};

use crate::{Post, Reserved, User, emails, empty, filled};

#[tokio::test]
async fn pitfall_b5_names_are_columns_and_never_sql() -> Result<()> {
    let db = filled().await?;
    for bad in [
        "id; drop table users",
        "id\" --",
        "\"id\"",
        "`id`",
        "id`",
        "1",
        "*",
        "users.*",
        "id desc",
        "",
        "\0",
        "rowid",
    ] {
        let query = User::query;
        let kinds = [
            query().equal(bad, 1).get(&db).await.unwrap_err().kind(),
            query().is_in(bad, [1]).get(&db).await.unwrap_err().kind(),
            query().is_null(bad).get(&db).await.unwrap_err().kind(),
            query().contains(bad, "x").get(&db).await.unwrap_err().kind(),
            query().like(bad, "?", "x").get(&db).await.unwrap_err().kind(),
            query().order_by(bad, Asc).get(&db).await.unwrap_err().kind(),
            query().group_by(bad).get(&db).await.unwrap_err().kind(),
            query().select_columns([bad]).get(&db).await.unwrap_err().kind(),
            query().pluck::<i64>(&db, bad).await.unwrap_err().kind(),
            query()
                .equal("id", 1)
                .update_columns(&db, [(bad, 1)])
                .await
                .unwrap_err()
                .kind(),
            query()
                .is_in_query(bad, Post::query())
                .get(&db)
                .await
                .unwrap_err()
                .kind(),
        ];
        for kind in kinds {
            assert!(
                matches!(kind, ErrorKind::UnknownColumn | ErrorKind::UnknownTable),
                "{bad}: {kind:?}"
            );
        }
    }
    // A name that one gives to a result may hold anything; it is quoted.
    let odd = "n\"; drop table users; --";
    let rows = User::query().select_as(odd, count_all()).get(&db).await?;
    assert_eq!(rows[0].read::<i64>(odd)?, 5);
    let joined = User::query().join_as::<Post>("p\" --", |(u, p)| u.id.eq(p.user_id));
    assert_eq!(joined.count(&db).await?, 3);
    let nul = User::query()
        .select_as("a\0b", count_all())
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(nul.kind(), ErrorKind::InvalidQuery);
    assert_eq!(User::query().count(&db).await?, 5);
    Ok(())
}

#[tokio::test]
async fn pitfall_b6_reserved_words_are_names_like_others() -> Result<()> {
    let db = empty().await?;
    let mut row = Reserved::new("g", "s").insert(&db).await?;
    row.update(&db, |r| r.index = Some(4)).await?;
    row.save(&db).await?;
    let query = Reserved::query()
        .equal("group", "g")
        .contains("select", "S")
        .filter(|r| r.index.is_in([4]))
        .order_by("index", Desc);
    assert_eq!(query.get(&db).await?, [row.clone()]);
    assert_eq!(
        Reserved::query()
            .group_by("group")
            .select(|r| (r.group_, r.index.max()))
            .count(&db)
            .await?,
        1
    );
    assert_eq!(query.update_columns(&db, [("select", "t")]).await?, 1);
    let same = Reserved::query()
        .join_as::<Reserved>("where", |(a, b)| a.index.eq(b.index))
        .order_by("where.group", Asc);
    assert_eq!(same.count(&db).await?, 1);
    assert_eq!(Reserved::query().equal("group", "g").delete(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn pitfall_b8_a_change_without_condition_is_refused() -> Result<()> {
    let db = filled().await?;
    let typo = User::query().equal("emial", "a");
    assert_eq!(
        typo.delete(&db).await.unwrap_err().kind(),
        ErrorKind::UnknownColumn
    );
    let set = typo.update(&db, |u| u.active.set(false)).await.unwrap_err();
    assert_eq!(set.kind(), ErrorKind::UnknownColumn);
    let refused = [
        User::query().delete(&db).await.unwrap_err(),
        User::query().order_by("id", Asc).delete(&db).await.unwrap_err(),
        User::query()
            .update(&db, |u| u.active.set(false))
            .await
            .unwrap_err(),
        User::query()
            .update_columns(&db, [("active", false)])
            .await
            .unwrap_err(),
        User::query()
            .left_join::<Post>(|(u, p)| u.id.eq(p.user_id))
            .delete(&db)
            .await
            .unwrap_err(),
        User::query()
            .update_returning(&db, [("active", false)])
            .await
            .unwrap_err(),
        User::query().delete_returning(&db).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.message().contains("all_rows"), "{error}");
    }
    assert_eq!(User::query().equal("active", true).count(&db).await?, 4);
    assert_eq!(
        User::query()
            .all_rows()
            .update(&db, |u| u.active.set(false))
            .await?,
        5
    );
    Ok(())
}

#[tokio::test]
async fn pitfall_b9_equal_to_none_is_null() -> Result<()> {
    let db = filled().await?;
    assert_eq!(User::query().equal("age", None::<i64>).count(&db).await?, 2);
    assert_eq!(User::query().equal("age", Null).count(&db).await?, 2);
    assert_eq!(User::query().not_equal("age", Null).count(&db).await?, 3);
    assert_eq!(
        User::query().filter(|u| u.age.eq(None::<i64>)).count(&db).await?,
        2
    );
    assert_eq!(User::query().filter(|u| u.age.ne(Null)).count(&db).await?, 3);
    assert_eq!(
        User::query()
            .equal("age", Null)
            .update(&db, |u| u.age.set(Some(1)))
            .await?,
        2
    );
    Ok(())
}

#[tokio::test]
async fn pitfall_b10_a_null_safe_difference_is_offered() -> Result<()> {
    let db = filled().await?;
    assert_eq!(User::query().not_equal("age", 20).count(&db).await?, 1);
    assert_eq!(User::query().differs_from("age", 20).count(&db).await?, 3);
    assert_eq!(User::query().same_as("age", 20).count(&db).await?, 2);
    assert_eq!(User::query().same_as("age", Null).count(&db).await?, 2);
    assert_eq!(
        User::query()
            .filter(|u| u.age.differs_from(20))
            .count(&db)
            .await?,
        3
    );
    assert_eq!(User::query().filter(|u| !u.age.eq(20)).count(&db).await?, 1);
    assert_eq!(User::query().filter(|u| !u.age.same_as(20)).count(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn pitfall_b11_nothing_is_in_an_empty_list() -> Result<()> {
    let db = filled().await?;
    let none: [i64; 0] = [];
    assert_eq!(User::query().is_in("age", none).count(&db).await?, 0);
    assert_eq!(User::query().not_in("age", none).count(&db).await?, 5);
    assert_eq!(
        User::query()
            .filter(|u| u.id.is_in(Vec::<i64>::new()))
            .count(&db)
            .await?,
        0
    );
    assert_eq!(
        User::query()
            .filter(|u| !u.id.is_in(Vec::<i64>::new()))
            .count(&db)
            .await?,
        5
    );
    assert_eq!(User::find_many(&db, none).await?, []);
    assert_eq!(User::query().is_in("id", none).delete(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn pitfall_b13_lists_have_any_length() -> Result<()> {
    let db = filled().await?;
    let many = || -50_000i64..50_000;
    assert_eq!(User::query().is_in("id", many()).count(&db).await?, 5);
    assert_eq!(User::query().not_in("id", many()).count(&db).await?, 0);
    assert_eq!(User::find_many(&db, many()).await?.len(), 5);
    let texts = (0..100_000).map(|i| if i == 7 { "c".to_owned() } else { format!("no {i}") });
    assert_eq!(
        emails(&User::query().is_in("email", texts).get(&db).await?),
        ["c"]
    );
    let ages = (0..100_000i64).map(|i| (i > 0).then_some(i));
    assert_eq!(User::query().is_in("age", ages).count(&db).await?, 5);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "places", new = false)]
struct Place {
    #[model(id)]
    name: String,
    #[model(id)]
    tag: Vec<u8>,
    #[model(id)]
    floor: i64,
}

#[tokio::test]
async fn pitfall_b13_lists_of_composite_keys_have_any_length() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Place>().await?;
    let place = |name: &str, tag: &[u8], floor| Place {
        name: name.into(),
        tag: tag.into(),
        floor,
    };
    let stored = [
        place("a \"quoted\" one", b"\0\xff", 1),
        place("b", b"", -7),
        place("with \0 in it", b"t", 2),
    ];
    Place::insert_many(&db, stored.clone()).await?;
    Place::insert_many(&db, [place("b", b"", 1), place("a", b"\0\xff", 1)]).await?;
    let keys = |p: &Place| (p.name.clone(), p.tag.clone(), p.floor);
    let others = (0..100_000).map(|i| (format!("no {i}"), vec![1], i));
    let mut found = Place::find_many(&db, others.chain(stored.iter().map(keys))).await?;
    found.sort_by_key(keys);
    assert_eq!(found, stored, "each key is matched as a whole");
    Ok(())
}

/// Conditions joined one by one would make a tree that is too deep for SQLite.
#[tokio::test]
async fn pitfall_b13_chains_have_any_length() -> Result<()> {
    let db = filled().await?;
    let any = |u: <User as Model>::Columns| (0..5_000).map(|i| u.id.eq(i)).reduce(|a, b| a | b).unwrap();
    assert_eq!(User::query().filter(any).count(&db).await?, 5);
    let query = (100..5_000).fold(User::query(), |query, i| query.not_equal("id", i));
    assert_eq!(query.count(&db).await?, 5);
    Ok(())
}

#[tokio::test]
async fn pitfall_b17_what_is_shown_is_what_runs() -> Result<()> {
    let db = filled().await?;
    let query = User::query()
        .filter(|u| (u.age.gt(10) | u.bio.is_null()) & u.email.ne("it's ? \"x\""))
        .is_in("id", 0..100)
        .order_by("id", Desc)
        .limit(3)
        .skip(1);
    let (sql, params) = query.to_sql(Dialect::SQLITE)?;
    assert_eq!(sql.matches('?').count(), params.len());
    let text = query.to_sql_inlined(Dialect::SQLITE)?.replace('?', "??");
    let shown: Vec<i64> = db.raw(sqloquent::TrustedSql::new(text), ()).scalars().await?;
    let run: Vec<i64> = query.get(&db).await?.iter().map(|u| u.id).collect();
    assert_eq!((shown, run.len()), (run, 3));
    Ok(())
}

#[tokio::test]
async fn pitfall_b21_raw_sql_has_parameters() -> Result<()> {
    let db = filled().await?;
    let hostile = "a' or '1' = '1";
    let n: i64 = db
        .raw("select count(*) from users where email = ?", (hostile,))
        .scalar()
        .await?;
    assert_eq!(n, 0);
    assert_eq!(
        User::query()
            .filter_raw("email = ? or age > ?", (hostile, 25))
            .count(&db)
            .await?,
        1
    );
    let missing = User::query()
        .filter_raw("age > ? and id > ?", (1,))
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

/// A comment at the end of a raw condition must not hide the conditions after it.
#[tokio::test]
async fn pitfall_b21_a_comment_hides_nothing() -> Result<()> {
    let db = filled().await?;
    let query = User::query().filter_raw("1 = 1 -- all", ()).equal("email", "a");
    assert_eq!(query.delete(&db).await.unwrap_err().kind(), ErrorKind::ForeignKey);
    assert_eq!(query.count(&db).await?, 1);
    let open = User::query().filter_raw("1 = 1 /*", ()).equal("email", "a");
    assert_eq!(
        open.delete(&db).await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
    Ok(())
}
