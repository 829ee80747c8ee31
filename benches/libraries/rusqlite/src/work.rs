//! The workloads.

use std::time::Instant;

use harness::{Failure, Latencies, Operation, Outcome, PIECE, Person, Run, Sum, Workload, id, person};
use rusqlite::{Connection, Row, Statement, params};

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

/// Inserts a row.
pub fn insert(statement: &mut Statement<'_>, p: &Person) -> rusqlite::Result<usize> {
    statement.execute(params![p.id, p.name, p.email, p.age, p.score, p.active, p.bio])
}

/// Reads a row.
pub fn read(row: &Row<'_>) -> rusqlite::Result<Person> {
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
pub fn sum_of(sum: &mut Sum, p: &Person) {
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

struct Author {
    id: String,
    name: String,
    books: Vec<harness::Book>,
}

/// Does the work once.
pub fn work(c: &Connection, run: Run) -> Result<Outcome, Failure> {
    let Run {
        workload,
        size,
        first,
    } = run;
    let mut sum = Sum::default();
    let ids: Vec<String> = match workload {
        Workload::Find | Workload::FindTasks | Workload::Update | Workload::UpdateAwaited => {
            (0..size).map(id).collect()
        }
        _ => Vec::new(),
    };
    let people: Vec<Person> = if workload.inserts() {
        (first..first + size).map(person).collect()
    } else {
        Vec::new()
    };
    let start = Instant::now();
    match workload {
        Workload::Find | Workload::FindTasks => {
            for id in &ids {
                sum_of(&mut sum, &c.prepare_cached(FIND)?.query_row([id], read)?);
            }
        }
        Workload::Count => {
            for n in 0..size {
                let count: i64 = c
                    .prepare_cached("select count(*) from people where age = ?")?
                    .query_row([(n % 90) as i64], |r| r.get(0))?;
                sum.add(count as u64);
            }
        }
        Workload::Select => {
            let all: Vec<Person> = c
                .prepare_cached(PEOPLE)?
                .query_map([], read)?
                .collect::<Result<_, _>>()?;
            all.iter().for_each(|p| sum_of(&mut sum, p));
        }
        Workload::GoThrough => {
            let mut statement = c.prepare_cached(PEOPLE)?;
            let mut rows = statement.query([])?;
            let mut piece = Vec::with_capacity(PIECE);
            while let Some(row) = rows.next()? {
                piece.push(read(row)?);
                if piece.len() == PIECE {
                    piece.drain(..).for_each(|p| sum_of(&mut sum, &p));
                }
            }
            piece.iter().for_each(|p| sum_of(&mut sum, p));
        }
        Workload::Insert => {
            for p in &people {
                sum.add(insert(&mut *c.prepare_cached(INSERT)?, p)? as u64);
            }
        }
        Workload::InsertMany => {
            c.execute_batch("begin immediate")?;
            let mut statement = c.prepare_cached(INSERT)?;
            for p in &people {
                sum.add(insert(&mut statement, p)? as u64);
            }
            c.execute_batch("commit")?;
        }
        Workload::Update | Workload::UpdateAwaited => {
            c.execute_batch("begin immediate")?;
            let mut statement = c.prepare_cached(SET_AGE)?;
            for (n, id) in ids.iter().enumerate() {
                sum.add(statement.execute(params![(first + n) as i64, id])? as u64);
            }
            c.execute_batch("commit")?;
        }
        Workload::Eager => {
            for author in eager(c)? {
                sum.author(&author.id, &author.name);
                for b in author.books {
                    sum.book(&b.id, &b.author_id, &b.publisher_id, &b.title, b.pages);
                }
            }
        }
        Workload::Join => {
            let mut statement = c.prepare_cached(JOIN)?;
            let all: Vec<(String, i64, String, String)> = statement
                .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
                .collect::<Result<_, _>>()?;
            for (title, pages, author, publisher) in &all {
                sum.joined(title, *pages, author, publisher);
            }
        }
        Workload::Mixed => {
            let operations: Vec<_> = (0..size).map(|n| Workload::operation(n, first, size)).collect();
            let mut latencies = Latencies::with_capacity(size);
            let start = Instant::now();
            for operation in &operations {
                let begin = Instant::now();
                match operation {
                    Operation::Find(id) => {
                        let p = c.prepare_cached(FIND)?.query_row([id], read)?;
                        sum.person_without_age(&p.id, &p.name, &p.email, p.score, p.active, p.bio.as_deref());
                    }
                    Operation::SetAge(id, age) => {
                        sum.add(c.prepare_cached(SET_AGE)?.execute(params![age, id])? as u64);
                    }
                }
                latencies.note(begin.elapsed());
            }
            let time = start.elapsed();
            return Ok(Outcome {
                time,
                sum,
                figures: latencies.figures(),
            });
        }
        other => return Err(format!("{} is not done here", other.name()).into()),
    }
    let time = start.elapsed();
    Ok(Outcome::new(time, sum))
}

/// Two statements in one read transaction, the second with the ids that the first gave.
fn eager(c: &Connection) -> Result<Vec<Author>, Failure> {
    c.execute_batch("begin")?;
    let mut authors: Vec<Author> = c
        .prepare_cached(AUTHORS)?
        .query_map([], |r| {
            Ok(Author {
                id: r.get(0)?,
                name: r.get(1)?,
                books: Vec::new(),
            })
        })?
        .collect::<Result<_, _>>()?;
    let places: std::collections::HashMap<String, usize> = authors
        .iter()
        .enumerate()
        .map(|(at, a)| (a.id.clone(), at))
        .collect();
    let mut list = String::from("[");
    for (n, author) in authors.iter().enumerate() {
        // The ids are hexadecimal: nothing to escape.
        list += if n == 0 { "\"" } else { ",\"" };
        list += &author.id;
        list.push('"');
    }
    list.push(']');
    let mut statement = c.prepare_cached(BOOKS)?;
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
    c.execute_batch("commit")?;
    Ok(authors)
}
