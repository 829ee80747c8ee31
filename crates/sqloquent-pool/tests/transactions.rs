//! Transactions: what is sent, and what becomes of those that fail.
// The lint's own exception covers test functions but not their helpers.
#![allow(clippy::unwrap_used)]

#[path = "support/fake.rs"]
#[allow(
    dead_code,
    reason = "shared by several test programs, each of which uses a part"
)]
mod fake;
#[path = "support/jobs.rs"]
#[allow(
    dead_code,
    reason = "shared by several test programs, each of which uses a part"
)]
mod jobs;

use std::sync::atomic::Ordering::SeqCst;

use jobs::{Ints, back, read, write};
use pollster::block_on;
use sqloquent_core::{Backend, CallContext, ErrorKind, Job, Plan, Statement, TxOptions, Value};
use sqloquent_pool::PoolOptions;

#[track_caller]
fn here() -> CallContext {
    CallContext::here()
}

fn one() -> PoolOptions {
    PoolOptions::new().max_connections(1)
}

fn statements<const N: usize>(sql: [&'static str; N]) -> [Statement; N] {
    sql.map(|sql| Statement::new(sql, Vec::new()))
}

#[test]
fn a_job_that_asks_for_it_runs_in_a_transaction_of_its_own() {
    let (pool, world) = fake::pool(one());
    let job = Ints::new(Plan::WRITE_TRANSACTION, statements(["a", "b"]));
    block_on(pool.run(job, here())).unwrap();
    assert_eq!(
        world.take_log(),
        ["BEGIN", "a", "a done", "b", "b done", "COMMIT", "COMMIT done"]
    );

    let job = Ints::new(Plan::WRITE_TRANSACTION, statements(["a", "fail", "b"]));
    let error = block_on(pool.run(job, here())).map(drop).unwrap_err();
    assert_eq!((error.kind(), error.sql()), (ErrorKind::Check, Some("fail")));
    assert_eq!(world.take_log(), ["BEGIN", "a", "a done", "fail", "ROLLBACK"]);
    assert_eq!((pool.stats().commits, pool.stats().rollbacks), (1, 1));
}

#[test]
fn a_snapshot_is_read_only_where_the_driver_has_that() {
    let (pool, world) = fake::pool(one());
    let job = || Ints::new(Plan::READ_SNAPSHOT, statements(["a"]));
    block_on(pool.run(job(), here())).unwrap();
    assert_eq!(world.take_log()[0], "BEGIN read only");
    world.plain_only.store(true, SeqCst);
    for _ in 0..2 {
        block_on(pool.run(job(), here())).unwrap();
        assert_eq!(
            world.take_log(),
            ["BEGIN", "a", "a done", "COMMIT", "COMMIT done"]
        );
    }
    let asked = TxOptions::new().read_only();
    let error = block_on(pool.begin(asked, here())).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(world.connected.load(SeqCst), 1);
}

#[test]
fn pitfall_a11_a_dead_transaction_refuses_all_that_follows() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.run(write("a"), here()).await.unwrap();
        let error = tx.run(write("die"), here()).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DiskFull);
        let aborted = |error: sqloquent_core::Error| assert_eq!(error.kind(), ErrorKind::TransactionAborted);
        world.take_log();
        aborted(tx.run(write("b"), here()).await.map(drop).unwrap_err());
        aborted(tx.script("c".into(), here()).await.unwrap_err());
        assert_eq!(pool.stats().open_transactions, 0);
        aborted(tx.commit().await.unwrap_err());
        assert!(world.take_log().is_empty(), "nothing more is sent");
        // The connection is at rest and used again.
        pool.run(write("d"), here()).await.unwrap();

        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.run(write("die"), here()).await.map(drop).unwrap_err();
        tx.rollback().await.unwrap();
    });
    assert_eq!(world.connected.load(SeqCst), 1);
}

#[test]
fn an_error_that_leaves_the_transaction_open_leaves_it_usable() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.run(write("fail"), here()).await.map(drop).unwrap_err();
        tx.run(write("a"), here()).await.unwrap();
        assert_eq!(pool.stats().open_transactions, 1);
        tx.commit().await.unwrap();
        assert_eq!(pool.stats().open_transactions, 0);

        world.commit_fails.store(true, SeqCst);
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        world.take_log();
        assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Busy);
        assert_eq!(world.take_log(), ["COMMIT", "ROLLBACK"]);
        assert_eq!((pool.stats().in_use, pool.stats().open_transactions), (0, 0));
    });
}

#[test]
fn a_broken_connection_is_thrown_away_and_its_transaction_with_it() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let error = pool.run(read("break"), here()).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!(world.open.load(SeqCst), 0);

        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.run(write("break"), here()).await.map(drop).unwrap_err();
        let error = tx.run(write("a"), here()).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionAborted);
        drop(tx);
        pool.run(read("a"), here()).await.unwrap();
    });
    assert_eq!((world.connected.load(SeqCst), world.misused.load(SeqCst)), (3, 0));
    assert_eq!((pool.stats().connections, pool.stats().open_transactions), (1, 0));
}

