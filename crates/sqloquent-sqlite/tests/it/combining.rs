//! Short calls of many tasks that share a transaction: each ends as if it had run alone.

use std::{
    pin::{Pin, pin},
    sync::{Arc, mpsc},
    task::{Context, Waker},
    thread,
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all};
use sqloquent_core::{
    Backend, CallContext, ErrorKind, Flow, Job, Plan, Result, Session, Tried, TxOptions, Value,
};
use sqloquent_sqlite::{Durability, SqliteBackend};

use crate::support::*;

fn insert(id: i64) -> Box<Fixed> {
    one(
        Plan::WRITE_BY_KEY,
        "insert into t(id, n) values (?, 1)",
        vec![Value::Int(id)],
    )
}

fn find(id: i64) -> Box<Fixed> {
    one(
        Plan::READ_BY_KEY,
        "select n from t where id = ?",
        vec![Value::Int(id)],
    )
}

/// A database whose commits wait for the disk, so that writes by key always queue up.
async fn flushing() -> TestDb {
    let db = TestDb::with(|o| o.durability(Durability::Full));
    create(&db).await;
    db
}

async fn transaction(db: &SqliteBackend) -> Box<dyn Session> {
    db.begin(TxOptions::new(), CallContext::here()).await.unwrap()
}

/// Runs jobs that all wait for a transaction to end, so that they meet.
async fn together(db: &SqliteBackend, jobs: impl IntoIterator<Item = Box<Fixed>>) -> Vec<Result<Box<Fixed>>> {
    let transaction = transaction(db).await;
    let calls = join_all(jobs.into_iter().map(|job| db.run(job, CallContext::here())));
    let mut calls = pin!(calls);
    assert!(
        calls
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    let (done, committed) = join(calls, transaction.commit()).await;
    committed.unwrap();
    done.into_iter().map(|result| result.map(back)).collect()
}

fn kinds(results: &[Result<Box<Fixed>>]) -> Vec<Option<ErrorKind>> {
    results
        .iter()
        .map(|r| r.as_ref().err().map(|e| e.kind()))
        .collect()
}

#[tokio::test]
async fn writes_that_wait_at_the_same_time_share_one_commit() {
    let db = flushing().await;
    let done = together(&db, (1..=20).map(insert)).await;
    assert_eq!(kinds(&done), [None; 20]);
    for (n, job) in done.into_iter().enumerate() {
        let outcome = job.unwrap().outcomes[0];
        assert_eq!(
            (outcome.affected, outcome.last_insert_id),
            (1, Some(n as i64 + 1))
        );
    }
    assert_eq!(db.stats().combined, 20);
    assert_eq!(count(&db).await, 20);
    at_rest(&db).await;
}

#[tokio::test]
async fn one_that_is_refused_leaves_the_others_alone() {
    let db = flushing().await;
    let jobs = [1, 2, 1, 3, 2, 4].map(insert);
    let done = together(&db, jobs).await;
    let unique = Some(ErrorKind::Unique);
    assert_eq!(kinds(&done), [None, None, unique, None, unique, None]);
    assert_eq!(db.stats().combined, 4, "they share a transaction without those");
    assert_eq!(count(&db).await, 4);
    at_rest(&db).await;
}

#[tokio::test]
async fn what_is_found_at_the_commit_is_told_to_whom_it_belongs() {
    let db = flushing().await;
    for sql in [
        "create table parents(id integer primary key)",
        "create table children(parent integer references parents deferrable initially deferred)",
    ] {
        write(&db, sql, vec![]).await.unwrap();
    }
    let child = one(Plan::WRITE_BY_KEY, "insert into children values (7)", vec![]);
    let done = together(&db, vec![insert(1), child, insert(2)]).await;
    assert_eq!(kinds(&done), [None, Some(ErrorKind::ForeignKey), None]);
    assert_eq!(count(&db).await, 2);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_trigger_that_rolls_back_takes_nothing_of_the_others_with_it() {
    let db = flushing().await;
    write(
        &db,
        "create trigger no before insert on t when new.id = 3 begin select raise(rollback, 'no'); end",
        vec![],
    )
    .await
    .unwrap();
    let done = together(&db, (1..=5).map(insert)).await;
    let failed: Vec<_> = done.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, false, true, false, false]);
    assert_eq!(count(&db).await, 4);
    at_rest(&db).await;
}

#[tokio::test]
async fn code_that_panics_at_a_row_is_the_only_one_to_fail() {
    let db = flushing().await;
    let panics = one(
        Plan::WRITE_BY_KEY,
        "insert into t(id, n) values (9, 9) returning n",
        vec![],
    )
    .on_row(|_, _| panic!("this row"));
    let done = together(&db, vec![insert(1), panics, insert(2)]).await;
    assert_eq!(kinds(&done), [None, Some(ErrorKind::Panic), None]);
    assert_eq!(count(&db).await, 2);
    at_rest(&db).await;
}

