//! Statements that were seen to be short run on the caller's thread; those that turn out long do not stay there.

use sqloquent_core::{Backend, CallContext, Plan, Tried, TxOptions, Value};

use crate::support::*;

/// Counts to a number: the same text, as short or as long as the number says.
const COUNT: &str =
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select count(*) from n";

fn counting(to: i64) -> Box<Fixed> {
    one(Plan::READ, COUNT, vec![Value::Int(to)])
}

async fn run(db: &TestDb, to: i64) -> Box<Fixed> {
    match db.try_run(counting(to), CallContext::here()) {
        Tried::Done(done) => back(done.unwrap()),
        Tried::NotNow(job) => back(db.run(job, CallContext::here()).await.unwrap()),
    }
}

/// Runs the short form until it has been seen on the caller's thread.
async fn until_on_the_spot(db: &TestDb) {
    let before = db.stats().on_the_spot;
    for _ in 0..100_000 {
        assert_eq!(run(db, 3).await.rows, [[Value::Int(3)]]);
        if db.stats().on_the_spot > before {
            return;
        }
    }
    panic!("never on the spot: {:?}", db.stats());
}

#[tokio::test]
async fn a_read_that_was_short_several_times_runs_on_the_spot() {
    let db = TestDb::with_table().await;
    let before = db.stats();
    run(&db, 3).await;
    assert_eq!(db.stats().on_the_spot, before.on_the_spot, "nothing is known yet");
    until_on_the_spot(&db).await;
}

#[tokio::test]
async fn one_that_turns_out_long_is_stopped_and_begins_again_on_a_thread() {
    let db = TestDb::with_table().await;
    until_on_the_spot(&db).await;
    let before = db.stats();
    let job = run(&db, 300_000).await;
    assert_eq!(job.rows, [[Value::Int(300_000)]]);
    assert_eq!(db.stats().handed_over, before.handed_over + 1);
    // It is not tried on the spot again at once.
    let spot = db.stats().on_the_spot;
    run(&db, 300_000).await;
    assert_eq!(db.stats().on_the_spot, spot);
}

#[tokio::test]
async fn stopping_a_read_does_not_harm_the_transaction_that_it_runs_in() {
    let db = TestDb::with_table().await;
    until_on_the_spot(&db).await;
    let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
    let insert = one(
        Plan::WRITE_BY_KEY,
        "insert into t(n) values (?)",
        vec![Value::Int(1)],
    );
    tx.run(insert, CallContext::here()).await.unwrap();
    let job = match tx.try_run(counting(300_000), CallContext::here()) {
        Tried::Done(done) => back(done.unwrap()),
        Tried::NotNow(job) => back(tx.run(job, CallContext::here()).await.unwrap()),
    };
    assert_eq!(job.rows, [[Value::Int(300_000)]]);
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn a_write_by_key_that_sets_off_long_triggers_leaves_the_callers_thread() {
    let db = TestDb::with_table().await;
    write(
        &db,
        "create trigger slow after insert on t begin update t set n = (with recursive n(i) as (select 1 union all \
         select i + 1 from n where i < 100000) select count(*) from n) where id = new.id; end",
        vec![],
    )
    .await
    .unwrap();
    let mut handed_over = false;
    for i in 0..50 {
        let insert = one(
            Plan::WRITE_BY_KEY,
            "insert into t(n) values (?)",
            vec![Value::Int(i)],
        );
        handed_over |= match db.try_run(insert, CallContext::here()) {
            Tried::Done(done) => {
                done.unwrap();
                false
            }
            Tried::NotNow(job) => {
                let before = db.stats().handed_over;
                db.run(job, CallContext::here()).await.unwrap();
                db.stats().handed_over > before
            }
        };
    }
    assert!(handed_over, "{:?}", db.stats());
}
