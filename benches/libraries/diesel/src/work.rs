//! The workloads of one connection.

use std::time::Instant;

use diesel::{connection::DefaultLoadingMode, prelude::*};
use harness::{Failure, Outcome, PIECE, Run, Sum, Workload, id, person};

use crate::models::{Author, Book, Person, authors, books, people, publishers};

/// Finds by id.
pub fn find(c: &mut SqliteConnection, id: &str) -> QueryResult<Person> {
    people::table.find(id).select(Person::as_select()).get_result(c)
}

/// Updates by id. Diesel prepares every `update` anew.
pub fn set_age(c: &mut SqliteConnection, id: &str, age: i64) -> QueryResult<usize> {
    diesel::update(people::table.find(id))
        .set(people::age.eq(age))
        .execute(c)
}

fn insert(c: &mut SqliteConnection, person: &Person) -> QueryResult<usize> {
    diesel::insert_into(people::table).values(person).execute(c)
}

/// Does the work once.
pub fn work(c: &mut SqliteConnection, run: Run) -> Result<Outcome, Failure> {
    let Run {
        workload,
        size,
        first,
    } = run;
    let mut sum = Sum::default();
    let ids: Vec<String> = match workload {
        Workload::Find | Workload::Update | Workload::UpdateAwaited => (0..size).map(id).collect(),
        _ => Vec::new(),
    };
    let people: Vec<Person> = if workload.inserts() {
        (first..first + size).map(|n| person(n).into()).collect()
    } else {
        Vec::new()
    };
    let start = Instant::now();
    match workload {
        Workload::Find => {
            for id in &ids {
                find(c, id)?.add_to(&mut sum);
            }
        }
        Workload::Count => {
            for n in 0..size {
                let count: i64 = people::table
                    .filter(people::age.eq((n % 90) as i64))
                    .count()
                    .get_result(c)?;
                sum.add(count as u64);
            }
        }
        Workload::Select => {
            for p in people::table.select(Person::as_select()).load(c)? {
                p.add_to(&mut sum);
            }
        }
        Workload::GoThrough => {
            let mut rows = people::table
                .select(Person::as_select())
                .load_iter::<Person, DefaultLoadingMode>(c)?;
            loop {
                let piece: Vec<Person> = rows.by_ref().take(PIECE).collect::<QueryResult<_>>()?;
                if piece.is_empty() {
                    break;
                }
                piece.iter().for_each(|p| p.add_to(&mut sum));
            }
        }
        Workload::Insert => {
            for p in &people {
                sum.add(insert(c, p)? as u64);
            }
        }
        Workload::InsertMany => {
            // Faster than statements of many rows, which are prepared anew each time.
            c.immediate_transaction(|c| {
                for p in &people {
                    sum.add(insert(c, p)? as u64);
                }
                QueryResult::Ok(())
            })?;
        }
        Workload::Update | Workload::UpdateAwaited => c.immediate_transaction(|c| {
            for (n, id) in ids.iter().enumerate() {
                sum.add(set_age(c, id, (first + n) as i64)? as u64);
            }
            QueryResult::Ok(())
        })?,
        Workload::Eager => {
            for (author, books) in eager(c)? {
                sum.author(&author.id, &author.name);
                for b in books {
                    sum.book(&b.id, &b.author_id, &b.publisher_id, &b.title, b.pages);
                }
            }
        }
        Workload::Join => {
            let all: Vec<(String, i64, String, String)> = books::table
                .inner_join(authors::table)
                .inner_join(publishers::table)
                .select((books::title, books::pages, authors::name, publishers::name))
                .load(c)?;
            for (title, pages, author, publisher) in &all {
                sum.joined(title, *pages, author, publisher);
            }
        }
        other => return Err(format!("{} is not for this program", other.name()).into()),
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

/// Two statements in one transaction, so that they see the same rows.
fn eager(c: &mut SqliteConnection) -> QueryResult<Vec<(Author, Vec<Book>)>> {
    c.transaction(|c| {
        let authors = authors::table.select(Author::as_select()).load(c)?;
        let books = Book::belonging_to(&authors)
            .select(Book::as_select())
            .load(c)?
            .grouped_by(&authors);
        Ok(authors.into_iter().zip(books).collect())
    })
}
