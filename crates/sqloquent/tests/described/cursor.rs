//! Connections: the described cursor and context.

use sqloquent::prelude::*;

use crate::fixture::{Book, library};

#[tokio::test]
async fn cursor_execute() -> Result<()> {
    let (_folder, db) = library().await?;
    let connection = db.acquire().await?;
    assert_eq!(
        connection
            .raw("update books set pages = ? where id < ?", (1, 3))
            .execute()
            .await?,
        2
    );
    Ok(())
}

#[tokio::test]
async fn cursor_execute_many() -> Result<()> {
    let (_folder, db) = library().await?;
    let connection = db.acquire().await?;
    let sets = [(10, 1), (20, 2), (30, 99)];
    let changed = connection
        .raw("update books set pages = pages + ? where id = ?", ())
        .execute_many(sets)
        .await?;
    assert_eq!(changed, 2);
    assert_eq!(Book::find_required(&connection, 2).await?.pages, 324);
    let uneven = connection
        .raw("select ?", ())
        .execute_many(vec![vec![1], vec![1, 2]])
        .await
        .unwrap_err();
    assert_eq!(uneven.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

#[tokio::test]
async fn cursor_execute_script() -> Result<()> {
    let (_folder, db) = library().await?;
    let connection = db.acquire().await?;
    connection
        .execute_script("delete from books where id = 1; delete from books where id = 2;")
        .await?;
    connection.release().await?;
    assert_eq!(Book::query().count(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn cursor_fetch_one() -> Result<()> {
    let (_folder, db) = library().await?;
    let connection = db.acquire().await?;
    let one: Option<(String,)> = connection
        .raw("select title from books where id = ?", (3,))
        .first_as()
        .await?;
    assert_eq!(one, Some(("Solaris".into(),)));
    let none: Option<(String,)> = connection
        .raw("select title from books where id = ?", (99,))
        .first_as()
        .await?;
    assert_eq!(none, None);
    Ok(())
}

#[tokio::test]
async fn cursor_fetch_all() -> Result<()> {
    let (_folder, db) = library().await?;
    let connection = db.acquire().await?;
    let all: Vec<(i64, String)> = connection
        .raw("select id, title from books order by id", ())
        .get_as()
        .await?;
    assert_eq!((all.len(), all[2].1.as_str()), (5, "Solaris"));
    Ok(())
}

#[tokio::test]
async fn context_init() -> Result<()> {
    let memory = Db::connect("sqlite::memory:").await?;
    let one: i64 = memory.raw("select 1", ()).scalar().await?;
    assert_eq!(one, 1);
    let wrong = Db::connect("sqlite:x.db?reeders=2").await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Configuration);
    assert_eq!(
        Db::connect("oracle:x").await.unwrap_err().kind(),
        ErrorKind::Configuration
    );
    Ok(())
}

#[tokio::test]
async fn context_enter() -> Result<()> {
    let (_folder, db) = library().await?;
    let connection = db.acquire().await?;
    assert_eq!(db.stats().in_use, 1);
    drop(connection);
    assert_eq!(db.stats().in_use, 0);
    Ok(())
}

#[tokio::test]
async fn context_exit() -> Result<()> {
    let (_folder, db) = library().await?;
    db.transaction(async |tx| {
        Book::query().equal("id", 1).delete(tx).await?;
        Ok::<_, Error>(())
    })
    .await?;
    let failed = db
        .transaction(async |tx| {
            Book::query().equal("id", 2).delete(tx).await?;
            Err::<(), _>(Error::custom("changed my mind"))
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Custom);
    assert_eq!(Book::query().count(&db).await?, 4, "committed or rolled back");
    db.close().await?;
    assert_eq!(
        Book::query().count(&db).await.unwrap_err().kind(),
        ErrorKind::Closed
    );
    Ok(())
}
