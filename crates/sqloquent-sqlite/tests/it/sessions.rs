//! Transactions and acquired connections.

use std::time::Duration;

use sqloquent_core::{Backend, CallContext, ErrorKind, Isolation, Plan, Session, Tried, TxOptions, Value};
use sqloquent_sqlite::{SqliteBackend, SqliteOptions, SqliteSession};

use crate::support::*;

const INSERT: &str = "insert into t(n) values (1)";

async fn begin(db: &SqliteBackend, options: TxOptions) -> Box<dyn Session> {
    db.begin(options, CallContext::here()).await.unwrap()
}

#[tokio::test]
async fn commit_keeps_and_everything_else_takes_back() {
    for plan in [Plan::WRITE, Plan::WRITE_BY_KEY] {
        let db = TestDb::with_table().await;
        let tx = begin(&db, TxOptions::new()).await;
        run_in(&*tx, plan, INSERT, vec![]).await.unwrap();
        assert_eq!(db.stats().open_transactions, 1);
        assert_eq!(count(&db).await, 0);
        tx.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
        let tx = begin(&db, TxOptions::new()).await;
        run_in(&*tx, plan, INSERT, vec![]).await.unwrap();
        tx.rollback().await.unwrap();
        let tx = begin(
            &db,
            TxOptions::new().deferred().isolation(Isolation::Serializable),
        )
        .await;
        run_in(&*tx, plan, INSERT, vec![]).await.unwrap();
        drop(tx);
        assert_eq!(count(&db).await, 1);
        assert_eq!((db.stats().commits, db.stats().rollbacks), (1, 2));
        at_rest(&db).await;
    }
}

