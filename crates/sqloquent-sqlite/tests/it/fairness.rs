//! Work on the caller's thread leaves room for the other tasks of that thread.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use sqloquent_core::{Backend, CallContext, ErrorKind, Plan, Tried, Value};

use crate::support::*;

fn find() -> Box<Fixed> {
    one(
        Plan::READ_BY_KEY,
        "select n from t where id = ?",
        vec![Value::Int(1)],
    )
}

async fn load(db: &sqloquent_sqlite::SqliteBackend, calls: usize) -> usize {
    let mut refused = 0;
    for _ in 0..calls {
        match db.try_run(find(), CallContext::here()) {
            Tried::Done(done) => drop(done.unwrap()),
            Tried::NotNow(job) => {
                refused += 1;
                drop(db.run(job, CallContext::here()).await.unwrap());
            }
        }
    }
    refused
}

#[tokio::test]
async fn other_tasks_of_the_thread_get_their_turns() {
    let db = TestDb::with_table().await;
    read(&db, "select 1", vec![]).await.unwrap();
    let turns = Arc::new(AtomicU64::new(0));
    let other = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, SeqCst);
                tokio::task::yield_now().await;
            }
        }
    });
    let refused = load(&db, 5_000).await;
    assert!(refused > 0);
    assert!(
        turns.load(SeqCst) >= refused as u64,
        "{turns:?} turns, {refused} times out of time"
    );
    assert!(db.stats().on_the_spot >= 5_000);
    other.abort();
}

#[test]
fn yielding_needs_no_runtime() {
    pollster::block_on(async {
        let db = TestDb::with_table().await;
        read(&db, "select 1", vec![]).await.unwrap();
        let one = load(&db, 3_000);
        let two = load(&db, 3_000);
        let (one, two) = futures_util::future::join(one, two).await;
        assert!(one > 0 && two > 0);
    });
}

#[tokio::test]
async fn a_deadline_that_has_passed_is_seen_on_the_spot() {
    let db = TestDb::with_table().await;
    read(&db, "select 1", vec![]).await.unwrap();
    let past = CallContext::here().with_deadline(Some(Instant::now()));
    let Tried::NotNow(job) = db.try_run(find(), past) else {
        panic!("ran after its deadline");
    };
    assert_eq!(kind(db.run(job, past).await.map(|_| ())), ErrorKind::Timeout);
    let later = CallContext::here().with_deadline(Some(Instant::now() + Duration::from_secs(60)));
    db.run(find(), later).await.unwrap();
}

#[tokio::test]
async fn long_reads_do_not_hold_up_writes() {
    let db = TestDb::with_table().await;
    let endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c";
    let reads: Vec<_> = (0..2)
        .map(|_| {
            let db = db.db.clone();
            tokio::spawn(async move {
                db.run(one(Plan::READ, endless, vec![]), CallContext::here())
                    .await
                    .map(|_| ())
            })
        })
        .collect();
    while db.stats().in_use < 2 {
        tokio::task::yield_now().await;
    }
    for plan in [Plan::WRITE_BY_KEY, Plan::WRITE] {
        let job = one(plan, "insert into t(n) values (1)", vec![]);
        db.run(job, CallContext::here()).await.unwrap();
    }
    for read in reads {
        read.abort();
        assert!(read.await.unwrap_err().is_cancelled());
    }
    at_rest(&db).await;
}
