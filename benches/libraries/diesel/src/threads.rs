//! Workloads of many tasks: each thread does the blocks of its share of the tasks, on its own connection.

use std::{thread, time::Instant};

use diesel::prelude::*;
use harness::{FIND_TASKS, Failure, Latencies, MIXED_TASKS, Operation, Outcome, Sum, Workload, blocks, id};

use crate::work;

/// Finds by id.
pub fn find(connections: &mut [SqliteConnection], size: usize) -> Result<Outcome, Failure> {
    let blocks: Vec<Vec<String>> = blocks(size, FIND_TASKS)
        .into_iter()
        .map(|block| block.map(id).collect())
        .collect();
    let mut sum = Sum::default();
    let start = Instant::now();
    for part in share(connections, &blocks, |connection, ids| {
        let mut sum = Sum::default();
        for id in ids {
            work::find(connection, id)?.add_to(&mut sum);
        }
        Ok(sum)
    })? {
        sum.add(part.0);
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

/// Finds and updates.
pub fn mixed(connections: &mut [SqliteConnection], size: usize, first: usize) -> Result<Outcome, Failure> {
    let blocks: Vec<Vec<Operation>> = blocks(size, MIXED_TASKS)
        .into_iter()
        .map(|block| block.map(|n| Workload::operation(n, first, size)).collect())
        .collect();
    let mut sum = Sum::default();
    let mut latencies = Latencies::default();
    let start = Instant::now();
    for (part, took) in share(connections, &blocks, part)? {
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

fn part(connection: &mut SqliteConnection, operations: &[Operation]) -> QueryResult<(Sum, Latencies)> {
    let mut sum = Sum::default();
    let mut latencies = Latencies::with_capacity(operations.len());
    for operation in operations {
        let begin = Instant::now();
        match operation {
            Operation::Find(id) => {
                let p = work::find(connection, id)?;
                sum.person_without_age(&p.id, &p.name, &p.email, p.score, p.active, p.bio.as_deref());
            }
            Operation::SetAge(id, age) => sum.add(work::set_age(connection, id, *age)? as u64),
        }
        latencies.note(begin.elapsed());
    }
    Ok((sum, latencies))
}

/// Does all blocks, on as many threads as there are connections.
fn share<B: Sync, R: Send>(
    connections: &mut [SqliteConnection],
    blocks: &[Vec<B>],
    part: impl Fn(&mut SqliteConnection, &[B]) -> QueryResult<R> + Sync,
) -> Result<Vec<R>, Failure> {
    let each = blocks.len().div_ceil(connections.len().max(1)).max(1);
    let part = &part;
    thread::scope(|scope| {
        let threads: Vec<_> = connections
            .iter_mut()
            .zip(blocks.chunks(each))
            .map(|(connection, blocks)| {
                scope.spawn(move || {
                    blocks
                        .iter()
                        .map(|block| part(connection, block))
                        .collect::<QueryResult<Vec<R>>>()
                })
            })
            .collect();
        let mut all = Vec::with_capacity(blocks.len());
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a thread panicked")??);
        }
        Ok(all)
    })
}
