//! The workloads. Whatever belongs together is one call: each costs two changes of thread.

use std::time::Instant;

use harness::{Failure, Outcome, PIECE, Person, Run, Sum, Workload, id, person};
use tokio::sync::mpsc;
use tokio_rusqlite::{Connection, rusqlite};

use crate::{calls, tasks};

/// Does the work once.
pub async fn work(c: &Connection, run: Run) -> Result<Outcome, Failure> {
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
            for id in ids {
                calls::add(&mut sum, &c.call(move |c| calls::find(c, &id)).await?);
            }
        }
        Workload::FindTasks => return tasks::find(c, size).await,
        Workload::Count => {
            for n in 0..size {
                sum.add(c.call(move |c| calls::count(c, (n % 90) as i64)).await? as u64);
            }
        }
        Workload::Select => {
            for p in c.call(|c| calls::all(c)).await? {
                calls::add(&mut sum, &p);
            }
        }
        Workload::GoThrough => go_through(c, &mut sum).await?,
        Workload::Insert => {
            for p in people {
                let rows = c
                    .call(move |c| calls::insert(&mut *c.prepare_cached(calls::INSERT)?, &p))
                    .await?;
                sum.add(rows as u64);
            }
        }
        Workload::InsertMany => sum.add(c.call(move |c| calls::insert_many(c, &people)).await? as u64),
        Workload::Update => {
            let rows = c.call(move |c| calls::set_ages(c, &ids, first as i64)).await?;
            sum.add(rows as u64);
        }
        Workload::UpdateAwaited => {
            c.call(|c| c.execute_batch("begin immediate")).await?;
            for (age, id) in (first as i64..).zip(ids) {
                sum.add(c.call(move |c| calls::set_age(c, &id, age)).await? as u64);
            }
            c.call(|c| c.execute_batch("commit")).await?;
        }
        Workload::Eager => {
            for author in c.call(calls::eager).await? {
                sum.author(&author.id, &author.name);
                for b in author.books {
                    sum.book(&b.id, &b.author_id, &b.publisher_id, &b.title, b.pages);
                }
            }
        }
        Workload::Join => {
            for row in c.call(|c| calls::joined(c)).await? {
                sum.joined(&row.title, row.pages, &row.author, &row.publisher);
            }
        }
        Workload::Mixed => return tasks::mixed(c, size, first).await,
        other => return Err(format!("{} is not done here", other.name()).into()),
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

/// The library has no streams: one call sends pieces, while this task takes them in.
async fn go_through(c: &Connection, sum: &mut Sum) -> tokio_rusqlite::Result<()> {
    let (sender, mut pieces) = mpsc::channel::<Vec<Person>>(1);
    let call = c.call(move |c| {
        let mut statement = c.prepare_cached(calls::PEOPLE)?;
        let mut rows = statement.query([])?;
        let mut piece = Vec::with_capacity(PIECE);
        while let Some(row) = rows.next()? {
            piece.push(calls::read(row)?);
            if piece.len() == PIECE {
                let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE));
                if sender.blocking_send(full).is_err() {
                    return Ok(());
                }
            }
        }
        // An error says that nobody is listening any more.
        let _ = sender.blocking_send(piece);
        Ok::<_, rusqlite::Error>(())
    });
    let take = async {
        while let Some(piece) = pieces.recv().await {
            piece.iter().for_each(|p| calls::add(sum, p));
        }
    };
    tokio::join!(call, take).0
}
