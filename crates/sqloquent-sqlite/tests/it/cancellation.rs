//! Futures dropped at any point: reads stop, writes happen whole or not at all, nothing is held for ever.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::Poll,
    time::{Duration, Instant},
};

use sqloquent_core::{Backend, CallContext, ErrorKind, Flow, Plan, Statement, TxOptions, Value};

use crate::support::*;

const ENDLESS: &str =
    "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c";

/// A small generator, so that failures can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Polls a future so many times, spinning a little between, then drops it. The output if it came.
async fn poll_some<F: Future + Send>(future: F, polls: u64, spins: u64) -> Option<F::Output> {
    let mut future: Pin<Box<F>> = Box::pin(future);
    let mut left = polls;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => {
                for _ in 0..spins {
                    std::hint::spin_loop();
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a6_futures_dropped_anywhere_leave_nothing_behind() {
    let db = TestDb::with_table().await;
    write(&db, "create table pairs(x integer)", vec![]).await.unwrap();
    let mut tasks = Vec::new();
    for seed in 0..4_u64 {
        let db = Arc::clone(&db.db);
        tasks.push(tokio::spawn(async move {
            let mut dice = Dice(seed);
            let mut acknowledged = 0_i64;
            for _ in 0..700 {
                let (polls, spins) = (1 + dice.roll(4), dice.roll(4_000));
                let by_key = dice.roll(2) == 0;
                match dice.roll(6) {
                    0 => {
                        let plan = if by_key { Plan::WRITE_BY_KEY } else { Plan::WRITE };
                        let job = one(plan, "insert into t(n) values (1)", vec![]);
                        let done = poll_some(db.run(job, CallContext::here()), polls, spins).await;
                        acknowledged += i64::from(matches!(done, Some(Ok(_))));
                    }
                    1 => {
                        let x = || Statement::new("insert into pairs values (1)", vec![]);
                        let job = Fixed::new(Plan::WRITE_TRANSACTION, vec![x(), x()]);
                        poll_some(db.run(job, CallContext::here()), polls, spins).await;
                    }
                    2 => {
                        let plan = if by_key { Plan::READ_BY_KEY } else { Plan::READ };
                        let job = one(plan, "select count(*) from t", vec![]);
                        poll_some(db.run(job, CallContext::here()), polls, spins).await;
                    }
                    3 => {
                        poll_some(
                            db.run(one(Plan::READ, ENDLESS, vec![]), CallContext::here()),
                            polls,
                            spins,
                        )
                        .await;
                    }
                    4 => {
                        let all = one(Plan::READ, "select n from t", vec![]).chunks(10);
                        let reading = async {
                            let mut cursor = db.cursor(all, CallContext::here()).await.unwrap();
                            while cursor.next().await.unwrap().is_some() {}
                        };
                        poll_some(reading, polls, spins).await;
                    }
                    _ => {
                        let plan = if by_key { Plan::WRITE_BY_KEY } else { Plan::WRITE };
                        let transaction = async {
                            let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
                            for _ in 0..2 {
                                run_in(&*tx, plan, "insert into pairs values (1)", vec![])
                                    .await
                                    .unwrap();
                            }
                            tx.commit().await.unwrap();
                        };
                        poll_some(transaction, 2 * polls, spins).await;
                    }
                }
            }
            acknowledged
        }));
    }
    let mut acknowledged = 0;
    for task in tasks {
        acknowledged += task.await.unwrap();
    }
    at_rest(&db).await;
    assert!(count(&db).await >= acknowledged);
    let pairs = number(&read(&db, "select count(*) from pairs", vec![]).await.unwrap());
    assert_eq!(pairs % 2, 0, "a transaction was half done");
    assert!(db.stats().connections <= 4);
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupt_never_hits_the_next_job() {
    let db = TestDb::with(|o| o.readers(1).threads(1));
    create(&db).await;
    let mut dice = Dice(1);
    for i in 0..1_500 {
        let endless = db.run(one(Plan::READ, ENDLESS, vec![]), CallContext::here());
        assert!(poll_some(endless, 1, dice.roll(8_000)).await.is_none());
        // The same connection, right behind the interrupted statement.
        let rows = read(&db, "select count(*) from t", vec![]).await;
        assert!(rows.is_ok(), "{i}: {rows:?}");
    }
    at_rest(&db).await;
}

#[tokio::test]
async fn a_read_past_its_deadline_is_interrupted_and_a_write_that_has_begun_is_not() {
    let db = TestDb::with_table().await;
    let soon = || CallContext::here().with_deadline(Some(Instant::now() + Duration::from_millis(15)));
    let late = db.run(one(Plan::READ, ENDLESS, vec![]), soon()).await.map(|_| ());
    assert_eq!(kind(late), ErrorKind::Timeout);
    // A write is held in the middle until its deadline has passed.
    let job = one(Plan::WRITE, "insert into t(n) values (1) returning id", vec![]).on_row(|_, _| {
        std::thread::sleep(Duration::from_millis(40));
        Ok(Flow::Continue)
    });
    assert!(db.run(job, soon()).await.is_ok());
    assert_eq!(count(&db).await, 1);
    let past = CallContext::here().with_deadline(Some(Instant::now()));
    for plan in [Plan::WRITE, Plan::WRITE_BY_KEY] {
        let none = db
            .run(one(plan, "insert into t(n) values (2)", vec![]), past)
            .await
            .map(|_| ());
        assert_eq!(kind(none), ErrorKind::Timeout);
    }
    assert_eq!(count(&db).await, 1);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_session_dropped_while_its_statement_runs_is_rolled_back() {
    let db = TestDb::with_table().await;
    let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
    run_in(&*tx, Plan::WRITE, "insert into t(n) values (1)", vec![])
        .await
        .unwrap();
    let (began, go_on) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let job = one(Plan::WRITE, "insert into t(n) values (2) returning id", vec![]).on_row({
        let (began, go_on) = (began.clone(), go_on.clone());
        move |_, _| {
            began.store(true, SeqCst);
            while !go_on.load(SeqCst) {
                std::thread::yield_now();
            }
            Ok(Flow::Continue)
        }
    });
    {
        let mut running = tx.run(job, CallContext::here());
        let running_until_begun = poll_fn(|cx| {
            assert!(running.as_mut().poll(cx).is_pending());
            cx.waker().wake_by_ref();
            if began.load(SeqCst) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        running_until_begun.await;
    }
    drop(tx);
    assert_eq!(db.stats().in_use, 1, "the statement still has the connection");
    go_on.store(true, SeqCst);
    write(&db, "insert into t(n) values (3)", vec![]).await.unwrap();
    let rows = read(&db, "select n from t", vec![]).await.unwrap();
    assert_eq!(rows, [[Value::Int(3)]]);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_commit_once_sent_completes() {
    let db = TestDb::with(|o| o.on_the_spot(false));
    create(&db).await;
    for i in 1..=50 {
        let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
        run_in(&*tx, Plan::WRITE, "insert into t(n) values (1)", vec![])
            .await
            .unwrap();
        poll_some(tx.commit(), 1, 0).await;
        // A write stands in line behind the commit.
        write(&db, "update t set n = n", vec![]).await.unwrap();
        assert_eq!(count(&db).await, i);
    }
    at_rest(&db).await;
}
