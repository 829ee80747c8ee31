//! Rows in chunks.

use std::any::Any;

use sqloquent_core::{Backend, CallContext, ErrorKind, Plan, TxOptions, Value};
use sqloquent_sqlite::{SqliteBackend, SqliteOptions};

use crate::support::*;

const FILL: &str = "insert into t(n) with recursive c(x) as (select 1 union all select x + 1 from c where x < 10000) \
                    select x from c";

fn all() -> Box<Fixed> {
    one(Plan::READ, "select n from t order by id", vec![]).chunks(100)
}

fn rows(chunk: Option<Box<dyn Any + Send>>) -> Vec<Vec<Value>> {
    chunk.map_or_else(Vec::new, |c| *c.downcast().unwrap())
}

/// Reads to the end; how many rows there were.
async fn drain(cursor: &mut dyn sqloquent_core::Cursor) -> usize {
    let mut n = 0;
    while let Some(chunk) = cursor.next().await.unwrap() {
        n += rows(Some(chunk)).len();
    }
    n
}

async fn drain_or_fail(cursor: &mut dyn sqloquent_core::Cursor) -> sqloquent_core::Result<()> {
    while cursor.next().await?.is_some() {}
    Ok(())
}

#[tokio::test]
async fn b14_all_rows_come_from_one_state_while_others_write() {
    for readers in [1, 2, 3] {
        let db = TestDb::with(|o| o.readers(readers));
        create(&db).await;
        write(&db, FILL, vec![]).await.unwrap();
        let mut cursor = db.cursor(all(), CallContext::here()).await.unwrap();
        let first = rows(cursor.next().await.unwrap());
        assert_eq!((first.len(), &first[0][0]), (100, &Value::Int(1)));
        write(&db, "delete from t where id % 2 = 0", vec![])
            .await
            .unwrap();
        assert_eq!(count(&db).await, 5_000);
        assert_eq!(drain(&mut *cursor).await, 9_900);
        assert!(cursor.next().await.unwrap().is_none());
        drop(cursor);
        at_rest(&db).await;
    }
}

#[tokio::test]
async fn a9_a_cursor_dropped_early_frees_its_connection() {
    let db = TestDb::with(|o| o.readers(2));
    create(&db).await;
    write(&db, FILL, vec![]).await.unwrap();
    for read in 0..200 {
        let mut cursor = db.cursor(all(), CallContext::here()).await.unwrap();
        for _ in 0..read % 4 {
            cursor.next().await.unwrap();
        }
    }
    at_rest(&db).await;
}

#[tokio::test]
async fn open_cursors_leave_the_readers_to_others() {
    let db = TestDb::with(|o| {
        o.readers(1)
            .cursors(2)
            .wait_timeout(std::time::Duration::from_millis(20))
    });
    create(&db).await;
    write(&db, FILL, vec![]).await.unwrap();
    let mut first = db.cursor(all(), CallContext::here()).await.unwrap();
    let mut second = db.cursor(all(), CallContext::here()).await.unwrap();
    assert_eq!(
        kind(db.cursor(all(), CallContext::here()).await.map(|_| ())),
        ErrorKind::Timeout
    );
    assert_eq!(count(&db).await, 10_000);
    assert_eq!(drain(&mut *first).await, 10_000);
    assert_eq!(drain(&mut *second).await, 10_000);
    drop((first, second));
    at_rest(&db).await;
}

#[tokio::test]
async fn on_a_memory_database_others_do_not_wait_for_the_reader_of_a_cursor() {
    let db = SqliteBackend::open(SqliteOptions::memory()).await.unwrap();
    create(&db).await;
    write(&db, FILL, vec![]).await.unwrap();
    let mut cursor = db.cursor(all(), CallContext::here()).await.unwrap();
    assert_eq!(rows(cursor.next().await.unwrap()).len(), 100);
    write(&db, "delete from t", vec![]).await.unwrap();
    assert_eq!(count(&db).await, 0);
    assert_eq!(drain(&mut *cursor).await, 9_900);
    drop(cursor);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_session_goes_on_while_its_cursor_is_open() {
    let db = TestDb::with_table().await;
    write(&db, FILL, vec![]).await.unwrap();
    let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
    let mut cursor = tx.cursor(all(), CallContext::here()).await.unwrap();
    let mut seen = 0;
    while let Some(chunk) = cursor.next().await.unwrap() {
        seen += rows(Some(chunk)).len();
        let delete = "delete from t where id = (select max(id) from t)";
        run_in(&*tx, Plan::WRITE, delete, vec![]).await.unwrap();
    }
    assert_eq!(seen, 10_000, "the cursor sees what was there when it began");
    drop(cursor);
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 9_900);

    let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
    let mut open = tx.cursor(all(), CallContext::here()).await.unwrap();
    open.next().await.unwrap();
    tx.commit().await.unwrap();
    assert!(drain(&mut *open).await > 0, "what was read stays readable");
    let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
    let mut open = tx.cursor(all(), CallContext::here()).await.unwrap();
    open.next().await.unwrap();
    drop(tx);
    assert_eq!(
        kind(drain_or_fail(&mut *open).await),
        ErrorKind::TransactionAborted
    );
    drop(open);
    at_rest(&db).await;
}

#[tokio::test]
async fn errors_and_panics_come_through_the_cursor() {
    let db = TestDb::with_table().await;
    write(&db, FILL, vec![]).await.unwrap();
    let mut missing = db
        .cursor(
            one(Plan::READ, "select x from nowhere", vec![]),
            CallContext::here(),
        )
        .await
        .unwrap();
    assert_eq!(kind(missing.next().await.map(|_| ())), ErrorKind::UnknownTable);
    assert!(missing.next().await.unwrap().is_none());
    let job = all().on_row(|n, _| {
        if n == 50 {
            panic!("on purpose")
        } else {
            Ok(sqloquent_core::Flow::Continue)
        }
    });
    let mut panicking = db.cursor(job, CallContext::here()).await.unwrap();
    assert_eq!(kind(panicking.next().await.map(|_| ())), ErrorKind::Panic);
    drop((missing, panicking));
    at_rest(&db).await;
}

#[test]
fn cursors_need_no_runtime() {
    pollster::block_on(async {
        let db = TestDb::with_table().await;
        write(&db, FILL, vec![]).await.unwrap();
        let mut cursor = db.cursor(all(), CallContext::here()).await.unwrap();
        assert_eq!(drain(&mut *cursor).await, 10_000);
    });
}
