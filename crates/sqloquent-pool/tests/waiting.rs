//! Waiting: in turn, not for ever, and knowing for whom.
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
    sync::{Arc, atomic::Ordering::SeqCst},
    time::{Duration, Instant},
};

use jobs::{Ints, read, write};
use pollster::block_on;
use sqloquent_core::{Backend, CallContext, Error, ErrorKind, TxOptions};
use sqloquent_pool::{Pool, PoolOptions};

#[track_caller]
fn here() -> CallContext {
    CallContext::here()
}

fn one() -> PoolOptions {
    PoolOptions::new().max_connections(1)
}

/// A call that may not wait at all.
fn at_once() -> CallContext {
    here().with_deadline(Some(Instant::now()))
}

fn kind<T>(result: Result<T, Error>) -> ErrorKind {
    result.map(drop).unwrap_err().kind()
}

#[test]
fn pitfall_a7_a_wait_in_vain_names_the_holders() {
    let (pool, _) = fake::pool(PoolOptions::new().max_connections(2));
    block_on(async {
        let line = line!() + 1;
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        let session = pool.acquire(here()).await.unwrap();
        let error = pool.run(read("a"), at_once()).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let text = error.to_string();
        assert!(
            text.contains("one of 2 connections to fake:; 2 are held"),
            "{text}"
        );
        assert!(
            text.contains(&format!("a transaction from {}:{line}:", file!())),
            "{text}"
        );
        assert!(text.contains("an acquired connection from"), "{text}");
        assert_eq!((pool.stats().timeouts, pool.stats().waiting), (1, 0));
        drop((tx, session));
    });
}

#[test]
fn every_wait_has_a_limit_of_its_own() {
    let (pool, world) = fake::pool(one().wait_timeout(Duration::from_millis(5)));
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        assert_eq!(kind(pool.run(read("a"), here()).await), ErrorKind::Timeout);
        drop(tx);
    });
    let (pool, _) = fake::pool(one().connect_timeout(Duration::from_millis(5)));
    drop(world);
    block_on(pool.run(read("a"), here())).unwrap();
    let (pool, world) = fake::pool(one().connect_timeout(Duration::from_millis(5)));
    world.no_connections.store(true, SeqCst);
    let error = block_on(pool.run(read("a"), here())).map(drop).unwrap_err();
    assert!(
        error.to_string().contains("for a new connection to fake:"),
        "{error}"
    );
    world.no_connections.store(false, SeqCst);
    block_on(pool.run(read("a"), here())).unwrap();
}

#[test]
fn a_deadline_ends_a_statement_and_a_transaction() {
    let (pool, world) = fake::pool(one());
    let soon = || Some(Instant::now() + Duration::from_millis(5));
    block_on(async {
        let error = pool.run(write("hold"), here().with_deadline(soon())).await;
        assert_eq!(kind(error), ErrorKind::Timeout);
        // There is no runtime to let it finish, so the connection was closed.
        assert_eq!((world.open.load(SeqCst), pool.stats().in_use), (0, 0));

        // Long enough to begin on any machine; the call after it waits in vain however long it is.
        let options = TxOptions::new().timeout(Duration::from_millis(300));
        let tx = pool.begin(options, here()).await.unwrap();
        assert_eq!(kind(tx.run(write("hold"), here()).await), ErrorKind::Timeout);
        assert_eq!(kind(tx.commit().await), ErrorKind::Timeout);
        assert!(!world.take_log().contains(&"COMMIT".to_owned()));
        assert_eq!(pool.stats().open_transactions, 0);
    });
}

#[tokio::test]
async fn connections_are_lent_in_the_order_of_asking() {
    let (pool, world) = fake::pool(one());
    let pool = Arc::new(pool);
    let spawn = |sql| {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.run(write(sql), here()).await.map(drop) })
    };
    let mut calls = vec![spawn("hold")];
    world.held().await;
    for (i, sql) in ["a", "b", "c", "d"].into_iter().enumerate() {
        calls.push(spawn(sql));
        // The next one asks when this one waits.
        while pool.stats().waiting <= i {
            tokio::task::yield_now().await;
        }
    }
    // One who gives up loses only its own place.
    calls.remove(2).abort();
    world.let_one_go();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let done = ["hold", "hold done", "a", "a done", "c", "c done", "d", "d done"];
    assert_eq!(world.take_log(), done);
}