#[tokio::test]
async fn read_only_transactions_run_beside_the_writer_and_refuse_writes() {
    for memory in [false, true] {
        let file = TestDb::new();
        let db = if memory {
            SqliteBackend::open(SqliteOptions::memory()).await.unwrap()
        } else {
            file.db.clone()
        };
        create(&db).await;
        let reading = begin(&db, TxOptions::new().read_only()).await;
        let seen = run_in(&*reading, Plan::READ, "select count(*) from t", vec![])
            .await
            .unwrap();
        assert_eq!(number(&seen.rows), 0);
        if !memory {
            write(&db, INSERT, vec![]).await.unwrap();
            let seen = run_in(&*reading, Plan::READ, "select count(*) from t", vec![])
                .await
                .unwrap();
            assert_eq!(number(&seen.rows), 0, "a transaction sees one state");
        }
        let refused = run_in(&*reading, Plan::WRITE, INSERT, vec![]).await.map(|_| ());
        assert_eq!(kind(refused), ErrorKind::ReadOnly);
        reading.commit().await.unwrap();
        write(&db, INSERT, vec![]).await.unwrap();
        at_rest(&db).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_on_one_session_queue_up() {
    let db = TestDb::with_table().await;
    let tx = begin(&db, TxOptions::new()).await;
    let calls = (0..50).map(|i| {
        let plan = if i % 3 == 0 {
            Plan::WRITE_BY_KEY
        } else {
            Plan::WRITE
        };
        run_in(&*tx, plan, INSERT, vec![])
    });
    for done in futures_util::future::join_all(calls).await {
        done.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 50);
    at_rest(&db).await;
}

#[tokio::test]
async fn a11_a_transaction_that_ended_inside_sqlite_is_dead() {
    for plan in [Plan::WRITE, Plan::WRITE_BY_KEY] {
        let db = TestDb::with_table().await;
        write(
            &db,
            "create trigger no_nines before insert on t when new.n = 9 begin select raise(rollback, 'no nines'); end",
            vec![],
        )
        .await
        .unwrap();
        let tx = begin(&db, TxOptions::new()).await;
        run_in(&*tx, plan, INSERT, vec![]).await.unwrap();
        let nine = run_in(&*tx, plan, "insert into t(n) values (9)", vec![])
            .await
            .map(|_| ());
        assert!(nine.unwrap_err().message().contains("no nines"));
        let next = run_in(&*tx, plan, INSERT, vec![]).await.map(|_| ()).unwrap_err();
        assert_eq!(next.kind(), ErrorKind::TransactionAborted);
        assert!(next.message().contains("no nines"), "{next}");
        assert_eq!(
            kind(tx.script(INSERT.into(), CallContext::here()).await),
            ErrorKind::TransactionAborted
        );
        assert_eq!(kind(tx.commit().await), ErrorKind::TransactionAborted);
        assert_eq!(count(&db).await, 0);
        at_rest(&db).await;
    }
}

#[tokio::test]
async fn a11_a_full_disk_ends_the_transaction() {
    let db = TestDb::with_table().await;
    db.with_raw(CallContext::here(), |raw| {
        raw.execute_batch("pragma max_page_count = 20; pragma cache_size = 5")
    })
    .await
    .unwrap()
    .unwrap();
    let tx = begin(&db, TxOptions::new()).await;
    let fill = "insert into t(n) select 1 from (with recursive c(x) as (select 1 union all select x + 1 from c \
                where x < 100000) select x from c)";
    let full = run_in(&*tx, Plan::WRITE, fill, vec![]).await.map(|_| ());
    assert_eq!(kind(full), ErrorKind::DiskFull);
    // SQLite keeps or ends the transaction as it sees fit; either way nothing half done is committed unnoticed.
    match run_in(&*tx, Plan::WRITE, INSERT, vec![]).await.map(|_| ()) {
        Ok(()) => tx.commit().await.unwrap(),
        Err(e) => {
            assert_eq!(e.kind(), ErrorKind::TransactionAborted);
            assert_eq!(kind(tx.commit().await), ErrorKind::TransactionAborted);
        }
    }
    assert!(count(&db).await <= 1);
    at_rest(&db).await;
}

#[tokio::test]
async fn ending_the_transaction_by_text_is_noticed() {
    let db = TestDb::with_table().await;
    let tx = begin(&db, TxOptions::new()).await;
    run_in(&*tx, Plan::WRITE, "rollback", vec![]).await.unwrap();
    assert_eq!(
        kind(run_in(&*tx, Plan::WRITE, INSERT, vec![]).await.map(|_| ())),
        ErrorKind::TransactionAborted
    );
    assert_eq!(kind(tx.commit().await), ErrorKind::TransactionAborted);
    let tx = begin(&db, TxOptions::new()).await;
    tx.script(format!("{INSERT}; commit; {INSERT}"), CallContext::here())
        .await
        .unwrap();
    assert_eq!(kind(tx.commit().await), ErrorKind::TransactionAborted);
    assert_eq!(kind(write(&db, "begin", vec![]).await), ErrorKind::InvalidQuery);
    at_rest(&db).await;
}

#[tokio::test]
async fn an_acquired_connection_comes_back_clean() {
    let db = TestDb::with_table().await;
    let session = db.acquire(CallContext::here()).await.unwrap();
    run_in(&*session, Plan::WRITE, "create temp table mine(x)", vec![])
        .await
        .unwrap();
    run_in(
        &*session,
        Plan::WRITE_TRANSACTION,
        "insert into mine values (1)",
        vec![],
    )
    .await
    .unwrap();
    run_in(&*session, Plan::WRITE, INSERT, vec![]).await.unwrap();
    run_in(&*session, Plan::WRITE, "begin", vec![]).await.unwrap();
    run_in(&*session, Plan::WRITE_TRANSACTION, INSERT, vec![])
        .await
        .unwrap();
    session.commit().await.unwrap();
    assert_eq!(count(&db).await, 1, "the transaction left open was rolled back");
    at_rest(&db).await;
}

#[tokio::test]
async fn waiting_ends_with_an_error_that_names_the_holder() {
    let db = TestDb::with(|o| o.wait_timeout(Duration::from_millis(30)));
    create(&db).await;
    let tx = begin(&db, TxOptions::new()).await;
    let error = write(&db, INSERT, vec![]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("sessions.rs"), "{error}");
    let cx = CallContext::here().with_deadline(Some(std::time::Instant::now()));
    let late = db.run(one(Plan::WRITE, INSERT, vec![]), cx).await.map(|_| ());
    assert_eq!(kind(late), ErrorKind::Timeout);
    assert_eq!(db.stats().timeouts, 2);
    drop(tx);
    write(&db, INSERT, vec![]).await.unwrap();
    at_rest(&db).await;
}

#[tokio::test]
async fn a_transaction_past_its_time_gives_way_to_others() {
    let db = TestDb::with_table().await;
    let tx = begin(&db, TxOptions::new().timeout(Duration::from_millis(20))).await;
    run_in(&*tx, Plan::WRITE_BY_KEY, INSERT, vec![]).await.unwrap();
    // Waits until the sleeping transaction is thrown out.
    write(&db, "insert into t(n) values (2)", vec![]).await.unwrap();
    assert_eq!(
        kind(run_in(&*tx, Plan::WRITE, INSERT, vec![]).await.map(|_| ())),
        ErrorKind::Timeout
    );
    assert_eq!(kind(tx.commit().await), ErrorKind::Timeout);
    assert_eq!(count(&db).await, 1);
    // One whose statement runs when the time is up.
    let tx = begin(&db, TxOptions::new().timeout(Duration::from_millis(20))).await;
    let endless =
        "with recursive c(x) as (select 1 union all select x + 1 from c) insert into t(n) select x from c";
    assert_eq!(
        kind(run_in(&*tx, Plan::WRITE, endless, vec![]).await.map(|_| ())),
        ErrorKind::Timeout
    );
    drop(tx);
    assert_eq!(count(&db).await, 1);
    at_rest(&db).await;
}

#[tokio::test]
async fn the_raw_connection_is_lent_and_comes_back() {
    let db = TestDb::with_table().await;
    let left_open = db
        .with_raw(CallContext::here(), |raw| {
            raw.execute_batch("begin; insert into t(n) values (1)")
        })
        .await;
    left_open.unwrap().unwrap();
    assert_eq!(count(&db).await, 0);
    let panicked = db.with_raw(CallContext::here(), |_| panic!("on purpose")).await;
    assert_eq!(kind(panicked), ErrorKind::Panic);
    let tx = begin(&db, TxOptions::new()).await;
    let raw = tx.as_any().downcast_ref::<SqliteSession>().unwrap();
    let n = raw
        .with_raw(CallContext::here(), |raw| raw.execute(INSERT, []))
        .await
        .unwrap();
    assert_eq!(n.unwrap(), 1);
    raw.with_raw(CallContext::here(), |raw| raw.execute_batch("commit"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kind(tx.commit().await), ErrorKind::TransactionAborted);
    at_rest(&db).await;
}

#[tokio::test]
async fn foreign_keys_checked_at_commit_fail_the_commit() {
    let db = TestDb::with_table().await;
    write(
        &db,
        "create table child(t_id integer references t(id) deferrable initially deferred)",
        vec![],
    )
    .await
    .unwrap();
    for plan in [Plan::WRITE, Plan::WRITE_BY_KEY] {
        let tx = begin(&db, TxOptions::new()).await;
        run_in(&*tx, plan, "insert into child values (99)", vec![])
            .await
            .unwrap();
        assert_eq!(kind(tx.commit().await), ErrorKind::ForeignKey);
    }
    let job = one(Plan::WRITE_TRANSACTION, "insert into child values (99)", vec![]);
    assert_eq!(
        kind(db.run(job, CallContext::here()).await.map(|_| ())),
        ErrorKind::ForeignKey
    );
    at_rest(&db).await;
}

#[tokio::test]
async fn try_run_in_a_session_runs_short_statements_only() {
    let db = TestDb::with_table().await;
    let tx = begin(&db, TxOptions::new()).await;
    let find = || {
        one(
            Plan::READ_BY_KEY,
            "select n from t where id = ?",
            vec![Value::Int(1)],
        )
    };
    // On a slow machine the thread has spent its time already: running it the other way starts a new turn.
    while let Tried::NotNow(job) = tx.try_run(find(), CallContext::here()) {
        tx.run(job, CallContext::here()).await.map(drop).unwrap();
    }
    let long = one(Plan::READ, "select n from t", vec![]);
    assert!(matches!(tx.try_run(long, CallContext::here()), Tried::NotNow(_)));
}
