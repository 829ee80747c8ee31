//! A small library of books, typed and dynamic.

use sqloquent::{ColumnType, prelude::*};

#[derive(Model, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Author {
    #[model(id)]
    pub id: String,
    pub name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Book {
    #[model(id(given))]
    pub id: i64,
    pub author_id: Option<String>,
    pub title: String,
    pub pages: i64,
    pub note: Option<String>,
}

pub fn authors() -> DynamicModel {
    DynamicModel::new("authors", ["id", "name"]).named("Author")
}

pub fn books() -> DynamicModel {
    DynamicModel::new("books", ["id", "author_id", "title", "pages", "note"])
        .column("pages", ColumnType::Int64)
        .given_id()
}

pub const BOOKS: [(i64, Option<&str>, &str, i64, Option<&str>); 5] = [
    (
        1,
        Some("ursula"),
        "The Dispossessed",
        387,
        Some("an ambiguous utopia"),
    ),
    (2, Some("ursula"), "The Left Hand of Darkness", 304, None),
    (3, Some("stanislaw"), "Solaris", 204, None),
    (4, Some("stanislaw"), "The Cyberiad", 295, Some("50% robots")),
    (5, None, "Beowulf", 3182, None),
];

/// A database with two authors and five books; the folder goes when it is dropped.
pub async fn library() -> Result<(tempfile::TempDir, Db)> {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("library.db").display())).await?;
    db.create_tables::<(Author, Book)>().await?;
    for (id, name) in [("ursula", "Ursula K. Le Guin"), ("stanislaw", "Stanisław Lem")] {
        Author {
            id: id.into(),
            name: name.into(),
        }
        .insert(&db)
        .await?;
    }
    let books = BOOKS.map(|(id, author, title, pages, note)| Book {
        id,
        author_id: author.map(Into::into),
        title: title.into(),
        pages,
        note: note.map(Into::into),
    });
    Book::insert_many(&db, books).await?;
    Ok((folder, db))
}

/// The ids that a typed and a dynamic query give, in order, which must be the same.
pub async fn ids(db: &Db, typed: &Query<Book>, dynamic: &Query<Record>) -> Result<Vec<i64>> {
    let mut typed: Vec<i64> = typed.get(db).await?.iter().map(|b| b.id).collect();
    let mut other = Vec::new();
    for record in dynamic.get(db).await? {
        other.push(record.read::<i64>("id")?);
    }
    typed.sort_unstable();
    other.sort_unstable();
    assert_eq!(typed, other, "typed and dynamic queries differ");
    Ok(typed)
}