#[test]
fn a_panic_while_decoding_is_an_error_and_costs_no_connection() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let error = pool
            .run(read("rows 3").panicking(), here())
            .await
            .map(drop)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Panic);
        assert!(error.to_string().contains("this decoder gives up"), "{error}");
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.run(read("rows 3").panicking(), here())
            .await
            .map(drop)
            .unwrap_err();
        tx.commit().await.unwrap();
        assert_eq!(world.connected.load(SeqCst), 1);

        // A panic of the driver itself is an error too, but its connection is not trusted any more.
        let error = pool.run(read("panic"), here()).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Panic);
        pool.run(read("a"), here()).await.unwrap();
        assert_eq!(world.connected.load(SeqCst), 2);
    });
}

#[test]
fn a_transaction_begun_by_hand_does_not_outlive_the_acquired_connection() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let session = pool.acquire(here()).await.unwrap();
        session.script("BEGIN".into(), here()).await.unwrap();
        session.commit().await.unwrap();
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.rollback().await.unwrap();
    });
    assert_eq!(world.misused.load(SeqCst), 0);
}

#[test]
fn a_statement_of_many_sets_runs_once_for_each() {
    let (pool, world) = fake::pool(one());
    let params = (0..6).map(Value::Int).collect();
    let job = Ints::new(Plan::WRITE, [Statement::repeated("a", params, 3)]);
    let job: Box<dyn Job> = block_on(pool.run(job, here())).unwrap();
    assert_eq!(back(job).affected, 3);
    assert_eq!(world.take_log(), ["a", "a", "a"]);
}

#[test]
fn many_sets_are_all_or_none_in_a_transaction_that_goes_on() {
    let (pool, world) = fake::pool(one());
    let sets = |sql: &'static str| {
        let sets = Statement::repeated(sql, (0..2).map(Value::Int).collect(), 2);
        Ints::new(Plan::WRITE_TRANSACTION, [sets])
    };
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.run(sets("a"), here()).await.unwrap();
        let kept = [
            "BEGIN",
            "SAVEPOINT sqloquent_sets",
            "a",
            "a",
            "RELEASE SAVEPOINT sqloquent_sets",
        ];
        assert_eq!(world.take_log(), kept);
        let error = tx.run(sets("fail"), here()).await.map(drop).unwrap_err();
        assert_eq!((error.kind(), error.sql()), (ErrorKind::Check, Some("fail")));
        let undone = [
            "SAVEPOINT sqloquent_sets",
            "fail",
            "ROLLBACK TO SAVEPOINT sqloquent_sets",
            "RELEASE SAVEPOINT sqloquent_sets",
        ];
        assert_eq!(world.take_log(), undone);
        tx.commit().await.unwrap();
        world.take_log();
        // Where the transaction is the job's own, all of it is undone.
        pool.run(sets("fail"), here()).await.map(drop).unwrap_err();
        assert_eq!(world.take_log(), ["BEGIN", "fail", "ROLLBACK"]);
    });
}

#[test]
fn a_job_that_asks_is_told_of_each_set() {
    let (pool, world) = fake::pool(one());
    let params = (0..6).map(Value::Int).collect();
    let told = Statement::repeated("a", params, 3).per_set();
    let once = Statement::new("b", vec![Value::Int(1)]).per_set();
    let job = Ints::new(Plan::WRITE, [told, once]);
    let job = back(block_on(pool.run(job, here())).unwrap());
    assert_eq!((job.sets.len(), job.affected), (4, job.sets.iter().sum()));
    assert_eq!(world.take_log(), ["a", "a", "a", "b", "b done"]);
}

#[test]
fn a_cursor_takes_no_more_than_a_chunk_at_a_time() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let mut cursor = pool.cursor(Ints::chunks("rows 10", 4), here()).await.unwrap();
        let mut found = Vec::new();
        while let Some(chunk) = cursor.next().await.unwrap() {
            found.extend(*chunk.downcast::<Vec<i64>>().unwrap());
            assert_eq!(world.rows_poured.load(SeqCst), found.len());
        }
        assert_eq!(found, (0..10).collect::<Vec<_>>());
        assert!(cursor.next().await.unwrap().is_none());
        assert_eq!(
            pool.stats().in_use,
            0,
            "the connection is free at the end of the rows"
        );
    });
}

#[test]
fn where_nobody_knows_whether_a_transaction_is_open_the_connection_is_closed() {
    let (pool, world) = fake::pool(one());
    world.ignorant.store(true, SeqCst);
    block_on(async {
        // What the pool began and ended it knows of itself.
        let job = Ints::new(Plan::WRITE_TRANSACTION, statements(["a", "fail"]));
        pool.run(job, here()).await.map(drop).unwrap_err();
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        tx.run(write("fail"), here()).await.map(drop).unwrap_err();
        tx.commit().await.unwrap();
        assert_eq!(world.connected.load(SeqCst), 1);

        let session = pool.acquire(here()).await.unwrap();
        session.script("BEGIN".into(), here()).await.unwrap();
        session.commit().await.unwrap();
        pool.begin(TxOptions::new(), here())
            .await
            .unwrap()
            .commit()
            .await
            .unwrap();
    });
    assert_eq!((world.connected.load(SeqCst), world.misused.load(SeqCst)), (2, 0));
}
