//! Workloads that no other library has anything for.

use std::time::Instant;

use harness::{Failure, Outcome, Run, Sum, Workload, person};
use sqloquent::prelude::*;

use crate::models::{HashedPerson, NotedPerson};

/// Makes the tables that are not in the file of all libraries, with their rows.
pub async fn prepare(db: &Db, workload: Workload, size: usize) -> Result<()> {
    match workload {
        Workload::HashedInsert => db.create_tables::<(HashedPerson,)>().await,
        Workload::HistoryInsert => db.create_tables::<(NotedPerson,)>().await,
        Workload::Verify => {
            db.create_tables::<(HashedPerson,)>().await?;
            HashedPerson::insert_many(db, (0..size).map(|n| person(n).into())).await?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Does the work once.
pub async fn work(db: &Db, run: Run) -> Result<Outcome, Failure> {
    let Run {
        workload,
        size,
        first,
    } = run;
    let rows = (first..first + size).map(person);
    let mut sum = Sum::default();
    let start;
    match workload {
        Workload::HashedInsert => {
            let people: Vec<HashedPerson> = rows.map(Into::into).collect();
            start = Instant::now();
            sum.add(HashedPerson::insert_many(db, people).await?);
        }
        Workload::HistoryInsert => {
            let people: Vec<NotedPerson> = rows.map(Into::into).collect();
            start = Instant::now();
            sum.add(NotedPerson::insert_many(db, people).await?);
        }
        Workload::Verify => {
            start = Instant::now();
            let report = db.verify().tables::<(HashedPerson,)>().run().await?;
            if !report.is_clean() {
                return Err(report.to_string().into());
            }
            sum.add(report.records);
        }
        other => return Err(format!("{} is not done here", other.name()).into()),
    }
    Ok(Outcome::new(start.elapsed(), sum))
}
