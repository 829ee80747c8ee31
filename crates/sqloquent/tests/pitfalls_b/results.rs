//! Counts, firsts, orders, joins.

use sqloquent::{Dialect, prelude::*};

use crate::{Post, User, emails, filled};

/// Counts, looks for existence and takes the first of what `get` gives.
async fn agree<S: 'static, T: Clone + PartialEq + std::fmt::Debug + Send + 'static>(
    db: &Db,
    query: Query<S, T>,
) -> Result<()> {
    let rows = query.get(db).await?;
    assert_eq!(query.count(db).await?, rows.len() as i64, "{query:?}");
    assert_eq!(query.exists(db).await?, !rows.is_empty(), "{query:?}");
    assert_eq!(query.first(db).await?, rows.first().cloned(), "{query:?}");
    Ok(())
}

#[tokio::test]
async fn pitfall_b1_counts_are_of_what_get_returns() -> Result<()> {
    let db = filled().await?;
    let users = User::query().order_by("id", Asc);
    let joined = User::query()
        .left_join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .order(|(u, p)| (u.id.asc(), p.id.asc()));
    assert_eq!(joined.count(&db).await?, 6);
    agree(&db, users.clone()).await?;
    agree(&db, users.clone().limit(2)).await?;
    agree(&db, users.clone().skip(4)).await?;
    agree(&db, users.clone().limit(3).skip(4)).await?;
    agree(&db, users.clone().limit(0)).await?;
    agree(&db, users.clone().equal("email", "nobody")).await?;
    agree(&db, joined.clone()).await?;
    agree(&db, joined.clone().limit(4).skip(3)).await?;
    agree(&db, joined.clone().filter(|(_, p)| p.id.is_null())).await?;
    agree(
        &db,
        User::query().order_by("id", Asc).cross_join::<Post>().limit(7),
    )
    .await?;
    agree(
        &db,
        User::query().select(|u| u.age).distinct().order_by("age", Asc),
    )
    .await?;
    agree(
        &db,
        User::query()
            .select(|u| u.age)
            .distinct()
            .order_by("age", Asc)
            .skip(1),
    )
    .await?;
    let grouped = User::query()
        .group(|u| u.age)
        .select(|u| (u.age, count_all()))
        .order(|u| u.age.asc());
    assert_eq!(grouped.count(&db).await?, 3);
    agree(&db, grouped.clone()).await?;
    agree(&db, grouped.clone().having(|_| count_all().gt(1))).await?;
    agree(&db, grouped.limit(1).skip(1)).await?;
    agree(&db, User::query().select(|u| u.age.max())).await?;
    agree(
        &db,
        User::query().equal("email", "nobody").select(|u| u.age.max()),
    )
    .await?;
    Ok(())
}

