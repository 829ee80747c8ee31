//! Other connections to the same file.

use std::time::{Duration, Instant};

use sqloquent_core::{Backend, CallContext, ErrorKind, Plan, Statement, Tried, TxOptions};
use sqloquent_sqlite::Journal;

use crate::support::*;

const INSERT: &str = "insert into t(n) values (1)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a8_writes_wait_for_another_program_without_blocking() {
    for journal in [Journal::Wal, Journal::Delete, Journal::Truncate, Journal::Persist] {
        let db = TestDb::with(|o| o.journal(journal));
        create(&db).await;
        let outsider = db.outsider();
        // Without a log, an attempt in between may hold up the commit for a moment.
        outsider.busy_timeout(Duration::from_secs(5)).unwrap();
        for plan in [Plan::WRITE, Plan::WRITE_BY_KEY, Plan::WRITE_TRANSACTION] {
            for restartable in [true, false] {
                outsider
                    .execute_batch("begin immediate; insert into t(n) values (0)")
                    .unwrap();
                let job = one(plan, INSERT, vec![]);
                let job = if restartable { job } else { job.once() };
                let before = db.stats().busy_retries;
                let waiting = tokio::spawn({
                    let db = db.db.clone();
                    async move {
                        match db.try_run(job, CallContext::here()) {
                            Tried::Done(done) => done.map(back),
                            Tried::NotNow(job) => db.run(job, CallContext::here()).await.map(back),
                        }
                    }
                });
                while db.stats().busy_retries == before {
                    tokio::task::yield_now().await;
                }
                outsider.execute_batch("commit").unwrap();
                let done = waiting.await.unwrap().unwrap();
                assert_eq!(done.outcomes.len(), 1);
            }
        }
        assert_eq!(count(&db).await, 12);
        at_rest(&db).await;
    }
}

#[tokio::test]
async fn patience_ends_in_busy() {
    let db = TestDb::with(|o| o.busy_timeout(Duration::from_millis(20)));
    create(&db).await;
    let outsider = db.outsider();
    outsider.execute_batch("begin immediate").unwrap();
    for plan in [Plan::WRITE, Plan::WRITE_BY_KEY, Plan::WRITE_TRANSACTION] {
        let failed = db
            .run(one(plan, INSERT, vec![]), CallContext::here())
            .await
            .map(|_| ());
        let error = failed.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.is_retryable());
    }
    assert_eq!(
        kind(db.begin(TxOptions::new(), CallContext::here()).await.map(|_| ())),
        ErrorKind::Busy
    );
    let cx = CallContext::here().with_deadline(Some(Instant::now() + Duration::from_millis(5)));
    assert!(db.run(one(Plan::WRITE, INSERT, vec![]), cx).await.is_err());
    outsider.execute_batch("rollback").unwrap();
    at_rest(&db).await;
}

#[tokio::test]
async fn a_stale_snapshot_is_retryable_in_a_session() {
    let db = TestDb::with_table().await;
    let tx = db
        .begin(TxOptions::new().deferred(), CallContext::here())
        .await
        .unwrap();
    run_in(&*tx, Plan::READ, "select * from t", vec![]).await.unwrap();
    db.outsider().execute_batch(INSERT).unwrap();
    for plan in [Plan::WRITE, Plan::WRITE_BY_KEY] {
        let error = run_in(&*tx, plan, INSERT, vec![]).await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.is_retryable());
    }
    tx.rollback().await.unwrap();
    assert_eq!(count(&db).await, 1);
    at_rest(&db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_wait_for_readers_of_a_file_without_log() {
    let db = TestDb::with(|o| o.journal(Journal::Delete));
    create(&db).await;
    let outsider = db.outsider();
    outsider.execute_batch("begin; select * from t").unwrap();
    let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
    run_in(&*tx, Plan::WRITE, INSERT, vec![]).await.unwrap();
    let committing = tokio::spawn(tx.commit());
    while db.stats().busy_retries == 0 {
        tokio::task::yield_now().await;
    }
    outsider.execute_batch("commit").unwrap();
    committing.await.unwrap().unwrap();
    // A job of several statements whose commit is refused starts over, if it can.
    let both = || vec![Statement::new(INSERT, vec![]), Statement::new(INSERT, vec![])];
    outsider.execute_batch("begin; select * from t").unwrap();
    let before = db.stats().busy_retries;
    let running = tokio::spawn({
        let (db, job) = (db.db.clone(), Fixed::new(Plan::WRITE_TRANSACTION, both()));
        async move { db.run(job, CallContext::here()).await.map(back) }
    });
    while db.stats().busy_retries == before {
        tokio::task::yield_now().await;
    }
    let once = tokio::spawn({
        let (db, job) = (db.db.clone(), Fixed::new(Plan::WRITE_TRANSACTION, both()).once());
        async move { db.run(job, CallContext::here()).await.map(|_| ()) }
    });
    outsider.execute_batch("commit").unwrap();
    assert!(running.await.unwrap().unwrap().restarts > 0);
    let added = match once.await.unwrap() {
        Ok(()) => 2,
        Err(e) => {
            assert_eq!(e.kind(), ErrorKind::Busy);
            0
        }
    };
    assert_eq!(count(&db).await, 3 + added);
    at_rest(&db).await;
}
