//! The pool over a real client, coupled as in the example.
// The lint's own exception covers test functions but not their helpers.
#![allow(clippy::unwrap_used)]

#[path = "../examples/other_client/driver.rs"]
mod driver;
#[path = "support/jobs.rs"]
#[allow(dead_code)]
mod jobs;

use std::sync::Arc;

use driver::TokioRusqliteDriver;
use jobs::{Ints, back, read, write, write_with};
use sqloquent_core::{Backend, CallContext, ErrorKind, Plan, Statement, TxOptions};
use sqloquent_pool::{Pool, PoolOptions};
use tempfile::TempDir;

#[track_caller]
fn here() -> CallContext {
    CallContext::here()
}

async fn notes(connections: usize) -> (TempDir, Arc<Pool<TokioRusqliteDriver>>) {
    let folder = tempfile::tempdir().unwrap();
    let driver = TokioRusqliteDriver::new(folder.path().join("notes.db"));
    let options = PoolOptions::new().max_connections(connections);
    let pool = Pool::connect(driver, options).await.unwrap();
    let setup = pool.acquire(here()).await.unwrap();
    let script = "create table notes (id integer primary key, n int not null unique);
        create trigger no_negatives before insert on notes when new.n < 0
        begin select raise(rollback, 'negative'); end";
    setup.script(script.into(), here()).await.unwrap();
    setup.commit().await.unwrap();
    (folder, Arc::new(pool))
}

async fn numbers(pool: &Pool<TokioRusqliteDriver>, sql: &'static str) -> Vec<i64> {
    back(pool.run(read(sql), here()).await.unwrap()).found
}

const INSERT: &str = "insert into notes (n) values (?)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pitfall_a1_what_is_acknowledged_is_stored() {
    let (_folder, pool) = notes(4).await;
    let inserts: Vec<_> = (0..1_000_i64)
        .map(|n| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move {
                pool.run(write_with(INSERT, vec![n.into()]), here())
                    .await
                    .map(|_| n)
                    .ok()
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for insert in inserts {
        acknowledged.extend(insert.await.unwrap());
    }
    let stored = numbers(&pool, "select n from notes order by n").await;
    assert_eq!(stored, acknowledged);
    assert_eq!(stored.len(), 1_000);
    assert!(pool.stats().connections <= 4);
    pool.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pitfall_a6_aborted_anywhere_nothing_stays_open() {
    let (_folder, pool) = notes(3).await;
    for batch in 0..20 {
        let tasks: Vec<_> = (0..100_i64)
            .map(|i| {
                let (pool, n) = (Arc::clone(&pool), batch * 100 + i);
                tokio::spawn(async move {
                    let insert = || write_with(INSERT, vec![n.into()]);
                    match i % 4 {
                        0 => drop(pool.run(insert(), here()).await?),
                        1 => drop(pool.run(read("select n from notes"), here()).await?),
                        2 => {
                            let tx = pool.begin(TxOptions::new(), here()).await?;
                            tx.run(insert(), here()).await?;
                            tx.run(read("select n from notes"), here()).await?;
                            tx.commit().await?;
                        }
                        _ => {
                            let job = Ints::chunks("select n from notes", 7);
                            let mut cursor = pool.cursor(job, here()).await?;
                            while cursor.next().await?.is_some() {}
                        }
                    }
                    Ok::<_, sqloquent_core::Error>(())
                })
            })
            .collect();
        // Cuts off each task wherever it happens to be.
        for (i, task) in tasks.into_iter().enumerate() {
            if i % 3 == 0 {
                tokio::task::yield_now().await;
            }
            task.abort();
            if let Ok(ended) = task.await {
                ended.unwrap();
            }
        }
    }
    // Every connection can be had, and the write lock with it.
    for _ in 0..2 {
        let sessions = [(); 3].map(|()| pool.acquire(here()));
        let [a, b, c] = sessions;
        let (a, b, c) = tokio::join!(a, b, c);
        for session in [a, b, c] {
            let job = Ints::new(Plan::WRITE_TRANSACTION, [Statement::new("select 1", Vec::new())]);
            session.unwrap().run(job, here()).await.unwrap();
        }
    }
    let stats = pool.stats();
    assert_eq!((stats.in_use, stats.waiting, stats.open_transactions), (0, 0, 0));
    pool.close().await.unwrap();
}

#[tokio::test]
async fn pitfall_a11_a_transaction_rolled_back_by_a_trigger_is_dead() {
    let (_folder, pool) = notes(1).await;
    let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
    tx.run(write("insert into notes (n) values (1)"), here())
        .await
        .unwrap();
    tx.run(write("insert into notes (n) values (-1)"), here())
        .await
        .map(drop)
        .unwrap_err();
    let error = tx
        .run(write("insert into notes (n) values (2)"), here())
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionAborted);
    assert_eq!(
        tx.commit().await.unwrap_err().kind(),
        ErrorKind::TransactionAborted
    );
    assert_eq!(numbers(&pool, "select n from notes").await, [0_i64; 0]);
}

#[tokio::test]
async fn statements_do_what_they_say() {
    let (_folder, pool) = notes(2).await;
    let params = (0..100_i64).map(Into::into).collect();
    let many = Ints::new(
        Plan::WRITE_TRANSACTION,
        [Statement::repeated(INSERT, params, 100)],
    );
    assert_eq!(back(pool.run(many, here()).await.unwrap()).affected, 100);
    let twice = pool
        .run(write_with(INSERT, vec![7_i64.into()]), here())
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Unique);
    let returning = write("update notes set n = n + 1000 where n < 3 returning n");
    let updated = back(pool.run(returning, here()).await.unwrap());
    assert_eq!((updated.affected, updated.found), (3, vec![1000, 1001, 1002]));

    let read_only = pool.begin(TxOptions::new().read_only(), here()).await.unwrap();
    let refused = read_only
        .run(write("delete from notes"), here())
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ReadOnly);
    read_only.commit().await.unwrap();
    assert_eq!(
        back(pool.run(write("delete from notes"), here()).await.unwrap()).affected,
        100
    );
}

#[tokio::test]
async fn a_cursor_sees_one_state_and_does_not_run_ahead() {
    let (_folder, pool) = notes(2).await;
    let fill = "insert into notes (n) with recursive c(n) as (select 1 union all select n + 1 from c \
                limit 5000) select n from c";
    pool.run(write(fill), here()).await.unwrap();
    let mut cursor = pool
        .cursor(Ints::chunks("select n from notes", 100), here())
        .await
        .unwrap();
    let mut found = Vec::new();
    while let Some(chunk) = cursor.next().await.unwrap() {
        let chunk = chunk.downcast::<Vec<i64>>().unwrap();
        assert!(chunk.len() <= 100);
        found.extend(*chunk);
        if found.len() == 200 {
            pool.run(write("delete from notes"), here()).await.unwrap();
        }
    }
    assert_eq!(found, (1..=5_000).collect::<Vec<_>>());
}
