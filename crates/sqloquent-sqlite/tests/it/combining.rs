//! Short calls of many tasks that share a transaction.

mod sharing;
mod waiting;

use std::{
    pin::pin,
    sync::{Arc, mpsc},
    task::{Context, Waker},
    thread,
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
