//! The write-ahead log does not grow for ever.

use std::fs;

use sqloquent_core::{Backend, CallContext, Plan, Tried, Value};

use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_run_beside_the_work() {
    let db = TestDb::with_table().await;
    let log = db.folder.path().join("t.db-wal");
    let mut largest = 0;
    for round in 0..12 {
        let done = db.stats().checkpoints;
        for i in 0..1_000 {
            let job = one(
                Plan::WRITE_BY_KEY,
                "insert into t(n) values (?)",
                vec![Value::Int(i)],
            );
            match db.try_run(job, CallContext::here()) {
                Tried::Done(done) => drop(done.unwrap()),
                Tried::NotNow(job) => drop(db.run(job, CallContext::here()).await.unwrap()),
            }
        }
        if round == 0 {
            while db.stats().checkpoints == done {
                tokio::task::yield_now().await;
            }
        }
        largest = largest.max(fs::metadata(&log).unwrap().len());
    }
    assert!(db.stats().checkpoints >= 2, "{:?}", db.stats());
    assert!(largest < 32 << 20, "{largest}");
    // One for about every thousand pages, however long somebody writes without pause.
    assert!(db.stats().checkpoints < 120, "{:?}", db.stats());
    assert_eq!(count(&db).await, 12_000);
    db.close().await.unwrap();
    assert!(!log.exists());
}

#[tokio::test]
async fn few_large_rows_call_for_one_too() {
    let db = TestDb::with_table().await;
    write(&db, "create table blobs(b)", vec![]).await.unwrap();
    for _ in 0..100 {
        write(
            &db,
            "insert into blobs values (?)",
            vec![Value::Bytes(vec![1; 300_000])],
        )
        .await
        .unwrap();
    }
    while db.stats().checkpoints == 0 {
        tokio::task::yield_now().await;
    }
    db.close().await.unwrap();
}
