//! The workloads.

use std::time::Instant;

use harness::{Failure, Outcome, PIECE, Run, Sum, Workload, id, person};
use sqloquent::prelude::*;

use crate::{
    models::{Author, Book, Person, Publisher},
    tasks,
};

/// Does the work once.
pub async fn work(db: &Db, run: Run) -> Result<Outcome, Failure> {
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
    let people: Vec<Person> = match workload {
        Workload::Insert | Workload::InsertMany => (first..first + size).map(|n| person(n).into()).collect(),
        _ => Vec::new(),
    };
    let start = Instant::now();
    match workload {
        Workload::Find => {
            for id in &ids {
                Person::find_required(db, id).await?.add_to(&mut sum);
            }
        }
        Workload::FindTasks => return tasks::find(db, size).await,
        Workload::Count => {
            for n in 0..size {
                sum.add(Person::query().equal("age", (n % 90) as i64).count(db).await? as u64);
            }
        }
        Workload::Select => {
            for p in Person::query().get(db).await? {
                p.add_to(&mut sum);
            }
        }
        Workload::GoThrough => {
            let mut pieces = Person::query().chunk(db, PIECE);
            while let Some(people) = pieces.next().await? {
                people.iter().for_each(|p| p.add_to(&mut sum));
            }
        }
        Workload::Insert => {
            for p in people {
                sum.add(u64::from(!p.insert(db).await?.id.is_empty()));
            }
        }
        Workload::InsertMany => sum.add(Person::insert_many(db, people).await?),
        Workload::Update => {
            let ages = ids.into_iter().zip(first as i64..);
            sum.add(Person::update_each(db, |p| p.age, ages).await?);
        }
        Workload::UpdateAwaited => {
            db.transaction(async |tx| {
                for (n, id) in ids.iter().enumerate() {
                    let age = (first + n) as i64;
                    sum.add(
                        Person::query()
                            .filter(|p| p.id.eq(id))
                            .update(tx, |p| [p.age.set(age)])
                            .await?,
                    );
                }
                Ok::<_, Error>(())
            })
            .await?;
        }
        Workload::Eager => {
            for a in Author::query().with(|a| a.books).get(db).await? {
                sum.author(&a.id, &a.name);
                for b in a.books.try_get()? {
                    sum.book(&b.id, &b.author_id, &b.publisher_id, &b.title, b.pages);
                }
            }
        }
        Workload::Join => {
            let all: Vec<(String, i64, String, String)> = Book::query()
                .join::<Author>(|(b, a)| b.author_id.eq(a.id))
                .join::<Publisher>(|(b, _, p)| b.publisher_id.eq(p.id))
                .select(|(b, a, p)| (b.title, b.pages, a.name, p.name))
                .get(db)
                .await?;
            for (title, pages, author, publisher) in &all {
                sum.joined(title, *pages, author, publisher);
            }
        }
        Workload::Mixed => return tasks::mixed(db, size, first).await,
        other => return Err(format!("{} has forms", other.name()).into()),
    }
    Ok(Outcome::new(start.elapsed(), sum))
}
