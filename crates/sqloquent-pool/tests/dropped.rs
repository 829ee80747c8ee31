//! Dropped futures: no connection is lost, none is lent in the middle of something.
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

use std::{
    sync::atomic::Ordering::SeqCst,
    task::{Context, Poll, Waker},
};

use fake::{FakeDriver, World};
use jobs::{Ints, back, read, write};
use pollster::block_on;
use sqloquent_core::{Backend, CallContext, Plan, Result, Statement, TxOptions};
use sqloquent_pool::{Pool, PoolOptions};

#[track_caller]
fn here() -> CallContext {
    CallContext::here()
}

fn one() -> PoolOptions {
    PoolOptions::new().max_connections(1)
}

/// Polls a future so many times, then drops it.
fn drop_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    (0..polls).find_map(|_| match future.as_mut().poll(&mut cx) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// One of several uses of a pool.
async fn use_somehow(pool: &Pool<FakeDriver>, which: usize) -> Result<()> {
    let two = |plan| Ints::new(plan, ["a", "b"].map(|sql| Statement::new(sql, Vec::new())));
    match which {
        0 => drop(pool.run(read("rows 5"), here()).await?),
        1 => drop(pool.run(write("a"), here()).await?),
        2 => drop(pool.run(two(Plan::WRITE_TRANSACTION), here()).await?),
        3 => drop(pool.run(two(Plan::READ_SNAPSHOT), here()).await?),
        4 => {
            let tx = pool.begin(TxOptions::new(), here()).await?;
            tx.run(write("a"), here()).await?;
            tx.run(read("rows 3"), here()).await?;
            tx.commit().await?;
        }
        5 => {
            let tx = pool.begin(TxOptions::new(), here()).await?;
            tx.run(write("a"), here()).await?;
            tx.rollback().await?;
        }
        6 => {
            let session = pool.acquire(here()).await?;
            session.script("a".into(), here()).await?;
            session.run(two(Plan::WRITE_TRANSACTION), here()).await?;
        }
        _ => {
            let tx = pool.begin(TxOptions::new(), here()).await?;
            let mut cursor = tx.cursor(Ints::chunks("rows 9", 2), here()).await?;
            while cursor.next().await?.is_some() {}
        }
    }
    Ok(())
}

/// All connections can be had at once, and nothing is left open.
async fn all_is_well(pool: &Pool<FakeDriver>, world: &World) {
    let mut sessions = Vec::new();
    for _ in 0..pool.options().max_connections {
        // Taking them all waits for what is still being tidied up.
        sessions.push(pool.begin(TxOptions::new(), here()).await.unwrap());
    }
    for session in sessions {
        session.commit().await.unwrap();
    }
    assert_eq!(world.misused.load(SeqCst), 0);
    let stats = pool.stats();
    assert_eq!((stats.in_use, stats.waiting, stats.open_transactions), (0, 0, 0));
    assert_eq!((stats.connections, world.open.load(SeqCst)), (3, 3));
}

fn three() -> PoolOptions {
    PoolOptions::new().max_connections(3)
}

#[test]
fn pitfall_a6_dropped_anywhere_without_a_runtime() {
    let (pool, world) = fake::pool(three());
    for round in 0..2_000 {
        let polls = round / 8 % 40;
        drop_after(polls, use_somehow(&pool, round % 8))
            .transpose()
            .unwrap();
        let stats = pool.stats();
        assert_eq!((stats.in_use, stats.open_transactions), (0, 0), "round {round}");
    }
    block_on(all_is_well(&pool, &world));
}

#[cfg(feature = "tokio")]
#[test]
fn pitfall_a6_dropped_anywhere_in_a_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let (pool, world) = fake::pool(three());
    let pool = std::sync::Arc::new(pool);
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for round in 0..2_000 {
            let pool = std::sync::Arc::clone(&pool);
            tasks.push(tokio::spawn(async move {
                let mut future = Box::pin(use_somehow(&pool, round % 8));
                // Waits for its turn like any other; dropped after so many polls.
                let mut left = round / 8 % 40;
                std::future::poll_fn(|cx| {
                    if left == 0 {
                        return Poll::Ready(());
                    }
                    left -= 1;
                    future.as_mut().poll(cx).map(|result| result.unwrap())
                })
                .await;
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        all_is_well(&pool, &world).await;
    });
    // Dropped outside of any runtime, and with it on the way out.
    let session = runtime.block_on(pool.begin(TxOptions::new(), here())).unwrap();
    drop(runtime);
    drop(session);
    assert_eq!((pool.stats().in_use, pool.stats().open_transactions), (0, 0));
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn a_write_by_itself_completes() {
    let (pool, world) = fake::pool(one());
    pool.run(read("a"), here()).await.unwrap();
    world.take_log();
    // The connection is there: the second poll is inside the statement.
    assert!(drop_after(2, pool.run(write("w"), here())).is_none());
    pool.run(read("a"), here()).await.unwrap();
    assert_eq!(world.take_log(), ["w", "w done", "a", "a done"]);
    assert_eq!(world.connected.load(SeqCst), 1);
    // Not begun: never happens.
    let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
    assert!(drop_after(3, pool.run(write("x"), here())).is_none());
    tx.commit().await.unwrap();
    pool.run(read("a"), here()).await.unwrap();
    assert!(!world.take_log().contains(&"x".to_owned()));
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn a_read_stops_at_its_next_row() {
    let (pool, world) = fake::pool(one());
    let mut cursor = pool
        .cursor(Ints::chunks("rows 1000000", 2), here())
        .await
        .unwrap();
    cursor.next().await.unwrap();
    drop(cursor);
    pool.run(read("a"), here()).await.unwrap();
    assert_eq!(world.rows_poured.load(SeqCst), 3);
    assert_eq!(world.connected.load(SeqCst), 1);
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn a_commit_that_was_sent_completes() {
    let (pool, world) = fake::pool(one());
    let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
    world.take_log();
    assert!(drop_after(1, tx.commit()).is_none());
    pool.run(read("a"), here()).await.unwrap();
    assert_eq!(world.take_log()[..2], ["COMMIT", "COMMIT done"]);
    // A commit that nobody asked for twice is none: not polled, it is a drop.
    let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
    world.take_log();
    drop(tx.commit());
    pool.run(read("a"), here()).await.unwrap();
    assert_eq!(world.take_log()[0], "ROLLBACK");
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn a_dropped_transaction_is_rolled_back_by_the_runtime() {
    let (pool, world) = fake::pool(one());
    drop(pool.begin(TxOptions::new(), here()).await.unwrap());
    pool.run(read("a"), here()).await.unwrap();
    assert_eq!(world.take_log(), ["BEGIN", "ROLLBACK", "a", "a done"]);
    assert_eq!(pool.stats().rollbacks, 1);
}

#[test]
fn a_dropped_transaction_is_rolled_back_by_closing_without_a_runtime() {
    let (pool, world) = fake::pool(one());
    drop(block_on(pool.begin(TxOptions::new(), here())).unwrap());
    assert_eq!(world.take_log(), ["BEGIN", "closed 0"]);
    assert_eq!((pool.stats().rollbacks, pool.stats().open_transactions), (1, 0));
}

#[test]
fn a_dropped_call_on_a_session_is_brought_to_its_end_by_the_next() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        assert!(drop_after(2, tx.run(write("w"), here())).is_none());
        let rows = tx.run(read("rows 3"), here()).await.unwrap();
        assert_eq!(back(rows).found, [0, 1, 2]);
        assert!(drop_after(2, tx.run(write("x"), here())).is_none());
        tx.commit().await.unwrap();
    });
    let done = [
        "BEGIN",
        "w",
        "w done",
        "rows 3",
        "rows 3 done",
        "x",
        "x done",
        "COMMIT",
        "COMMIT done",
    ];
    assert_eq!(world.take_log(), done);
}

#[test]
fn pitfall_a9_a_cursor_left_early_leaves_the_transaction_usable() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        let mut cursor = tx.cursor(Ints::chunks("rows 1000000", 2), here()).await.unwrap();
        cursor.next().await.unwrap();
        drop(cursor);
        drop(tx.cursor(read("never polled"), here()).await.unwrap());
        tx.run(write("w"), here()).await.unwrap();
        tx.commit().await.unwrap();
    });
    assert_eq!(world.rows_poured.load(SeqCst), 3);
    assert_eq!(world.connected.load(SeqCst), 1);
    assert!(!world.take_log().contains(&"never polled".to_owned()));
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn a_session_dropped_in_the_middle_of_a_call_is_tidied_up() {
    let (pool, world) = fake::pool(one());
    let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
    assert!(drop_after(2, tx.run(write("w"), here())).is_none());
    drop(tx);
    let session = pool.acquire(here()).await.unwrap();
    assert_eq!(world.take_log(), ["BEGIN", "w", "w done", "ROLLBACK"]);
    // Without a transaction it is a write by itself, which completes however long it takes.
    assert!(drop_after(3, session.run(write("hold"), here())).is_none());
    drop(session);
    world.let_one_go();
    pool.run(read("a"), here()).await.unwrap();
    assert_eq!(world.take_log(), ["hold", "hold done", "a", "a done"]);
    assert_eq!((world.connected.load(SeqCst), world.misused.load(SeqCst)), (1, 0));
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn tidying_up_has_a_limit_past_which_the_connection_is_closed() {
    let (pool, world) = fake::pool(one().wind_down(std::time::Duration::from_millis(5)));
    assert!(drop_after(5, pool.run(read("hold"), here())).is_none());
    pool.run(read("a"), here()).await.unwrap();
    assert_eq!(world.take_log(), ["hold", "closed 0", "a", "a done"]);
    assert_eq!(world.connected.load(SeqCst), 2);
}
