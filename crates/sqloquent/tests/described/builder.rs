//! The query builder: how it begins, what it is made of, what it is in SQL.

use sqloquent::{Conditions, Dialect, JoinKind, prelude::*};

use crate::fixture::{Author, Book, authors, books, ids, library};

#[tokio::test]
async fn builder_init() -> Result<()> {
    let (_folder, db) = library().await?;
    assert_eq!(Book::query().table(), "books");
    assert_eq!(Query::<Book>::new().count(&db).await?, 5);
    assert_eq!(books().query().count(&db).await?, 5);
    // A table of which nothing is declared.
    assert_eq!(
        Query::from_table("books").equal("pages", 204).count(&db).await?,
        1
    );
    let wrong = Query::from_table("").count(&db).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

#[tokio::test]
async fn builder_where_conditions() -> Result<()> {
    let (_folder, db) = library().await?;
    let conditions = || {
        Conditions::new()
            .add("greater", "pages", 200)
            .add("starts_with", "title", "the")
    };
    let found = ids(
        &db,
        &Book::query().conditions(conditions()),
        &books().query().conditions(conditions()),
    )
    .await?;
    assert_eq!(found, [1, 2, 4]);
    let wrong = Book::query()
        .conditions(Conditions::new().add("bigger", "pages", 1))
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

#[tokio::test]
async fn builder_order_by() -> Result<()> {
    let (_folder, db) = library().await?;
    let titles: Vec<String> = Book::query()
        .order_by("pages", Desc)
        .order_by("id", Asc)
        .pluck(&db, "title")
        .await?;
    assert_eq!(titles[0], "Beowulf");
    let first = books().query().order_by("pages", Asc).first_required(&db).await?;
    assert_eq!(first.read::<i64>("id")?, 3);
    let typed = Book::query()
        .order(|b| (b.note.asc().nulls_last(), b.id.desc()))
        .get(&db)
        .await?;
    assert_eq!(typed.iter().map(|b| b.id).collect::<Vec<_>>(), [4, 1, 5, 3, 2]);
    Ok(())
}

#[tokio::test]
async fn builder_skip() -> Result<()> {
    let (_folder, db) = library().await?;
    let found = ids(
        &db,
        &Book::query().order_by("id", Asc).skip(3),
        &books().query().order_by("id", Asc).skip(3),
    )
    .await?;
    assert_eq!(found, [4, 5]);
    let wrong = Book::query().skip(-1).get(&db).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

#[tokio::test]
async fn builder_reset() -> Result<()> {
    let (_folder, db) = library().await?;
    let narrow = Book::query().equal("id", 1).skip(3).order_by("id", Asc);
    assert_eq!(narrow.reset().count(&db).await?, 5);
    assert_eq!(books().query().equal("id", 1).reset().count(&db).await?, 5);
    Ok(())
}

#[tokio::test]
async fn builder_join() -> Result<()> {
    let (_folder, db) = library().await?;
    let typed = Book::query()
        .join::<Author>(|(b, a)| b.author_id.eq(a.id))
        .filter(|(_, a)| a.name.contains("lem"))
        .order(|(b, _)| b.id.asc())
        .get(&db)
        .await?;
    assert_eq!(
        typed.iter().map(|(b, a)| (b.id, &*a.id)).collect::<Vec<_>>(),
        [(3, "stanislaw"), (4, "stanislaw")]
    );
    for on in [
        vec!["books.author_id", "authors.id"],
        vec!["books.author_id", "=", "authors.id"],
    ] {
        let rows = books()
            .query()
            .join(&authors(), JoinKind::Inner, on)
            .order_by("books.id", Asc)
            .get(&db)
            .await?;
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0].read::<String>("authors.name")?, "Ursula K. Le Guin");
    }
    let outer = books()
        .query()
        .join(&authors(), JoinKind::Left, ["books.author_id", "authors.id"])
        .is_null("authors.id")
        .get(&db)
        .await?;
    assert_eq!(outer.len(), 1);
    assert_eq!(outer[0].record("authors"), None);
    let crossed = books()
        .query()
        .join(&authors(), JoinKind::Cross, ())
        .count(&db)
        .await?;
    assert_eq!(crossed, 10);
    let right = Book::query()
        .right_join::<Author>(|(b, a)| b.author_id.eq(a.id))
        .count(&db)
        .await?;
    let full = Book::query()
        .full_join::<Author>(|(b, a)| b.author_id.eq(a.id))
        .count(&db)
        .await?;
    assert_eq!((right, full), (4, 5));
    let wrong = books()
        .query()
        .join(
            &authors(),
            JoinKind::Inner,
            ["books.author_id", "~", "authors.id"],
        )
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

#[tokio::test]
async fn builder_select() -> Result<()> {
    let (_folder, db) = library().await?;
    let typed: Vec<(String, i64)> = Book::query()
        .equal("id", 3)
        .select(|b| (b.title, b.pages))
        .get(&db)
        .await?;
    assert_eq!(typed, [("Solaris".to_owned(), 204)]);
    let rows = books()
        .query()
        .equal("id", 3)
        .select_columns(["title", "pages"])
        .get(&db)
        .await?;
    assert_eq!(rows[0].names().collect::<Vec<_>>(), ["title", "pages"]);
    let wrong = books()
        .query()
        .select_columns(["count(*)"])
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::UnknownColumn);
    Ok(())
}

#[tokio::test]
async fn builder_group() -> Result<()> {
    let (_folder, db) = library().await?;
    let typed: Vec<(Option<String>, i64, Option<i64>)> = Book::query()
        .group(|b| b.author_id)
        .select(|b| (b.author_id, count_all(), b.pages.sum()))
        .having(|_| count_all().gt(1))
        .order(|b| b.author_id.asc())
        .get(&db)
        .await?;
    assert_eq!(
        typed,
        [
            (Some("stanislaw".into()), 2, Some(499)),
            (Some("ursula".into()), 2, Some(691))
        ]
    );
    let rows = books()
        .query()
        .group_by("author_id")
        .select_columns(["author_id"])
        .select_as("n", count_all())
        .order_by("author_id", Desc)
        .get(&db)
        .await?;
    assert_eq!((rows.len(), rows[0].read::<i64>("n")?), (3, 2));
    Ok(())
}

#[tokio::test]
async fn builder_to_sql() -> Result<()> {
    let (_folder, db) = library().await?;
    let query = Book::query()
        .equal("title", "it's")
        .greater("pages", 5)
        .order_by("id", Asc)
        .limit(2);
    let (sql, params) = query.to_sql(Dialect::SQLITE)?;
    assert!(sql.contains("WHERE \"title\" = ? AND \"pages\" > ?"), "{sql}");
    assert!(sql.ends_with("LIMIT 2"), "{sql}");
    assert_eq!(params, [Value::Text("it's".into()), Value::Int(5)]);
    let dynamic = books()
        .query()
        .equal("title", "it's")
        .greater("pages", 5)
        .order_by("id", Asc)
        .limit(2);
    assert_eq!(dynamic.to_sql(Dialect::SQLITE)?, (sql, params));
    let inlined = query.to_sql_inlined(Dialect::SQLITE)?;
    assert!(inlined.contains("'it''s'"), "{inlined}");
    assert_eq!(
        db.raw(sqloquent::TrustedSql::new(inlined), ())
            .rows()
            .await?
            .len(),
        0
    );
    Ok(())
}

#[tokio::test]
async fn builder_execute_raw() -> Result<()> {
    let (_folder, db) = library().await?;
    let rows = db
        .raw("select title from books where pages > ? order by id", (300,))
        .rows()
        .await?;
    assert_eq!(rows.len(), 3);
    let changed = db
        .raw("update books set pages = pages + ?", (1,))
        .execute()
        .await?;
    assert_eq!(changed, 5);
    Ok(())
}

#[test]
fn builder_properties() {
    let query = Book::query()
        .join::<Author>(|(b, a)| b.author_id.eq(a.id))
        .filter(|(b, _)| b.pages.gt(3))
        .order(|(b, _)| b.id.asc())
        .group(|(b, _)| b.id)
        .limit(7)
        .skip(2);
    assert_eq!(query.clauses().len(), 1);
    assert_eq!(query.params(), [Value::Int(3)]);
    assert_eq!(query.order_terms().len(), 1);
    assert_eq!((query.limit_rows(), query.offset_rows()), (Some(7), Some(2)));
    assert_eq!((query.joins().len(), query.grouping().len()), (1, 1));
    assert_eq!((query.table(), query.columns().len()), ("books", 0));
    assert_eq!(
        books().query().dynamic_model().map(DynamicModel::name),
        Some("books")
    );
}
