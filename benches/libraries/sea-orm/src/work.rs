//! The workloads.

use std::time::Instant;

use harness::{Failure, Outcome, Run, Sum, Workload, id};
use sea_orm::{DatabaseConnection, EntityTrait};

use crate::{
    entities::person,
    queries::{self, row},
    tasks,
};

/// Does the work once.
pub async fn work(db: &DatabaseConnection, run: Run) -> Result<Outcome, Failure> {
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
    let people: Vec<person::ActiveModel> = if workload.inserts() {
        (first..first + size).map(|n| row(harness::person(n))).collect()
    } else {
        Vec::new()
    };
    let start = Instant::now();
    match workload {
        Workload::Find => {
            for id in &ids {
                queries::add(&mut sum, &queries::find(db, id).await?);
            }
        }
        Workload::FindTasks => return tasks::find(db, size).await,
        Workload::Count => {
            for n in 0..size {
                sum.add(queries::count(db, (n % 90) as i64).await?);
            }
        }
        Workload::Select => {
            for p in person::Entity::find().all(db).await? {
                queries::add(&mut sum, &p);
            }
        }
        Workload::GoThrough => queries::go_through(db, &mut sum).await?,
        Workload::Insert => {
            for p in people {
                sum.add(queries::insert(db, p).await?);
            }
        }
        Workload::InsertMany => sum.add(queries::insert_many(db, people).await?),
        Workload::Update | Workload::UpdateAwaited => {
            sum.add(queries::set_ages(db, ids, first as i64).await?)
        }
        Workload::Eager => {
            let (authors, books) = queries::eager(db).await?;
            for (author, books) in authors.iter().zip(&books) {
                sum.author(&author.id, &author.name);
                for b in books {
                    sum.book(&b.id, &b.author_id, &b.publisher_id, &b.title, b.pages);
                }
            }
        }
        Workload::Join => {
            for (title, pages, author, publisher) in queries::joined(db).await? {
                sum.joined(&title, pages, &author, &publisher);
            }
        }
        Workload::Mixed => return tasks::mixed(db, size, first).await,
        other => return Err(format!("{} is not done here", other.name()).into()),
    }
    Ok(Outcome::new(start.elapsed(), sum))
}
