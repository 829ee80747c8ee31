//! Workloads that no other library has anything for, in their forms.

use std::{path::Path, time::Instant};

use harness::{Failure, Outcome, Run, Sum, Workload, id, person};
use sqloquent::{Tables, prelude::*};

use crate::{
    models::{Hashed, HashedNoted, Noted, Owner, Person, Plain, long_id},
    pack, scan, tasks,
};

/// Makes the tables that are not in the file of all libraries, with their rows.
pub async fn prepare(db: &Db, workload: Workload, size: usize) -> Result<()> {
    if !workload.is_ours_alone()
        || matches!(
            workload,
            Workload::SelectDeclared | Workload::FlushedInsert | Workload::Pack
        )
    {
        return Ok(());
    }
    db.create_tables::<(Plain, Hashed, Noted, HashedNoted)>().await?;
    let rows = (0..size).map(person);
    match workload {
        Workload::HistoryUpdate => {
            Plain::insert_many(db, rows.clone().map(Into::into)).await?;
            Noted::insert_many(db, rows.map(Into::into)).await?;
        }
        Workload::Verify => drop(Hashed::insert_many(db, rows.map(Into::into)).await?),
        Workload::VerifyHistory => drop(HashedNoted::insert_many(db, rows.map(Into::into)).await?),
        _ => {}
    }
    Ok(())
}

/// Does the work once, in a form.
pub async fn work(db: &Db, file: &Path, run: Run, form: usize) -> Result<Outcome, Failure> {
    match (run.workload, form) {
        (Workload::SelectDeclared, 0) => {
            let start = Instant::now();
            let mut sum = Sum::default();
            for p in Person::query().get(db).await? {
                p.add_to(&mut sum);
            }
            Ok(Outcome::new(start.elapsed(), sum))
        }
        (Workload::SelectDeclared, _) => {
            let start = Instant::now();
            let mut sum = Sum::default();
            for p in Owner::query().get(db).await? {
                p.add_to(&mut sum);
            }
            Ok(Outcome::new(start.elapsed(), sum))
        }
        (Workload::FlushedInsert, 0) => scan::insert_flushed(file, run),
        (Workload::FlushedInsert, form) => tasks::insert_flushed(file, run, form == 2).await,
        (Workload::HashedInsert | Workload::HistoryInsert, 0) => insert::<Plain>(db, run).await,
        (Workload::HashedInsert, _) => insert::<Hashed>(db, run).await,
        (Workload::HistoryInsert, 1) => insert::<Noted>(db, run).await,
        (Workload::HistoryInsert, _) => insert::<HashedNoted>(db, run).await,
        (Workload::HistoryUpdate, form) => update(db, run, form == 1).await,
        (Workload::Verify, 0) => {
            let start = Instant::now();
            let records = scan::rows(file, "hasheds")?;
            Ok(Outcome::new(start.elapsed(), Sum(records)))
        }
        (Workload::Verify, _) => verify::<(Hashed,)>(db).await,
        (Workload::VerifyHistory, 0) => {
            let start = Instant::now();
            let records = scan::rows(file, "hashed_noteds")?;
            scan::journal(file, "HashedNoted")?;
            Ok(Outcome::new(start.elapsed(), Sum(records)))
        }
        (Workload::VerifyHistory, _) => verify::<(HashedNoted,)>(db).await,
        (Workload::Pack, form) => pack::work(run, form),
        (other, _) => Err(format!("{} has no forms", other.name()).into()),
    }
}

async fn insert<M: Model + From<harness::Person>>(db: &Db, run: Run) -> Result<Outcome, Failure> {
    let rows: Vec<M> = (run.first..run.first + run.size)
        .map(|n| person(n).into())
        .collect();
    let start = Instant::now();
    let inserted = M::insert_many(db, rows).await?;
    Ok(Outcome::new(start.elapsed(), Sum(inserted)))
}

async fn update(db: &Db, run: Run, noted: bool) -> Result<Outcome, Failure> {
    let ids: Vec<_> = (0..run.size).map(|n| long_id(&id(n))).collect();
    let start = Instant::now();
    let updated = db
        .transaction(async |tx| {
            let mut updated = 0;
            for (n, id) in ids.iter().enumerate() {
                let age = (run.first + n) as i64;
                updated += if noted {
                    let row = Noted::query().filter(|p| p.id.eq(id));
                    row.update(tx, |p| [p.age.set(age)]).await?
                } else {
                    let row = Plain::query().filter(|p| p.id.eq(id));
                    row.update(tx, |p| [p.age.set(age)]).await?
                };
            }
            Ok::<_, Error>(updated)
        })
        .await?;
    Ok(Outcome::new(start.elapsed(), Sum(updated)))
}

async fn verify<T: Tables>(db: &Db) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let report = db.verify().tables::<T>().run().await?;
    let time = start.elapsed();
    if !report.is_clean() {
        return Err(report.to_string().into());
    }
    Ok(Outcome::new(time, Sum(report.records)))
}
