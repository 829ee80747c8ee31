//! Making the file that all libraries get a copy of, and summing up what a library left in its copy.

use std::path::Path;

use harness::{
    BOOKS_EACH, FILE, Failure, PUBLISHERS, SCHEMA, Sum, Workload, author, book, person, publisher,
};
use rusqlite::{Connection, params};

use crate::work::{INSERT, PEOPLE, insert, read, sum_of};

/// Makes the file.
pub fn fill(workload: Workload, size: usize, folder: &Path) -> Result<(), Failure> {
    let c = Connection::open(folder.join(FILE))?;
    c.execute_batch("pragma journal_mode=wal; pragma synchronous=off; begin")?;
    c.execute_batch(SCHEMA)?;
    let mut statement = c.prepare(INSERT)?;
    for n in 0..workload.people(size) {
        insert(&mut statement, &person(n))?;
    }
    let authors = workload.authors(size);
    if authors > 0 {
        let mut statement = c.prepare("insert into publishers (id, name) values (?, ?)")?;
        for p in (0..PUBLISHERS).map(publisher) {
            statement.execute(params![p.id, p.name])?;
        }
    }
    let mut of_author = c.prepare("insert into authors (id, name) values (?, ?)")?;
    for a in (0..authors).map(author) {
        of_author.execute(params![a.id, a.name])?;
    }
    let mut of_book =
        c.prepare("insert into books (id, author_id, publisher_id, title, pages) values (?, ?, ?, ?, ?)")?;
    for b in (0..authors * BOOKS_EACH).map(book) {
        of_book.execute(params![b.id, b.author_id, b.publisher_id, b.title, b.pages])?;
    }
    drop((statement, of_author, of_book));
    c.execute_batch("commit; pragma wal_checkpoint(truncate)")?;
    c.close().map_err(|(_, e)| e)?;
    Ok(())
}

/// Sums up all people in the file.
pub fn digest(folder: &Path) -> Result<Sum, Failure> {
    let c = Connection::open(folder.join(FILE))?;
    let mut sum = Sum::default();
    for p in c.prepare(PEOPLE)?.query_map([], read)? {
        sum_of(&mut sum, &p?);
    }
    Ok(sum)
}