#[tokio::test]
async fn what_cannot_run_again_does_not_share() {
    let db = flushing().await;
    let done = together(
        &db,
        vec![insert(1), insert(2).once(), insert(3), insert(1).once()],
    )
    .await;
    assert_eq!(kinds(&done), [None, None, None, Some(ErrorKind::Unique)]);
    assert_eq!(count(&db).await, 3);
    at_rest(&db).await;
}

#[tokio::test]
async fn calls_dropped_in_the_queue_never_begin() {
    let db = flushing().await;
    let transaction = transaction(&db).await;
    let mut calls: Vec<Pin<Box<_>>> = (1..=6)
        .map(|id| Box::pin(db.run(insert(id), CallContext::here())))
        .collect();
    for call in &mut calls {
        assert!(
            call.as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    }
    // Of the first, the last, and one between.
    for at in [5, 3, 0] {
        drop(calls.remove(at));
    }
    let (done, committed) = join(join_all(calls), transaction.commit()).await;
    committed.unwrap();
    assert!(done.into_iter().all(|result| result.is_ok()));
    assert_eq!(
        read(&db, "select id from t order by id", vec![]).await.unwrap(),
        [2, 3, 5].map(|id| vec![Value::Int(id)])
    );
    assert_eq!(db.stats().combined, 3);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_deadline_that_passes_in_the_queue_is_a_time_out_and_nothing_is_done() {
    let db = flushing().await;
    let transaction = transaction(&db).await;
    let soon = CallContext::here().with_deadline(Some(Instant::now() + Duration::from_millis(20)));
    let late = db.run(insert(1), soon).await.map(back);
    assert_eq!(kind(late.map(|_| ())), ErrorKind::Timeout);
    transaction.commit().await.unwrap();
    assert_eq!(count(&db).await, 0);
    at_rest(&db).await;
}

#[tokio::test]
async fn waiting_in_the_queue_ends_with_who_holds_the_connection() {
    let db = TestDb::with(|o| {
        o.durability(Durability::Full)
            .wait_timeout(Duration::from_millis(30))
    });
    create(&db).await;
    let transaction = transaction(&db).await;
    let calls = join_all([1, 2].map(|id| db.run(insert(id), CallContext::here())));
    for result in calls.await {
        let error = result.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(message(&error).contains("combining.rs"), "{error}");
    }
    transaction.rollback().await.unwrap();
    at_rest(&db).await;
}

#[tokio::test]
async fn another_program_that_holds_the_lock_is_waited_for() {
    let db = flushing().await;
    let outsider = db.outsider();
    outsider
        .execute_batch("begin immediate; insert into t values (100, 1)")
        .unwrap();
    let calls = join_all((1..=3).map(|id| db.run(insert(id), CallContext::here())));
    let release = async {
        while db.stats().busy_retries == 0 {
            tokio::task::yield_now().await;
        }
        outsider.execute_batch("commit").unwrap();
    };
    let (done, ()) = join(calls, release).await;
    assert!(done.into_iter().all(|result| result.is_ok()));
    assert_eq!(count(&db).await, 4);
    at_rest(&db).await;
}

/// Has calls meet until they are run together: one stays at its row while others come.
async fn make_a_crowd(db: &TestDb) {
    read(db, "select 1", vec![]).await.unwrap();
    write(db, "insert into t(id, n) values (1, 10)", vec![])
        .await
        .unwrap();
    let (inside, wait_inside) = mpsc::channel();
    let (leave, wait_to_leave) = mpsc::channel::<()>();
    let slow = find(1).on_row(move |_, _| {
        inside.send(()).unwrap();
        wait_to_leave.recv().unwrap();
        Ok(Flow::Stop)
    });
    let backend = Arc::clone(&db.db);
    let other = thread::spawn(move || {
        assert!(matches!(
            backend.try_run(slow, CallContext::here()),
            Tried::Done(Ok(_))
        ));
    });
    wait_inside.recv().unwrap();
    for _ in 0..8 {
        if let Tried::NotNow(job) = db.try_run(find(1), CallContext::here()) {
            drop(job);
        }
    }
    leave.send(()).unwrap();
    other.join().unwrap();
}

async fn many(db: &SqliteBackend, jobs: impl IntoIterator<Item = Box<Fixed>>) -> Vec<Result<Box<Fixed>>> {
    join_all(jobs.into_iter().map(|job| async move {
        match db.try_run(job, CallContext::here()) {
            Tried::Done(done) => done,
            Tried::NotNow(job) => db.run(job as Box<dyn Job>, CallContext::here()).await,
        }
        .map(back)
    }))
    .await
}

#[tokio::test]
async fn reads_and_writes_that_meet_share_a_transaction() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    let jobs = vec![find(1), insert(2), find(2), insert(3), find(3), find(4)];
    let done = many(&db, jobs).await;
    assert_eq!(kinds(&done), [None; 6]);
    let rows: Vec<_> = done.into_iter().map(|job| job.unwrap().rows).collect();
    let int = |n| vec![vec![Value::Int(n)]];
    assert_eq!(
        rows,
        [int(10), vec![], int(1), vec![], int(1), vec![]],
        "reads see what came before them in the queue, as they would have alone"
    );
    assert_eq!(db.stats().combined, 6);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_read_that_fails_leaves_the_others_their_transaction() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    let fails = find(1).on_row(|_, _| Err(sqloquent_core::Error::new(ErrorKind::Decode, "no such row")));
    let done = many(&db, vec![insert(2), fails, insert(3)]).await;
    assert_eq!(kinds(&done), [None, Some(ErrorKind::Decode), None]);
    assert_eq!(db.stats().combined, 3);
    assert_eq!(count(&db).await, 3);
    at_rest(&db).await;
}

#[tokio::test]
async fn reads_run_again_when_what_they_saw_was_rolled_back() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    // The last write is refused, so that the others run again without it, the read among them.
    let done = many(&db, vec![insert(2), find(2), insert(3), insert(1)]).await;
    assert_eq!(kinds(&done), [None, None, None, Some(ErrorKind::Unique)]);
    assert_eq!(done[1].as_ref().unwrap().restarts, 1);
    assert_eq!(db.stats().combined, 3);
    assert_eq!(count(&db).await, 3);
    at_rest(&db).await;
}

