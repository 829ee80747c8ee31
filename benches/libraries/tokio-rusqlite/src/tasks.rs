//! Workloads of many tasks: they share the connection.

use std::time::Instant;

use harness::{FIND_TASKS, Failure, Latencies, MIXED_TASKS, Operation, Outcome, Sum, Workload, blocks, id};
use tokio_rusqlite::Connection;

use crate::calls;

/// Finds by id.
pub async fn find(c: &Connection, size: usize) -> Result<Outcome, Failure> {
    let blocks: Vec<Vec<String>> = blocks(size, FIND_TASKS)
        .into_iter()
        .map(|block| block.map(id).collect())
        .collect();
    let mut sum = Sum::default();
    let start = Instant::now();
    let tasks: Vec<_> = blocks
        .into_iter()
        .map(|ids| {
            let c = c.clone();
            tokio::spawn(async move {
                let mut sum = Sum::default();
                for id in ids {
                    calls::add(&mut sum, &c.call(move |c| calls::find(c, &id)).await?);
                }
                Ok::<_, tokio_rusqlite::Error>(sum)
            })
        })
        .collect();
    for task in tasks {
        sum.add(task.await??.0);
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

/// Finds and updates.
pub async fn mixed(c: &Connection, size: usize, first: usize) -> Result<Outcome, Failure> {
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
            let c = c.clone();
            tokio::spawn(async move { part(&c, operations).await })
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

async fn part(c: &Connection, operations: Vec<Operation>) -> tokio_rusqlite::Result<(Sum, Latencies)> {
    let mut sum = Sum::default();
    let mut latencies = Latencies::with_capacity(operations.len());
    for operation in operations {
        let begin = Instant::now();
        match operation {
            Operation::Find(id) => {
                let p = c.call(move |c| calls::find(c, &id)).await?;
                sum.person_without_age(&p.id, &p.name, &p.email, p.score, p.active, p.bio.as_deref());
            }
            Operation::SetAge(id, age) => {
                sum.add(c.call(move |c| calls::set_age(c, &id, age)).await? as u64);
            }
        }
        latencies.note(begin.elapsed());
    }
    Ok((sum, latencies))
}
