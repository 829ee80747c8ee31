//! The statements: checked when they are compiled, against the descriptions in `.sqlx`.
//!
//! Those are written anew by building with `DATABASE_URL` naming a file with the tables of `harness::SCHEMA` and
//! `SQLX_OFFLINE_DIR` naming `.sqlx`.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use harness::{Book, PIECE, Person, Sum};
use sqlx::{QueryBuilder, Result, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};

pub struct Author {
    pub id: String,
    pub name: String,
    pub books: Vec<Book>,
}

pub struct Joined {
    pub title: String,
    pub pages: i64,
    pub author: String,
    pub publisher: String,
}

struct Name {
    id: String,
    name: String,
}

/// Adds a row to a sum.
pub fn add(sum: &mut Sum, p: &Person) {
    sum.person(
        &p.id,
        &p.name,
        &p.email,
        p.age,
        p.score,
        p.active,
        p.bio.as_deref(),
    );
}

pub async fn find(db: impl SqliteExecutor<'_>, id: &str) -> Result<Person> {
    sqlx::query_as!(
        Person,
        r#"select id as "id!", name, email, age, score, active as "active: bool", bio from people where id = ?"#,
        id
    )
    .fetch_one(db)
    .await
}

pub async fn count(db: impl SqliteExecutor<'_>, age: i64) -> Result<i64> {
    sqlx::query_scalar!("select count(*) from people where age = ?", age)
        .fetch_one(db)
        .await
}

pub async fn all(db: impl SqliteExecutor<'_>) -> Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"select id as "id!", name, email, age, score, active as "active: bool", bio from people"#
    )
    .fetch_all(db)
    .await
}

/// Adds all people to the sum, a piece at a time.
pub async fn go_through(db: impl SqliteExecutor<'_>, sum: &mut Sum) -> Result<()> {
    let mut people = sqlx::query_as!(
        Person,
        r#"select id as "id!", name, email, age, score, active as "active: bool", bio from people"#
    )
    .fetch(db);
    let mut piece = Vec::with_capacity(PIECE);
    while let Some(person) = people.try_next().await? {
        piece.push(person);
        if piece.len() == PIECE {
            piece.drain(..).for_each(|p| add(sum, &p));
        }
    }
    piece.iter().for_each(|p| add(sum, p));
    Ok(())
}

pub async fn insert(db: impl SqliteExecutor<'_>, p: &Person) -> Result<u64> {
    let done = sqlx::query!(
        "insert into people (id, name, email, age, score, active, bio) values (?, ?, ?, ?, ?, ?, ?)",
        p.id,
        p.name,
        p.email,
        p.age,
        p.score,
        p.active,
        p.bio
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// A thousand rows in a statement, all in one transaction: more rows, which parameters would allow, were no faster.
pub async fn insert_many(db: &SqlitePool, people: Vec<Person>) -> Result<u64> {
    let mut rows = 0;
    let mut tx = db.begin_with("begin immediate").await?;
    let mut people = people.into_iter().peekable();
    while people.peek().is_some() {
        let mut insert =
            QueryBuilder::<Sqlite>::new("insert into people (id, name, email, age, score, active, bio) ");
        insert.push_values(people.by_ref().take(PIECE), |mut row, p| {
            row.push_bind(p.id)
                .push_bind(p.name)
                .push_bind(p.email)
                .push_bind(p.age)
                .push_bind(p.score)
                .push_bind(p.active)
                .push_bind(p.bio);
        });
        rows += insert.build().execute(&mut *tx).await?.rows_affected();
    }
    tx.commit().await?;
    Ok(rows)
}

pub async fn set_age(db: impl SqliteExecutor<'_>, id: &str, age: i64) -> Result<u64> {
    let done = sqlx::query!("update people set age = ? where id = ?", age, id)
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

/// Two statements, the second with the ids that the first gave.
pub async fn eager(db: &mut SqliteConnection) -> Result<Vec<Author>> {
    let names = sqlx::query_as!(Name, r#"select id as "id!", name from authors"#)
        .fetch_all(&mut *db)
        .await?;
    let mut places = HashMap::with_capacity(names.len());
    let mut authors = Vec::with_capacity(names.len());
    for Name { id, name } in names {
        places.insert(id.clone(), authors.len());
        authors.push(Author {
            id,
            name,
            books: Vec::new(),
        });
    }
    // The ids are hexadecimal: nothing to escape.
    let ids: Vec<&str> = authors.iter().map(|a| a.id.as_str()).collect();
    let list = format!("[\"{}\"]", ids.join("\",\""));
    let mut books = sqlx::query_as!(
        Book,
        r#"select id as "id!", author_id, publisher_id, title, pages from books
           where author_id in (select value from json_each(?))"#,
        list
    )
    .fetch(db);
    while let Some(book) = books.try_next().await? {
        if let Some(&at) = places.get(&book.author_id) {
            authors[at].books.push(book);
        }
    }
    drop(books);
    Ok(authors)
}

pub async fn joined(db: impl SqliteExecutor<'_>) -> Result<Vec<Joined>> {
    sqlx::query_as!(
        Joined,
        "select b.title, b.pages, a.name as author, p.name as publisher from books b
         join authors a on a.id = b.author_id join publishers p on p.id = b.publisher_id"
    )
    .fetch_all(db)
    .await
}
