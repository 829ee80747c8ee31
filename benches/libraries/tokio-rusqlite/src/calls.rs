//! What is called on the connection's thread: statements come from its cache, and rows leave it as structs.

use harness::{Person, Sum};
use tokio_rusqlite::{
    params,
    rusqlite::{Connection, Result, Row, Statement, TransactionBehavior},
};

pub const INSERT: &str =
    "insert into people (id, name, email, age, score, active, bio) values (?,?,?,?,?,?,?)";
pub const PEOPLE: &str = "select id, name, email, age, score, active, bio from people";
const FIND: &str = "select id, name, email, age, score, active, bio from people where id = ?";
const SET_AGE: &str = "update people set age = ? where id = ?";
const AUTHORS: &str = "select id, name from authors";
const BOOKS: &str = "select id, author_id, publisher_id, title, pages from books
    where author_id in (select value from json_each(?))";
const JOIN: &str = "select b.title, b.pages, a.name, p.name from books b
    join authors a on a.id = b.author_id join publishers p on p.id = b.publisher_id";

pub struct Author {
    pub id: String,
    pub name: String,
    pub books: Vec<harness::Book>,
}

pub struct Joined {
    pub title: String,
    pub pages: i64,
    pub author: String,
    pub publisher: String,
}

/// Reads a row.
pub fn read(row: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
        active: row.get(5)?,
        bio: row.get(6)?,
    })
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

pub fn find(c: &Connection, id: &str) -> Result<Person> {
    c.prepare_cached(FIND)?.query_row([id], read)
}

pub fn count(c: &Connection, age: i64) -> Result<i64> {
    c.prepare_cached("select count(*) from people where age = ?")?
        .query_row([age], |r| r.get(0))
}

pub fn all(c: &Connection) -> Result<Vec<Person>> {
    c.prepare_cached(PEOPLE)?.query_map([], read)?.collect()
}

pub fn insert(statement: &mut Statement<'_>, p: &Person) -> Result<usize> {
    statement.execute(params![p.id, p.name, p.email, p.age, p.score, p.active, p.bio])
}

pub fn insert_many(c: &mut Connection, people: &[Person]) -> Result<usize> {
    let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut rows = 0;
    let mut statement = tx.prepare_cached(INSERT)?;
    for p in people {
        rows += insert(&mut statement, p)?;
    }
    drop(statement);
    tx.commit()?;
    Ok(rows)
}

pub fn set_age(c: &Connection, id: &str, age: i64) -> Result<usize> {
    c.prepare_cached(SET_AGE)?.execute(params![age, id])
}

/// Sets the age of each, counting up from the first.
pub fn set_ages(c: &mut Connection, ids: &[String], first: i64) -> Result<usize> {
    let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut rows = 0;
    let mut statement = tx.prepare_cached(SET_AGE)?;
    for (age, id) in (first..).zip(ids) {
        rows += statement.execute(params![age, id])?;
    }
    drop(statement);
    tx.commit()?;
    Ok(rows)
}

/// Two statements in one read transaction, the second with the ids that the first gave.
pub fn eager(c: &mut Connection) -> Result<Vec<Author>> {
    let tx = c.transaction()?;
    let mut authors: Vec<Author> = tx
        .prepare_cached(AUTHORS)?
        .query_map([], |r| {
            Ok(Author {
                id: r.get(0)?,
                name: r.get(1)?,
                books: Vec::new(),
            })
        })?
        .collect::<Result<_>>()?;
    let places: std::collections::HashMap<String, usize> = authors
        .iter()
        .enumerate()
        .map(|(at, a)| (a.id.clone(), at))
        .collect();
    // The ids are hexadecimal: nothing to escape.
    let ids: Vec<&str> = authors.iter().map(|a| a.id.as_str()).collect();
    let list = format!("[\"{}\"]", ids.join("\",\""));
    let mut statement = tx.prepare_cached(BOOKS)?;
    let mut rows = statement.query([list])?;
    while let Some(r) = rows.next()? {
        let book = harness::Book {
            id: r.get(0)?,
            author_id: r.get(1)?,
            publisher_id: r.get(2)?,
            title: r.get(3)?,
            pages: r.get(4)?,
        };
        if let Some(&at) = places.get(&book.author_id) {
            authors[at].books.push(book);
        }
    }
    drop(rows);
    drop(statement);
    tx.commit()?;
    Ok(authors)
}

pub fn joined(c: &Connection) -> Result<Vec<Joined>> {
    c.prepare_cached(JOIN)?
        .query_map([], |r| {
            Ok(Joined {
                title: r.get(0)?,
                pages: r.get(1)?,
                author: r.get(2)?,
                publisher: r.get(3)?,
            })
        })?
        .collect()
}