/// SQLite forgets `DISTINCT` inside of `EXISTS`.
#[tokio::test]
async fn pitfall_b1_rows_skipped_among_distinct_ones_do_not_exist() -> Result<()> {
    let db = filled().await?;
    let ages = User::query().select(|u| u.age).distinct();
    assert!(ages.clone().skip(2).exists(&db).await?);
    assert!(!ages.clone().skip(3).exists(&db).await?);
    let of_posts = User::query().filter(|_| exists(ages.clone().skip(3)));
    assert_eq!(of_posts.count(&db).await?, 0);
    let correlated = User::query().filter(|u| {
        let posts = Post::query().filter(|p| p.user_id.eq(u.id));
        exists(posts.select(|p| p.hidden).distinct().skip(1))
    });
    assert_eq!(correlated.count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn pitfall_b2_first_is_the_same_query_with_a_limit() -> Result<()> {
    let db = filled().await?;
    let query = User::query()
        .join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .order(|(_, p)| p.id.desc())
        .skip(1);
    let (user, post) = query.first(&db).await?.unwrap();
    assert_eq!((user.email.as_str(), post.title.as_str()), ("a", "y"));
    let name: Option<String> = User::query()
        .order_by("id", Desc)
        .select(|u| u.email)
        .first(&db)
        .await?;
    assert_eq!(name.as_deref(), Some("e"));
    let nobody = User::query().limit(0).first_required(&db).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NotFound);
    Ok(())
}

#[tokio::test]
async fn pitfall_b3_an_offset_needs_no_limit() -> Result<()> {
    let db = filled().await?;
    let rest = User::query().order_by("id", Asc).skip(3).get(&db).await?;
    assert_eq!(emails(&rest), ["d", "e"]);
    for dialect in [
        Dialect::SQLITE,
        Dialect::POSTGRES,
        Dialect::MYSQL,
        Dialect::MARIADB,
    ] {
        assert!(User::query().skip(3).to_sql(dialect)?.0.contains("OFFSET"));
    }
    Ok(())
}

#[tokio::test]
async fn pitfall_b4_aggregates_are_expressions_and_no_columns() -> Result<()> {
    let db = filled().await?;
    let n: Option<i64> = User::query().select(|_| count_all()).first(&db).await?;
    assert_eq!(n, Some(5));
    let quoted = User::query()
        .select_columns(["count(*)"])
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(quoted.kind(), ErrorKind::UnknownColumn);
    // A name in double quotes that is no column is an error of the engine, never text.
    assert!(db.raw("select \"nothing\" from users", ()).rows().await.is_err());
    assert_eq!(User::query().sum(&db, |u| u.age).await?, Some(70));
    assert_eq!(User::query().equal("id", 99).sum(&db, |u| u.age).await?, None);
    assert_eq!(User::query().avg(&db, |u| u.age).await?, Some(70.0 / 3.0));
    assert_eq!(User::query().max(&db, |u| u.email).await?.as_deref(), Some("e"));
    Ok(())
}

#[tokio::test]
async fn pitfall_b15_orders_have_many_columns_and_a_place_for_null() -> Result<()> {
    let db = filled().await?;
    let order = |first: Vec<User>| first.into_iter().map(|u| u.email).collect::<String>();
    let by = User::query().order_by("age", Asc).order_by("email", Desc);
    assert_eq!(order(by.get(&db).await?), "edcba");
    let by = User::query().order(|u| (u.age.asc().nulls_last(), u.email.asc()));
    assert_eq!(order(by.get(&db).await?), "bcade");
    let by = User::query().order(|u| (u.age.desc().nulls_first(), u.email.asc()));
    assert_eq!(order(by.get(&db).await?), "deabc");
    let by = User::query().order(|u| (u.age.desc(), u.email.asc()));
    assert_eq!(order(by.get(&db).await?), "abcde");
    let titles: Vec<String> = User::query()
        .join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .order_by("posts.title", Desc)
        .order_by("users.id", Asc)
        .pluck(&db, "posts.title")
        .await?;
    assert_eq!(titles, ["z", "y", "x"]);
    Ok(())
}

#[tokio::test]
async fn pitfall_b16_joins_have_aliases_and_decode_like_plain_rows() -> Result<()> {
    let db = filled().await?;
    let pairs: Vec<(User, User)> = User::query()
        .join_as::<User>("other", |(u, o)| u.age.eq(o.age) & u.id.lt(o.id))
        .equal("other.email", "c")
        .get(&db)
        .await?;
    assert_eq!(pairs.len(), 1);
    assert_eq!((pairs[0].0.email.as_str(), pairs[0].0.active), ("b", false));
    let twice: Vec<(User, Option<Post>, Option<Post>)> = User::query()
        .left_join::<Post>(|(u, p)| u.id.eq(p.user_id) & p.title.eq("x"))
        .left_join::<Post>(|(u, _, p)| u.id.eq(p.user_id) & p.title.eq("y"))
        .order(|(u, ..)| u.id.asc())
        .limit(2)
        .get(&db)
        .await?;
    assert_eq!(twice[0].1.as_ref().map(|p| p.title.as_str()), Some("x"));
    assert_eq!(twice[0].2.as_ref().map(|p| p.title.as_str()), Some("y"));
    assert_eq!((&twice[1].1, &twice[1].2), (&None, &None));
    let right: Vec<(Option<User>, Post)> = User::query()
        .right_join::<Post>(|(u, p)| u.id.eq(p.user_id) & u.active.eq(true))
        .get(&db)
        .await?;
    assert_eq!(right.iter().filter(|(u, _)| u.is_none()).count(), 1);
    let full: Vec<(Option<User>, Option<Post>)> = User::query()
        .full_join::<Post>(|(u, p)| u.id.eq(p.user_id) & p.title.eq("x"))
        .get(&db)
        .await?;
    assert_eq!(full.len(), 5 + 2);
    let refused = User::query()
        .full_join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .to_sql(Dialect::MYSQL);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unsupported);
    let same = User::query()
        .join_as::<User>("o", |(u, o)| u.id.eq(o.id))
        .join_as::<User>("o", |(u, _, o)| u.id.eq(o.id));
    assert_eq!(same.get(&db).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
    Ok(())
}

#[tokio::test]
async fn pitfall_b18_terminals_leave_the_builder_as_it_was() -> Result<()> {
    let db = filled().await?;
    let query = User::query().order_by("id", Asc);
    let before = query.to_sql(Dialect::SQLITE)?;
    query.take(&db, 2).await?;
    query.first(&db).await?;
    query.count(&db).await?;
    query.paginate(&db, 1, 2).await?;
    query.chunk(&db, 2).next().await?;
    assert_eq!(query.to_sql(Dialect::SQLITE)?, before);
    assert_eq!(query.get(&db).await?.len(), 5);
    Ok(())
}

#[tokio::test]
async fn pitfall_b20_models_of_a_join_are_made_of_its_rows() -> Result<()> {
    let db = filled().await?;
    let before = db.stats().statements;
    let rows = User::query()
        .left_join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .get(&db)
        .await?;
    assert_eq!(db.stats().statements - before, 1);
    assert_eq!(rows.len(), 6);
    assert_eq!(rows.iter().filter(|(_, p)| p.is_none()).count(), 3);
    Ok(())
}

#[tokio::test]
async fn pitfall_b22_types_are_declared_and_not_guessed_from_text() -> Result<()> {
    let db = filled().await?;
    let mut user = User::query().equal("email", "a").first_required(&db).await?;
    user.update(&db, |u| u.bio = Some("0012".into())).await?;
    let again = User::query().equal("bio", "0012").first_required(&db).await?;
    assert_eq!(again.bio.as_deref(), Some("0012"));
    db.raw("update users set age = 'old' where id = 1", ())
        .execute()
        .await?;
    let wrong = User::find(&db, 1).await.unwrap_err();
    assert_eq!((wrong.kind(), wrong.column()), (ErrorKind::Decode, Some("age")));
    Ok(())
}

#[tokio::test]
async fn pitfall_b23_nonsense_is_refused_before_any_sql_runs() -> Result<()> {
    let db = filled().await?;
    let before = db.stats().statements;
    let kinds = [
        User::query().take(&db, 0).await.unwrap_err().kind(),
        User::query().take(&db, -1).await.unwrap_err().kind(),
        User::query().skip(-1).get(&db).await.unwrap_err().kind(),
        User::query().limit(-1).get(&db).await.unwrap_err().kind(),
        User::query().chunk(&db, 0).next().await.unwrap_err().kind(),
        User::query().paginate(&db, 0, 1).await.unwrap_err().kind(),
        User::query().paginate(&db, 1, 0).await.unwrap_err().kind(),
        User::query()
            .like("email", "", "x")
            .get(&db)
            .await
            .unwrap_err()
            .kind(),
        User::query().less("age", Null).get(&db).await.unwrap_err().kind(),
        User::query()
            .select_columns([""; 0])
            .get(&db)
            .await
            .unwrap_err()
            .kind(),
    ];
    assert_eq!(kinds, [ErrorKind::InvalidQuery; 10]);
    assert_eq!(db.stats().statements, before);
    Ok(())
}
