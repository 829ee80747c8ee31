//! Relations in conditions, orders and counts.

use sqloquent::prelude::*;

use crate::models::*;

async fn names(query: Query<User>, db: &Db) -> Result<Vec<String>> {
    query.order_by("name", Asc).pluck(db, "name").await
}

#[tokio::test]
async fn rows_that_have_related_ones() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    assert_eq!(
        names(User::query().where_has(|u| u.posts), &db).await?,
        ["Ada", "Bob"]
    );
    assert_eq!(names(User::query().doesnt_have(|u| u.posts), &db).await?, ["Cy"]);
    assert_eq!(names(User::query().where_has(|u| u.avatar), &db).await?, ["Ada"]);
    assert_eq!(
        names(
            User::query().where_has(|u| u.roles.only(|q| q.equal("name", "admin"))),
            &db
        )
        .await?,
        ["Ada"]
    );
    assert_eq!(
        names(User::query().where_has(|u| u.comments), &db).await?,
        ["Ada"]
    );
    let nested = User::query().where_has(|u| {
        u.posts
            .only(|q| q.where_has(|p| p.comments.only(|q| q.equal("text", "good"))))
    });
    assert_eq!(names(nested, &db).await?, ["Ada"]);
    let without = Post::query()
        .doesnt_have(|p| p.comments)
        .where_has(|p| p.author.only(|q| q.equal("name", "Ada")));
    assert_eq!(without.pluck::<String>(&db, "title").await?, ["Notes"]);
    Ok(())
}

#[tokio::test]
async fn counts_sums_and_the_like() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let rows = User::query()
        .with_count(|u| u.posts)
        .order_by("name", Asc)
        .get(&db)
        .await?;
    let counts: Vec<_> = rows.iter().map(|(u, n)| (u.name.as_str(), *n)).collect();
    assert_eq!(counts, [("Ada", 2), ("Bob", 1), ("Cy", 0)]);
    let (rows, n) = statements(
        &db,
        User::query()
            .with(|u| u.roles)
            .select_also(|u| {
                (
                    u.posts.sum(|p| p.length),
                    u.posts.max(|p| p.title),
                    u.posts.only(|q| q.filter(|p| p.length.gt(10))).count(),
                    u.posts.avg(|p| p.length),
                    u.comments.count(),
                )
            })
            .order_by("name", Asc)
            .get(&db),
    )
    .await?;
    assert_eq!(n, 2, "the rows with all that, and the roles");
    assert_eq!(rows[0].1, (Some(30), Some("Notes".to_owned()), 1, Some(15.0), 2));
    assert_eq!(rows[2].1, (None, None, 0, None, 0));
    assert_eq!(rows[0].0.roles.try_get()?.len(), 2);
    let many = User::query()
        .filter(|u| u.posts.count().gt(1))
        .pluck::<String>(&db, "name")
        .await?;
    assert_eq!(many, ["Ada"]);
    let ordered = User::query()
        .order(|u| (u.posts.count().desc(), u.name.asc()))
        .values(&db, |u| u.name)
        .await?;
    assert_eq!(ordered, ["Ada", "Bob", "Cy"]);
    Ok(())
}

#[tokio::test]
async fn a_model_that_is_related_to_itself_is_told_apart() -> Result<()> {
    let (_folder, db) = db().await?;
    let boss = Employee::new("Eve").insert(&db).await?;
    let mut ann = Employee::new("Ann");
    ann.reports_to = Some(boss.id);
    ann.insert(&db).await?;
    let bosses = Employee::query()
        .where_has(|e| e.reports)
        .pluck::<String>(&db, "name")
        .await?;
    assert_eq!(bosses, ["Eve"]);
    let below = Employee::query()
        .where_has(|e| e.boss.only(|q| q.where_has(|b| b.reports)))
        .get(&db)
        .await?;
    assert_eq!(below[0].name, "Ann");
    Ok(())
}

#[tokio::test]
async fn what_makes_no_sense_is_an_error() -> Result<()> {
    let (_folder, db) = db().await?;
    let loaded = User::query()
        .where_has(|u| u.posts.with(|p| p.comments))
        .get(&db)
        .await
        .unwrap_err();
    assert!(loaded.message().contains("leave out `with`"), "{loaded}");
    let limited = User::query()
        .with_count(|u| u.posts.only(|q| q.limit(1)))
        .get(&db)
        .await
        .unwrap_err();
    assert!(limited.message().contains("leave out the limit"), "{limited}");
    Ok(())
}
