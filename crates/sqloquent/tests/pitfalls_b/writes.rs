//! Inserts.

use sqloquent::prelude::*;

use crate::{Post, User, empty, filled};

#[tokio::test]
async fn pitfall_b7_inserts_name_their_columns() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    // The columns stand in another order, with a strange one between.
    db.execute_script("create table users (age integer, extra text default 'x', active integer, bio text, email text unique, id integer primary key)")
        .await?;
    let mut ada = User::new("ada");
    ada.age = Some(7);
    ada.bio = Some("bio".into());
    User::insert_many(&db, vec![ada.clone(), User::new("bob")]).await?;
    let stored = User::query().equal("email", "ada").first_required(&db).await?;
    assert_eq!(
        (stored.bio.as_deref(), stored.age, stored.active),
        (Some("bio"), Some(7), true)
    );
    let back = User::insert_many_returning(&db, vec![User::new("eve")]).await?;
    assert_eq!((back[0].email.as_str(), back[0].id), ("eve", 3));
    Ok(())
}

#[tokio::test]
async fn pitfall_b19_inserts_are_one_statement_and_return_what_is_stored() -> Result<()> {
    let db = empty().await?;
    db.execute_script("create trigger lower after insert on users begin update users set bio = 'set' where id = new.id; end")
        .await?;
    let before = db.stats().statements;
    let ada = User::new("ada").insert(&db).await?;
    assert_eq!((ada.id, db.stats().statements - before), (1, 1));
    let again = User::new("ada").insert(&db).await.unwrap_err();
    assert_eq!((again.kind(), again.column()), (ErrorKind::Unique, Some("email")));
    assert_eq!(User::insert_or_ignore(&db, User::new("ada")).await?, None);
    assert!(User::insert_or_ignore(&db, User::new("bob")).await?.is_some());
    let mut other = User::new("ada");
    other.age = Some(9);
    let upserted = User::upsert(&db, other, |u| (u.email,)).await?;
    assert_eq!((upserted.id, upserted.age), (ada.id, Some(9)));
    assert_eq!(User::query().count(&db).await?, 2);
    // Ignoring is for conflicts only; all else is an error.
    let orphan = Post::insert_or_ignore(&db, Post::new(99, "x")).await.unwrap_err();
    assert_eq!(orphan.kind(), ErrorKind::ForeignKey);
    Ok(())
}

#[tokio::test]
async fn pitfall_b19_concurrent_inserts_of_one_row_store_one() -> Result<()> {
    let db = filled().await?;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { User::new("same").insert(&db).await })
        })
        .collect();
    let mut stored = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => stored += 1,
            Err(e) => assert_eq!(e.kind(), ErrorKind::Unique),
        }
    }
    assert_eq!(stored, 1);
    Ok(())
}

#[tokio::test]
async fn pitfall_b19_a_failed_bulk_insert_stores_nothing() -> Result<()> {
    let db = filled().await?;
    let rows = (0..1_000).map(|i| User::new(if i == 999 { "a".into() } else { format!("u{i}") }));
    assert_eq!(
        User::insert_many(&db, rows).await.unwrap_err().kind(),
        ErrorKind::Unique
    );
    assert_eq!(User::query().count(&db).await?, 5);
    Ok(())
}
