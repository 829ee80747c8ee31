//! A timer beside the library's work. How late it is is printed, not judged: that depends on the machine.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by it; figures are printed"
)]
#![cfg(all(feature = "sqlite", feature = "derive"))]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq)]
struct Row {
    #[model(id)]
    id: i64,
    n: i64,
}

const TICK: Duration = Duration::from_millis(3);

/// The tests take turns, so that neither measures the other.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn database() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("timers.db").display()))
        .await
        .unwrap();
    db.create_tables::<(Row,)>().await.unwrap();
    Row::insert_many(&db, (0..1_000).map(Row::new)).await.unwrap();
    (folder, db)
}

/// Ticks until told to stop and gives how late each was.
async fn lateness(mut stop: impl FnMut(usize) -> bool) -> Vec<Duration> {
    let mut late = Vec::new();
    while !stop(late.len()) {
        let due = Instant::now() + TICK;
        tokio::time::sleep(TICK).await;
        late.push(Instant::now().saturating_duration_since(due));
    }
    late
}

fn report(beside: &str, mut late: Vec<Duration>) {
    late.sort_unstable();
    let at = |part: usize| late[(late.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!(
        "a timer beside {beside}: {} ticks, late by {:.2} ms (median), {:.2} ms (99 of 100), {:.2} ms (worst)",
        late.len(),
        at(50),
        at(99),
        at(100)
    );
}

/// On one thread with the work: reads and writes by key run on the thread of the timer.
#[tokio::test(flavor = "current_thread")]
async fn a_timer_fires_beside_work_on_the_spot() {
    let _turn = TURN.lock().await;
    let (_folder, db) = database().await;
    report("nothing", lateness(|ticks| ticks == 60).await);
    let (over, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let load: Vec<_> = (0..4_i64)
        .map(|task| {
            let (db, over, calls) = (db.clone(), Arc::clone(&over), Arc::clone(&calls));
            tokio::spawn(async move {
                let mut row = Row::find_required(&db, task + 1).await?;
                while !over.load(SeqCst) {
                    Row::find_required(&db, row.id).await?;
                    if task == 0 {
                        row.update(&db, |r| r.n += 1).await?;
                    }
                    calls.fetch_add(1, SeqCst);
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    let late = lateness(|ticks| ticks == 60).await;
    let during = calls.load(SeqCst);
    assert!(during > 0, "the load ran while the timer fired");
    over.store(true, SeqCst);
    for task in load {
        task.await.unwrap().unwrap();
    }
    assert!(db.stats().on_the_spot > 0);
    report(&format!("{during} calls on the spot"), late);
}

/// On one thread with the caller of a long query, which runs elsewhere.
#[tokio::test(flavor = "current_thread")]
async fn a_timer_fires_beside_a_long_query() {
    let _turn = TURN.lock().await;
    let (_folder, db) = database().await;
    // Grows until it takes half a second on this machine.
    let mut rows = 200_000_i64;
    let (late, took) = loop {
        let query = db.raw(
            "select count(*) from (with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) \
             select i from n)",
            (rows,),
        );
        let over = AtomicBool::new(false);
        let began = Instant::now();
        let long = async {
            let counted = query.scalar::<i64>().await;
            over.store(true, SeqCst);
            (counted, began.elapsed())
        };
        let (late, (counted, took)) = tokio::join!(lateness(|_| over.load(SeqCst)), long);
        assert_eq!(counted.unwrap(), rows);
        if took >= Duration::from_millis(500) {
            break (late, took);
        }
        rows *= 3;
    };
    assert!(late.len() > 1, "the timer fired while the query ran");
    report(&format!("a query of {} ms", took.as_millis()), late);
}
