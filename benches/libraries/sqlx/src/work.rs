//! The workloads. Work of one task holds a connection, so that it asks the pool once only.

use std::time::Instant;

use harness::{Failure, Outcome, Person, Run, Sum, Workload, id, person};
use sqlx::SqlitePool;

use crate::{queries, tasks};

/// Does the work once.
pub async fn work(pool: &SqlitePool, run: Run) -> Result<Outcome, Failure> {
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
        (first..first + size).map(person).collect()
    } else {
        Vec::new()
    };
    let start = Instant::now();
    match workload {
        Workload::Find => {
            let mut c = pool.acquire().await?;
            for id in &ids {
                queries::add(&mut sum, &queries::find(&mut *c, id).await?);
            }
        }
        Workload::FindTasks => return tasks::find(pool, size).await,
        Workload::Count => {
            let mut c = pool.acquire().await?;
            for n in 0..size {
                sum.add(queries::count(&mut *c, (n % 90) as i64).await? as u64);
            }
        }
        Workload::Select => {
            for p in queries::all(pool).await? {
                queries::add(&mut sum, &p);
            }
        }
        Workload::GoThrough => queries::go_through(pool, &mut sum).await?,
        Workload::Insert => {
            let mut c = pool.acquire().await?;
            for p in &people {
                sum.add(queries::insert(&mut *c, p).await?);
            }
        }
        Workload::InsertMany => sum.add(queries::insert_many(pool, people).await?),
        Workload::Update | Workload::UpdateAwaited => {
            let mut tx = pool.begin_with("begin immediate").await?;
            for (n, id) in ids.iter().enumerate() {
                sum.add(queries::set_age(&mut *tx, id, (first + n) as i64).await?);
            }
            tx.commit().await?;
        }
        Workload::Eager => {
            let mut tx = pool.begin().await?;
            let authors = queries::eager(&mut tx).await?;
            tx.commit().await?;
            for author in authors {
                sum.author(&author.id, &author.name);
                for b in author.books {
                    sum.book(&b.id, &b.author_id, &b.publisher_id, &b.title, b.pages);
                }
            }
        }
        Workload::Join => {
            for row in queries::joined(pool).await? {
                sum.joined(&row.title, row.pages, &row.author, &row.publisher);
            }
        }
        Workload::Mixed => return tasks::mixed(pool, size, first).await,
        other => return Err(format!("{} is not done here", other.name()).into()),
    }
    Ok(Outcome::new(start.elapsed(), sum))
}
