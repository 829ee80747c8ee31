//! A8: locks of SQLite.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use sqloquent::{prelude::*, rusqlite};

use super::{Row, database, names};

#[tokio::test]
async fn pitfall_a8_files_are_opened_for_concurrency() {
    let (_folder, db) = database().await;
    let journal: String = db.raw("pragma journal_mode", ()).scalar().await.unwrap();
    assert_eq!(journal, "wal");
    // The lock is taken by BEGIN, not by the first write.
    let tx = db.begin().await.unwrap();
    let path: String = db
        .raw("select file from pragma_database_list", ())
        .scalar()
        .await
        .unwrap();
    let other = rusqlite::Connection::open(path).unwrap();
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    let refused = other.execute_batch("begin immediate").unwrap_err();
    assert_eq!(
        refused.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy)
    );
    tx.rollback().await.unwrap();
    other.execute_batch("begin immediate; rollback").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pitfall_a8_no_load_of_its_own_locks_the_database() {
    let (_folder, db) = database().await;
    let tasks: Vec<_> = (0..32_i64)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for i in 0..20 {
                    match task % 4 {
                        0 => drop(Row::new(format!("{task}-{i}")).insert(&db).await?),
                        1 => drop(Row::query().get(&db).await?),
                        2 => {
                            db.transaction(async |tx| {
                                let n = Row::query().count(tx).await?;
                                Row::new(format!("{task}-{i}-{n}")).insert(tx).await
                            })
                            .await?;
                        }
                        _ => drop(Row::query().starts_with("name", "1").delete(&db).await?),
                    }
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(db.stats().busy_retries, 0);
}

#[tokio::test]
async fn pitfall_a8_a_stale_snapshot_is_run_again() {
    let (_folder, db) = database().await;
    let path: String = db
        .raw("select file from pragma_database_list", ())
        .scalar()
        .await
        .unwrap();
    let runs = AtomicU32::new(0);
    let (runs, path) = (&runs, path.as_str());
    let options = TxOptions::new().deferred().retries(5);
    db.transaction_with(options, async move |tx| {
        let seen = Row::query().count(tx).await?;
        if runs.fetch_add(1, SeqCst) < 2 {
            // Another program writes between this transaction's read and its write.
            let other = rusqlite::Connection::open(path).map_err(Error::custom)?;
            other
                .execute("insert into rows (name) values (?)", [format!("theirs {seen}")])
                .map_err(Error::custom)?;
        }
        Row::new(format!("ours after {seen}")).insert(tx).await
    })
    .await
    .unwrap();
    assert_eq!(runs.load(SeqCst), 3);
    assert_eq!(names(&db).await, ["ours after 2", "theirs 0", "theirs 1"]);
}
