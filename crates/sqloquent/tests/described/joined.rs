//! Rows of joins.

use sqloquent::{JoinKind, JoinedRecord, prelude::*};

use crate::fixture::{Author, Book, authors, books, library};

#[test]
fn joined_parse_data() -> Result<()> {
    let data = record! { "books.id": 3, "books.title": "Solaris", "authors.name": "Lem" };
    let row = JoinedRecord::parse([&books(), &authors()], data)?;
    assert_eq!(row.read::<i64>("books.id")?, 3);
    assert_eq!(
        row.record("authors").and_then(|a| a.get("name")),
        Some(&Value::Text("Lem".into()))
    );
    let wrong = JoinedRecord::parse([&books()], record! { "shelves.id": 1 }).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::UnknownTable);
    Ok(())
}

#[tokio::test]
async fn joined_init() -> Result<()> {
    let (_folder, db) = library().await?;
    let row = books()
        .query()
        .join(&authors(), JoinKind::Inner, ["author_id", "id"])
        .equal("books.id", 3)
        .first_required(&db)
        .await?;
    assert_eq!(row.tables().collect::<Vec<_>>(), ["books", "authors"]);
    assert_eq!(row.get("authors.id"), Some(&Value::Text("stanislaw".into())));
    let (book, author): (Book, Author) = Book::query()
        .join::<Author>(|(b, a)| b.author_id.eq(a.id))
        .filter(|(b, _)| b.id.eq(3))
        .first_required(&db)
        .await?;
    assert_eq!((book.id, &*author.id), (3, "stanislaw"));
    Ok(())
}

#[test]
fn joined_repr() -> Result<()> {
    let row = JoinedRecord::parse([&authors()], record! { "authors.name": "Lem" })?;
    assert!(format!("{row:?}").contains("Lem"));
    Ok(())
}

#[test]
fn joined_eq() -> Result<()> {
    let (books, authors) = (books(), authors());
    let row = |n: i64| JoinedRecord::parse([&books, &authors], record! { "books.id": n });
    assert_eq!(row(1)?, row(1)?);
    assert_ne!(row(1)?, row(2)?);
    Ok(())
}

#[tokio::test]
async fn joined_get_models() -> Result<()> {
    let (_folder, db) = library().await?;
    let rows = books()
        .query()
        .join(&authors(), JoinKind::Left, ["author_id", "id"])
        .order_by("books.id", Asc)
        .get(&db)
        .await?;
    let before = db.stats().statements;
    let mut models = rows[2].models();
    assert_eq!(db.stats().statements, before, "no query is needed");
    assert_eq!(models.len(), 2);
    assert_eq!(rows[4].models().len(), 1, "an outer join that found nothing");
    models[0].update(&db, [("pages", 1)]).await?;
    assert_eq!(Book::find_required(&db, 3).await?.pages, 1);
    Ok(())
}