#[test]
fn calls_on_a_session_run_one_after_the_other() {
    let (pool, world) = fake::pool(one());
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        world.let_one_go();
        // `join!` polls in order: the first one asks first.
        let (a, b, c) = tokio::join!(
            tx.run(write("hold"), here()),
            tx.run(write("b"), here()),
            tx.run(read("c"), here())
        );
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        tx.commit().await.unwrap();
    });
    let done = [
        "BEGIN",
        "hold",
        "hold done",
        "b",
        "b done",
        "c",
        "c done",
        "COMMIT",
        "COMMIT done",
    ];
    assert_eq!(world.take_log(), done);
    assert_eq!(world.misused.load(SeqCst), 0);
}

#[test]
fn a_wait_for_a_session_names_the_call_that_holds_it() {
    let (pool, _) = fake::pool(one());
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        let line = line!() + 1;
        let mut cursor = tx.cursor(Ints::chunks("rows 10", 4), here()).await.unwrap();
        cursor.next().await.unwrap();
        let error = tx.run(write("a"), at_once()).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let place = format!("in use by a call from {}:{line}:", file!());
        assert!(error.to_string().contains(&place), "{error}");
        drop(cursor);
        tx.run(write("a"), here()).await.unwrap();
        tx.commit().await.unwrap();
    });
}

#[tokio::test]
async fn close_waits_for_work_under_way() {
    let (pool, world) = fake::pool(PoolOptions::new().max_connections(2));
    let pool = Arc::new(pool);
    pool.run(read("a"), here()).await.unwrap();
    let held = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move { pool.run(write("hold"), here()).await.map(drop) }
    });
    world.held().await;
    let mut close = pool.close();
    assert!(
        futures_now(&mut close).is_none(),
        "somebody still holds a connection"
    );
    assert_eq!(kind(pool.run(read("b"), here()).await), ErrorKind::Closed);
    assert_eq!(
        kind(pool.begin(TxOptions::new(), here()).await),
        ErrorKind::Closed
    );
    world.let_one_go();
    close.await.unwrap();
    held.await.unwrap().unwrap();
    assert_eq!((world.open.load(SeqCst), pool.stats().connections), (0, 0));
    pool.close().await.unwrap();
}

#[test]
fn close_does_not_wait_for_ever() {
    let (pool, _) = fake::pool(one().wait_timeout(Duration::from_millis(5)));
    block_on(async {
        let tx = pool.begin(TxOptions::new(), here()).await.unwrap();
        let error = pool.close().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(
            error.to_string().contains("1 is held: by a transaction from"),
            "{error}"
        );
        drop(tx);
        pool.close().await.unwrap();
    });
}

#[test]
fn an_idle_connection_past_its_age_is_replaced() {
    let (pool, world) = fake::pool(one().max_lifetime(Duration::ZERO));
    for _ in 0..3 {
        block_on(pool.run(read("a"), here())).unwrap();
    }
    assert_eq!((world.connected.load(SeqCst), world.open.load(SeqCst)), (3, 1));
    let (pool, world) = fake::pool(one().max_idle(Duration::ZERO));
    for _ in 0..3 {
        block_on(pool.run(read("a"), here())).unwrap();
    }
    assert_eq!((world.connected.load(SeqCst), world.open.load(SeqCst)), (3, 1));
}

#[test]
fn the_options_are_looked_at() {
    let (pool, _) = fake::pool(one());
    assert!(pool.single_connection());
    assert_eq!(pool.describe(), "fake:");
    struct Never;
    impl sqloquent_core::Driver for Never {
        type Connection = fake::FakeConnection;
        fn dialect(&self) -> sqloquent_core::Dialect {
            sqloquent_core::Dialect::SQLITE
        }
        fn describe(&self) -> String {
            "never:".into()
        }
        async fn connect(&self) -> Result<Self::Connection, Error> {
            Err(Error::new(ErrorKind::Connection, "nobody there"))
        }
    }
    let none = Pool::new(Never, PoolOptions::new().max_connections(0));
    assert_eq!(kind(none), ErrorKind::Configuration);
    assert_eq!(
        kind(block_on(Pool::connect(Never, PoolOptions::new()))),
        ErrorKind::Connection
    );
}

/// Polls once.
fn futures_now<T>(future: &mut sqloquent_core::BoxFuture<'_, T>) -> Option<T> {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut cx) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}
