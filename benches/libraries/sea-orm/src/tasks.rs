//! Workloads of many tasks: they share the pool.

use std::time::Instant;

use harness::{FIND_TASKS, Failure, Latencies, MIXED_TASKS, Operation, Outcome, Sum, Workload, blocks, id};
use sea_orm::{DatabaseConnection, DbErr};

use crate::queries;

/// Finds by id.
pub async fn find(db: &DatabaseConnection, size: usize) -> Result<Outcome, Failure> {
    let blocks: Vec<Vec<String>> = blocks(size, FIND_TASKS)
        .into_iter()
        .map(|block| block.map(id).collect())
        .collect();
    let mut sum = Sum::default();
    let start = Instant::now();
    let tasks: Vec<_> = blocks
        .into_iter()
        .map(|ids| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut sum = Sum::default();
                for id in ids {
                    queries::add(&mut sum, &queries::find(&db, &id).await?);
                }
                Ok::<_, DbErr>(sum)
            })
        })
        .collect();
    for task in tasks {
        sum.add(task.await??.0);
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

/// Finds and updates.
pub async fn mixed(db: &DatabaseConnection, size: usize, first: usize) -> Result<Outcome, Failure> {
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
            let db = db.clone();
            tokio::spawn(async move { part(&db, operations).await })
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

async fn part(db: &DatabaseConnection, operations: Vec<Operation>) -> Result<(Sum, Latencies), DbErr> {
    let mut sum = Sum::default();
    let mut latencies = Latencies::with_capacity(operations.len());
    for operation in operations {
        let begin = Instant::now();
        match operation {
            Operation::Find(id) => {
                let p = queries::find(db, &id).await?;
                sum.person_without_age(&p.id, &p.name, &p.email, p.score, p.active, p.bio.as_deref());
            }
            Operation::SetAge(id, age) => {
                sum.add(queries::set_age(db, id, age).await?);
            }
        }
        latencies.note(begin.elapsed());
    }
    Ok((sum, latencies))
}
