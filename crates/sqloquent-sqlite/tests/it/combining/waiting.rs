//! Waiting in the queue, and leaving it.

use std::{
    pin::{Pin, pin},
    sync::mpsc,
    task::{Context, Waker},
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all};
use sqloquent_core::{Backend, CallContext, ErrorKind, Flow, Plan, Value};
use sqloquent_sqlite::Durability;

use super::*;

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
async fn waiting_for_a_lead_on_another_thread_ends() {
    let db = TestDb::with(|o| {
        o.durability(Durability::Full)
            .wait_timeout(Duration::from_millis(30))
    });
    create(&db).await;
    let (inside, wait_inside) = mpsc::channel();
    let (leave, wait_to_leave) = mpsc::channel::<()>();
    let slow = one(
        Plan::WRITE_BY_KEY,
        "insert into t(id, n) values (9, 9) returning n",
        vec![],
    )
    .on_row(move |_, _| {
        inside.send(()).unwrap();
        wait_to_leave.recv().unwrap();
        Ok(Flow::Continue)
    });
    let mut leads = Box::pin(db.run(slow, CallContext::here()));
    assert!(
        leads
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    wait_inside.recv().unwrap();
    let error = db
        .run(insert(1), CallContext::here())
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        message(&error).contains("waiting.rs"),
        "it says who leads: {error}"
    );
    leave.send(()).unwrap();
    leads.await.unwrap();
    assert_eq!(count(&db).await, 1);
    at_rest(&db).await;
}
