//! What ends a query.

use sqloquent::prelude::*;

use crate::fixture::{Book, books, library};

#[tokio::test]
async fn builder_insert() -> Result<()> {
    let (_folder, db) = library().await?;
    let new = record! { "id": 6, "title": "Kalpa Imperial", "pages": 246 };
    let stored = books().query().insert(&db, new).await?;
    assert_eq!(stored.get("note"), Some(&Value::Null));
    let again = record! { "id": 6, "title": "Kalpa Imperial", "pages": 246 };
    let refused = books().query().insert(&db, again).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.table()),
        (ErrorKind::Unique, Some("books"))
    );
    Ok(())
}

#[tokio::test]
async fn builder_insert_many() -> Result<()> {
    let (_folder, db) = library().await?;
    let rows = (10..30).map(|id| (("id", id), ("title", "x"), ("pages", 1)));
    assert_eq!(books().query().insert_many(&db, rows).await?, 20);
    assert_eq!(Book::query().count(&db).await?, 25);
    Ok(())
}

#[tokio::test]
async fn builder_find() -> Result<()> {
    let (_folder, db) = library().await?;
    let found = books().query().find(&db, 3).await?;
    assert_eq!(
        found.map(|r| r.read::<String>("title")).transpose()?.as_deref(),
        Some("Solaris")
    );
    assert_eq!(books().query().find(&db, 99).await?, None);
    Ok(())
}

#[tokio::test]
async fn builder_get() -> Result<()> {
    let (_folder, db) = library().await?;
    let typed: Vec<Book> = Book::query().get(&db).await?;
    let dynamic: Vec<Record> = books().query().get(&db).await?;
    assert_eq!((typed.len(), dynamic.len()), (5, 5));
    Ok(())
}

#[tokio::test]
async fn builder_count() -> Result<()> {
    let (_folder, db) = library().await?;
    assert_eq!(Book::query().count(&db).await?, 5);
    assert_eq!(books().query().greater("pages", 300).count(&db).await?, 3);
    assert_eq!(Book::query().limit(2).count(&db).await?, 2);
    assert_eq!(Book::query().skip(4).count(&db).await?, 1);
    assert_eq!(Book::query().group_by("author_id").count(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn builder_take() -> Result<()> {
    let (_folder, db) = library().await?;
    let query = books().query().order_by("id", Asc);
    assert_eq!(query.take(&db, 2).await?.len(), 2);
    assert_eq!(query.get(&db).await?.len(), 5, "the builder is unchanged");
    assert_eq!(
        Book::query().take(&db, 0).await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
    Ok(())
}

#[tokio::test]
async fn builder_chunk() -> Result<()> {
    let (_folder, db) = library().await?;
    for query in [books().query(), books().query().order_by("title", Desc)] {
        let mut chunks = query.chunk(&db, 2);
        let mut sizes = Vec::new();
        while let Some(rows) = chunks.next().await? {
            sizes.push(rows.len());
        }
        assert_eq!(sizes, [2, 2, 1]);
    }
    assert_eq!(
        Book::query().chunk(&db, 0).next().await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
    Ok(())
}

#[tokio::test]
async fn builder_first() -> Result<()> {
    let (_folder, db) = library().await?;
    let first = Book::query().order_by("pages", Desc).skip(1).first(&db).await?;
    assert_eq!(first.map(|b| b.id), Some(1));
    assert_eq!(books().query().equal("id", 99).first(&db).await?, None);
    Ok(())
}

#[tokio::test]
async fn builder_update() -> Result<()> {
    let (_folder, db) = library().await?;
    let query = books().query().starts_with("title", "the");
    assert_eq!(query.update_columns(&db, [("note", "!")]).await?, 3);
    assert_eq!(
        Book::query()
            .equal("note", "!")
            .update(&db, |b| [b.pages.add(1), b.note.set(Null)])
            .await?,
        3
    );
    let unmeant = Book::query().update(&db, |b| b.pages.set(0)).await.unwrap_err();
    assert_eq!(unmeant.kind(), ErrorKind::InvalidQuery);
    let typo = query.update_columns(&db, [("nte", 1)]).await.unwrap_err();
    assert_eq!(typo.kind(), ErrorKind::UnknownColumn);
    Ok(())
}

#[tokio::test]
async fn builder_delete() -> Result<()> {
    let (_folder, db) = library().await?;
    assert_eq!(books().query().less("pages", 300).delete(&db).await?, 2);
    assert_eq!(
        Book::query().delete(&db).await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
    assert_eq!(Book::query().all_rows().delete(&db).await?, 3);
    Ok(())
}
