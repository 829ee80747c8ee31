//! Workloads of many tasks.

use std::time::Instant;

use harness::{FIND_TASKS, Failure, Latencies, MIXED_TASKS, Operation, Outcome, Sum, Workload, blocks, id};
use toasty::{Db, Result};

use crate::models::Person;

/// Finds by id.
pub async fn find(db: &Db, size: usize) -> Result<Outcome, Failure> {
    let blocks: Vec<Vec<String>> = blocks(size, FIND_TASKS)
        .into_iter()
        .map(|block| block.map(id).collect())
        .collect();
    let mut sum = Sum::default();
    let start = Instant::now();
    let tasks: Vec<_> = blocks
        .into_iter()
        .map(|ids| {
            let mut db = db.clone();
            tokio::spawn(async move {
                let mut sum = Sum::default();
                for id in &ids {
                    Person::get_by_id(&mut db, id).await?.add_to(&mut sum);
                }
                Ok::<_, toasty::Error>(sum)
            })
        })
        .collect();
    for task in tasks {
        sum.add(task.await??.0);
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

/// Finds and updates.
pub async fn mixed(db: &Db, size: usize, first: usize) -> Result<Outcome, Failure> {
    let blocks: Vec<Vec<Operation>> = blocks(size, MIXED_TASKS)
        .into_iter()
        .map(|block| block.map(|n| Workload::operation(n, first, size)).collect())
        .collect();
    let mut sum = Sum::default();
    let mut latencies = Latencies::default();
    let start = Instant::now();
    let tasks: Vec<_> = blocks
        .into_iter()
        .map(|operations| {
            let mut db = db.clone();
            tokio::spawn(async move { part(&mut db, &operations).await })
        })
        .collect();
    for task in tasks {
        let (part, took) = task.await??;
        sum.add(part.0);
        latencies.join(took);
    }
    let time = start.elapsed();
    Ok(Outcome {
        time,
        sum,
        figures: latencies.figures(),
    })
}

async fn part(db: &mut Db, operations: &[Operation]) -> Result<(Sum, Latencies)> {
    let mut sum = Sum::default();
    let mut latencies = Latencies::with_capacity(operations.len());
    for operation in operations {
        let begin = Instant::now();
        match operation {
            Operation::Find(id) => {
                let p = Person::get_by_id(db, id).await?;
                sum.person_without_age(&p.id, &p.name, &p.email, p.score, p.active, p.bio.as_deref());
            }
            Operation::SetAge(id, age) => {
                Person::update_by_id(id).age(*age).exec(db).await?;
                sum.add(1);
            }
        }
        latencies.note(begin.elapsed());
    }
    Ok((sum, latencies))
}