#[tokio::test]
async fn reads_do_not_wait_for_a_transaction() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    let transaction = transaction(&db).await;
    let done = many(&db, vec![find(1), find(1), find(2)]).await;
    assert_eq!(kinds(&done), [None; 3]);
    transaction.rollback().await.unwrap();
    at_rest(&db).await;
}

#[tokio::test]
async fn code_at_a_row_can_call_the_database_in_turn() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    let backend = Arc::clone(&db.db);
    let nested = find(1).on_row(move |_, _| {
        let inner = pollster::block_on(backend.run(find(1), CallContext::here()));
        inner.map(|_| Flow::Stop)
    });
    assert_eq!(kinds(&many(&db, vec![find(1), nested, find(1)]).await), [None; 3]);
    at_rest(&db).await;
}

#[tokio::test]
async fn calls_that_were_accepted_are_answered_though_the_database_is_closed() {
    let db = flushing().await;
    let calls = join_all((1..=200).map(|id| db.run(insert(id), CallContext::here())));
    let mut calls = pin!(calls);
    assert!(
        calls
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    let (done, closed) = join(calls, db.close()).await;
    closed.unwrap();
    assert!(done.into_iter().all(|result| result.is_ok()));
    let stored: i64 = db
        .outsider()
        .query_row("select count(*) from t", [], |row| row.get(0))
        .unwrap();
    assert_eq!(stored, 200);
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let db = TestDb::with(|o| o.combine(false));
    create(&db).await;
    make_a_crowd(&db).await;
    assert_eq!(
        kinds(&many(&db, vec![find(1), insert(2), find(2)]).await),
        [None; 3]
    );
    assert_eq!(db.stats().combined, 0);
    at_rest(&db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_count_exactly() {
    for options in [
        |o: sqloquent_sqlite::SqliteOptions| o,
        |o: sqloquent_sqlite::SqliteOptions| o.durability(Durability::Full),
        |o: sqloquent_sqlite::SqliteOptions| o.durability(Durability::Off),
    ] {
        let db = TestDb::with(options);
        create(&db).await;
        write(&db, "insert into t(id, n) values (0, 0)", vec![])
            .await
            .unwrap();
        let tasks: Vec<_> = (0..32_i64)
            .map(|task| {
                let db = Arc::clone(&db.db);
                tokio::spawn(async move {
                    let mut last = -1;
                    for n in 0..50 {
                        let add = one(Plan::WRITE_BY_KEY, "update t set n = n + 1 where id = 0", vec![]);
                        // Every tenth is one that is there already.
                        let id = if n % 10 == 9 { 0 } else { 1 + task * 100 + n };
                        let mut done = many(&db, vec![add]).await;
                        assert_eq!(done.remove(0).unwrap().outcomes[0].affected, 1);
                        let inserted = many(&db, vec![insert(id)]).await.remove(0);
                        assert_eq!(inserted.is_err(), id == 0);
                        let seen = many(&db, vec![find(0)]).await.remove(0).unwrap();
                        let seen = number(&seen.rows);
                        assert!(seen > last, "{seen} after {last}");
                        last = seen;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let total = read(&db, "select n from t where id = 0", vec![]).await.unwrap();
        assert_eq!(number(&total), 32 * 50);
        assert_eq!(count(&db).await, 1 + 32 * 45);
        at_rest(&db).await;
    }
}
