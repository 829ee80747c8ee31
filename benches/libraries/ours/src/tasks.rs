//! Workloads of many tasks.

use std::{path::Path, time::Instant};

use harness::{
    FIND_TASKS, Failure, Latencies, MIXED_TASKS, Operation, Outcome, Run, Sum, Workload, blocks, id, person,
};
use sqloquent::prelude::*;

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
            let db = db.clone();
            tokio::spawn(async move {
                let mut sum = Sum::default();
                for id in &ids {
                    Person::find_required(&db, id).await?.add_to(&mut sum);
                }
                Ok::<_, Error>(sum)
            })
        })
        .collect();
    for task in tasks {
        sum.add(task.await??.0);
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

/// Inserts rows, each of which is on the disk before it is answered.
pub async fn insert_flushed(file: &Path, run: Run, sharing: bool) -> Result<Outcome, Failure> {
    let sharing = if sharing { "on" } else { "off" };
    let options = format!("sqlite:{}?synchronous=full&combine={sharing}", file.display());
    let db = Db::connect(&options).await?;
    let blocks: Vec<Vec<Person>> = blocks(run.size, FIND_TASKS)
        .into_iter()
        .map(|block| block.map(|n| person(run.first + n).into()).collect())
        .collect();
    let mut sum = Sum::default();
    let start = Instant::now();
    let tasks: Vec<_> = blocks
        .into_iter()
        .map(|people| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut inserted = 0;
                for person in people {
                    person.insert(&db).await?;
                    inserted += 1;
                }
                Ok::<_, Error>(inserted)
            })
        })
        .collect();
    for task in tasks {
        sum.add(task.await??);
    }
    let time = start.elapsed();
    db.close().await?;
    Ok(Outcome::new(time, sum))
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
            let db = db.clone();
            tokio::spawn(async move { part(&db, &operations).await })
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

async fn part(db: &Db, operations: &[Operation]) -> Result<(Sum, Latencies)> {
    let mut sum = Sum::default();
    let mut latencies = Latencies::with_capacity(operations.len());
    for operation in operations {
        let begin = Instant::now();
        match operation {
            Operation::Find(id) => {
                let p = Person::find_required(db, id).await?;
                sum.person_without_age(&p.id, &p.name, &p.email, p.score, p.active, p.bio.as_deref());
            }
            Operation::SetAge(id, age) => {
                sum.add(
                    Person::query()
                        .filter(|p| p.id.eq(id))
                        .update(db, |p| [p.age.set(*age)])
                        .await?,
                );
            }
        }
        latencies.note(begin.elapsed());
    }
    Ok((sum, latencies))
}
