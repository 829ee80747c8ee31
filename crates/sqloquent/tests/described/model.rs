//! Models and their instances.

use std::collections::HashSet;

use sqloquent::{encode_value, prelude::*};

use crate::fixture::{Author, Book, authors, books, library};

#[tokio::test]
async fn model_init() -> Result<()> {
    let ada = Author::new("Ada");
    assert_eq!(ada.name, "Ada");
    let record = authors().record(record! { "name": "Ada" })?;
    assert_eq!(record.read::<String>("name")?, "Ada");
    let wrong = authors().record(record! { "nam": "Ada" }).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::UnknownColumn);
    Ok(())
}

#[test]
fn model_hash() -> Result<()> {
    let author = Author {
        id: "1".into(),
        name: "Ada".into(),
    };
    let set: HashSet<_> = [author.clone(), author.clone()].into();
    assert!(set.contains(&author) && set.len() == 1);
    let set: HashSet<Record> = [
        authors().record(record! { "id": 1 })?,
        books().record(record! { "id": 1, "title": "t", "pages": 1 })?,
    ]
    .into();
    assert_eq!(set.len(), 2);
    Ok(())
}

#[test]
fn model_eq() -> Result<()> {
    let one = Author {
        id: "1".into(),
        name: "Ada".into(),
    };
    let mut other = one.clone();
    assert_eq!(one, other);
    other.name.push('!');
    assert_ne!(one, other);
    let model = authors();
    assert_eq!(
        model.record(record! { "id": 1 })?,
        model.record(record! { "id": 1 })?
    );
    assert_ne!(
        model.record(record! { "id": 1 })?,
        model.record(record! { "id": 2 })?
    );
    Ok(())
}

#[test]
fn model_repr() -> Result<()> {
    let shown = format!(
        "{:?}",
        Author {
            id: "1".into(),
            name: "Ada".into()
        }
    );
    assert!(shown.contains("Ada"), "{shown}");
    let shown = format!("{:?}", authors().record(record! { "name": "Ada" })?);
    assert!(shown.contains("Ada"), "{shown}");
    Ok(())
}

#[test]
fn model_columns() -> Result<()> {
    assert_eq!(Book::table().name, "books");
    let names: Vec<_> = Book::table().columns.iter().map(|c| &*c.name).collect();
    assert_eq!(names, ["id", "author_id", "title", "pages", "note"]);
    assert_eq!(
        Book::table().key_columns().map(|c| &*c.name).collect::<Vec<_>>(),
        ["id"]
    );
    let mut record = books().record(record! { "id": 1, "title": "t", "pages": 1 })?;
    record.set("title", "u")?;
    assert_eq!(record.get("title"), Some(&Value::Text("u".into())));
    assert_eq!(
        record.set("titel", "u").unwrap_err().kind(),
        ErrorKind::UnknownColumn
    );
    Ok(())
}

#[test]
fn model_encode_value() -> Result<()> {
    assert_eq!(encode_value(&Value::Int(1))?, "4401");
    assert_eq!(encode_value(&Value::Null)?, "00");
    Ok(())
}

#[test]
fn model_generate_id() {
    let (one, other) = (authors().generate_id(), authors().generate_id());
    assert_eq!(one.len(), 32);
    assert_ne!(one, other);
    assert_eq!(Author::new("Ada").id.len(), 32);
}

#[tokio::test]
async fn model_find() -> Result<()> {
    let (_folder, db) = library().await?;
    assert_eq!(
        Book::find(&db, 3).await?.map(|b| b.title).as_deref(),
        Some("Solaris")
    );
    assert_eq!(Book::find(&db, 99).await?, None);
    assert!(authors().find(&db, "ursula").await?.is_some());
    assert_eq!(
        Book::find_required(&db, 99).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    Ok(())
}

#[tokio::test]
async fn model_insert() -> Result<()> {
    let (_folder, db) = library().await?;
    let ada = Author::new("Ada").insert(&db).await?;
    assert_eq!(Author::find(&db, &ada.id).await?, Some(ada.clone()));
    assert_eq!(
        ada.clone().insert(&db).await.unwrap_err().kind(),
        ErrorKind::Unique
    );
    let bob = authors().insert(&db, record! { "name": "Bob" }).await?;
    assert_eq!(bob.read::<String>("id")?.len(), 32);
    Ok(())
}

#[tokio::test]
async fn model_insert_many() -> Result<()> {
    let (_folder, db) = library().await?;
    assert_eq!(
        Author::insert_many(&db, (0..100).map(|n| Author::new(format!("a{n}")))).await?,
        100
    );
    assert_eq!(
        authors()
            .insert_many(&db, (0..100).map(|n| [("name", format!("b{n}"))]))
            .await?,
        100
    );
    assert_eq!(Author::query().count(&db).await?, 202);
    Ok(())
}

#[tokio::test]
async fn model_update() -> Result<()> {
    let (_folder, db) = library().await?;
    let mut book = Book::find_required(&db, 1).await?;
    book.update(&db, |b| b.pages = 1).await?;
    assert_eq!(Book::find_required(&db, 1).await?, book);
    let mut record = books().find_required(&db, 1).await?;
    record.update(&db, [("pages", 2)]).await?;
    assert_eq!(Book::find_required(&db, 1).await?.pages, 2);
    book.delete(&db).await?;
    assert_eq!(
        book.update(&db, |b| b.pages = 3).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(book.pages, 1, "as before");
    Ok(())
}

#[tokio::test]
async fn model_save() -> Result<()> {
    let (_folder, db) = library().await?;
    let mut ada = Author::new("Ada");
    ada.save(&db).await?;
    ada.name = "Ada Lovelace".into();
    ada.save(&db).await?;
    assert_eq!(Author::find(&db, &ada.id).await?, Some(ada));
    let mut bob = authors().record(record! { "id": "bob", "name": "Bob" })?;
    bob.save(&db).await?;
    bob.save(&db).await?;
    assert_eq!(Author::query().count(&db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn model_delete() -> Result<()> {
    let (_folder, db) = library().await?;
    let book = Book::find_required(&db, 1).await?;
    book.delete(&db).await?;
    assert_eq!(book.delete(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    books().find_required(&db, 2).await?.delete(&db).await?;
    assert_eq!(Book::query().count(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn model_reload() -> Result<()> {
    let (_folder, db) = library().await?;
    let mut book = Book::find_required(&db, 1).await?;
    let mut record = books().find_required(&db, 1).await?;
    Book::query()
        .equal("id", 1)
        .update(&db, |b| b.pages.set(7))
        .await?;
    book.reload(&db).await?;
    record.reload(&db).await?;
    assert_eq!((book.pages, record.read::<i64>("pages")?), (7, 7));
    Ok(())
}

#[tokio::test]
async fn model_query() -> Result<()> {
    let (_folder, db) = library().await?;
    assert_eq!(Book::query().count(&db).await?, 5);
    let conditions = record! { "author_id": "ursula", "pages": 304 };
    assert_eq!(books().query().equal_all(conditions).count(&db).await?, 1);
    Ok(())
}
