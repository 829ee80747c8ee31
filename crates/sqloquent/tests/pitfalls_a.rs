//! Concurrency, connections, transactions: what goes wrong in libraries of this kind, and does not here. The names are
//! those of the list of pitfalls; drivers are held to most of it by the driver suite as well.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by it; figures are printed"
)]
#![cfg(all(feature = "sqlite", feature = "derive"))]

#[path = "pitfalls_a/dropped.rs"]
mod dropped;
#[path = "pitfalls_a/locks.rs"]
mod locks;

use std::{collections::BTreeSet, time::Duration};

use sqloquent::{Call, SqliteOptions, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
struct Row {
    #[model(id)]
    id: i64,
    #[model(unique)]
    name: String,
}

async fn database_with(with: impl FnOnce(SqliteOptions) -> SqliteOptions) -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let options = with(SqliteOptions::file(folder.path().join("pitfalls.db")));
    let db = Db::connect_with(options).await.unwrap();
    db.create_tables::<(Row,)>().await.unwrap();
    (folder, db)
}

async fn database() -> (tempfile::TempDir, Db) {
    database_with(|options| options).await
}

async fn names(db: &Db) -> Vec<String> {
    Row::query()
        .order_by("name", Asc)
        .pluck(db, "name")
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pitfall_a1_what_is_acknowledged_is_stored() {
    let (_folder, db) = database().await;
    let tasks: Vec<_> = (0..1_000)
        .map(|i| {
            let db = db.clone();
            // A third each: by itself, in a transaction, in a transaction that fails.
            tokio::spawn(async move {
                let row = Row::new(format!("row-{i:04}"));
                match i % 3 {
                    0 => row.insert(&db).await.map(|row| Some(row.name)),
                    1 => {
                        db.transaction(async |tx| row.insert(tx).await.map(|row| Some(row.name)))
                            .await
                    }
                    _ => {
                        let tx = db.begin().await?;
                        row.insert(&tx).await?;
                        tx.rollback().await.map(|()| None)
                    }
                }
            })
        })
        .collect();
    let mut acknowledged = BTreeSet::new();
    for task in tasks {
        acknowledged.extend(task.await.unwrap().unwrap());
    }
    let stored: BTreeSet<_> = names(&db).await.into_iter().collect();
    println!(
        "1,000 tasks: {} inserts acknowledged, {} rows stored",
        acknowledged.len(),
        stored.len()
    );
    assert_eq!(stored, acknowledged);
    assert_eq!(stored.len(), 667);
}

#[tokio::test]
async fn pitfall_a2_a_write_joins_no_transaction_of_others() {
    let (_folder, db) = database().await;
    let tx = db.begin().await.unwrap();
    Row::new("inside").insert(&tx).await.unwrap();
    let beside = tokio::spawn({
        let db = db.clone();
        async move { Row::new("beside").insert(&db).await }
    });
    while db.stats().waiting == 0 {
        tokio::task::yield_now().await;
    }
    tx.rollback().await.unwrap();
    beside.await.unwrap().unwrap();
    assert_eq!(names(&db).await, ["beside"]);
}

#[tokio::test]
async fn pitfall_a2_waiting_for_oneself_ends_and_says_why() {
    let (_folder, db) = database().await;
    db.transaction(async |tx| {
        let own = Row::new("a").insert(&db).await.unwrap_err();
        assert_eq!(own.kind(), ErrorKind::OwnTransaction);
        assert!(own.to_string().contains("pitfalls_a.rs"), "{own}");
        // From another task it cannot be told from a wait that will end.
        let impatient = db.timeout(Duration::from_millis(50));
        let waited = tokio::spawn(async move { Row::new("b").insert(&impatient).await.map(drop) });
        let waited = waited.await.unwrap().unwrap_err();
        assert_eq!(waited.kind(), ErrorKind::Timeout);
        assert!(waited.to_string().contains("pitfalls_a.rs"), "{waited}");
        Row::new("c").insert(tx).await
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["c"]);
}

#[tokio::test]
async fn pitfall_a2_every_write_names_its_place() {
    let (_folder, db) = database().await;
    let rows = DynamicModel::of::<Row>();
    let mut row = Row::new("kept").insert(&db).await.unwrap();
    let mut record = rows.query().first_required(&db).await.unwrap();
    db.transaction(async |_| {
        let mut errors = vec![
            Row::new("a").insert(&db).await.map(drop),
            Row::insert_many(&db, [Row::new("a")]).await.map(drop),
            Row::insert_many_returning(&db, [Row::new("a")]).await.map(drop),
            Row::insert_or_ignore(&db, Row::new("a")).await.map(drop),
            Row::upsert(&db, Row::new("a"), |r| (r.id,)).await.map(drop),
            row.update(&db, |r| r.name = "b".into()).await,
            row.save(&db).await,
            row.delete(&db).await,
            Row::query()
                .equal("name", "a")
                .update(&db, |r| [r.name.set("b")])
                .await
                .map(drop),
            Row::query().equal("name", "a").delete(&db).await.map(drop),
            rows.insert(&db, [("name", "a")]).await.map(drop),
            rows.insert_many(&db, [[("name", "a")]]).await.map(drop),
        ];
        errors.push(record.update(&db, [("name", "b")]).await);
        errors.push(record.save(&db).await);
        errors.push(record.delete(&db).await);
        for (i, error) in errors.into_iter().enumerate() {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OwnTransaction, "{i}");
            assert!(error.to_string().contains("pitfalls_a.rs"), "{i}: {error}");
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pitfall_a3_two_tasks_each_hold_a_transaction() {
    let (_folder, db) = database().await;
    let writer = db.begin().await.unwrap();
    Row::new("new").insert(&writer).await.unwrap();
    let reader = db.begin_with(TxOptions::new().read_only()).await.unwrap();
    assert_eq!(Row::query().count(&reader).await.unwrap(), 0);
    writer.commit().await.unwrap();
    assert_eq!(Row::query().count(&reader).await.unwrap(), 0);
    reader.commit().await.unwrap();
    // Those that write take turns, and each is whole.
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let db = db.clone();
            tokio::spawn(async move {
                db.transaction(async |tx| {
                    let before = Row::query().count(tx).await?;
                    Row::new(format!("{i}-a")).insert(tx).await?;
                    tokio::task::yield_now().await;
                    Row::new(format!("{i}-b")).insert(tx).await?;
                    assert_eq!(Row::query().count(tx).await?, before + 2);
                    Ok::<_, Error>(())
                })
                .await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(Row::query().count(&db).await.unwrap(), 81);
}

#[tokio::test]
async fn pitfall_a5_ending_a_transaction_takes_its_handle() {
    // A second call on the same handle does not compile.
    let commit: fn(Tx) -> Call<'static, ()> = Tx::commit;
    let rollback: fn(Tx) -> Call<'static, ()> = Tx::rollback;
    let (_folder, db) = database().await;
    for (end, stored) in [(commit, 1), (rollback, 1)] {
        let tx = db.begin().await.unwrap();
        Row::new(format!("row {}", db.stats().commits))
            .insert(&tx)
            .await
            .unwrap();
        end(tx).await.unwrap();
        assert_eq!(Row::query().count(&db).await.unwrap(), stored);
    }
    let stats = db.stats();
    assert_eq!(stats.open_transactions, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pitfall_a7_connections_are_kept_and_counted() {
    let (_folder, db) = database_with(|o| o.readers(2).wait_timeout(Duration::from_millis(50))).await;
    let tasks: Vec<_> = (0..64)
        .map(|i| {
            let db = db.clone();
            tokio::spawn(async move {
                for n in 0..10 {
                    let row = Row::new(format!("{i}-{n}")).timed(&db).await?;
                    Row::find_required(&db, row.id).await?;
                    Row::query().exists(&db).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert!(db.stats().connections <= 3, "{:?}", db.stats());
    let _held = db.begin().await.unwrap();
    let error = Row::new("late").insert(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    assert!(
        text.contains("held by") && text.contains("pitfalls_a.rs") && text.contains(" s)"),
        "{text}"
    );
    assert_eq!((db.stats().timeouts, db.stats().waiting), (1, 0));
}

impl Row {
    /// Inserts, trying again when others were before it for too long.
    async fn timed(self, db: &Db) -> Result<Self> {
        loop {
            match self.clone().insert(db).await {
                Err(error) if error.kind() == ErrorKind::Timeout => {}
                done => return done,
            }
        }
    }
}

#[tokio::test]
async fn pitfall_a9_chunks_leave_the_builder_alone_and_end_early() {
    let (_folder, db) = database_with(|o| o.wait_timeout(Duration::from_secs(2))).await;
    Row::insert_many(&db, (0..1_000).map(|i| Row::new(format!("row-{i:04}"))))
        .await
        .unwrap();
    let query = Row::query().order_by("name", Desc);
    let (before, sql) = (format!("{query:?}"), query.to_sql(db.dialect()).unwrap());
    for _ in 0..20 {
        let mut chunks = query.chunk(&db, 10);
        assert_eq!(chunks.next().await.unwrap().unwrap()[0].name, "row-0999");
        Row::query()
            .equal("name", "row-0000")
            .update(&db, |r| [r.name.set("row-0000")])
            .await
            .unwrap();
    }
    assert_eq!(
        (format!("{query:?}"), query.to_sql(db.dialect()).unwrap()),
        (before, sql)
    );
    assert_eq!(query.count(&db).await.unwrap(), 1_000);
    db.close().await.unwrap();
    assert_eq!(db.stats().in_use, 0);
}

#[test]
fn pitfall_a10_nothing_runs_an_event_loop() {
    // On one thread: whatever blocked it would block the test for ever.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (_folder, db) = database().await;
        let row = Row::new("a").insert(&db).await.unwrap();
        let statements = db.stats().statements;
        // Building, looking at fields, asking for SQL and not awaiting touch nothing.
        let query = Row::query().equal("name", row.name.clone());
        query.to_sql(db.dialect()).unwrap();
        drop((
            query.get(&db),
            query.count(&db),
            Row::find(&db, row.id),
            db.begin(),
        ));
        assert_eq!(db.stats().statements, statements);
        let tx = db.begin().await.unwrap();
        let mut waiting = std::pin::pin!(Row::new("b").insert(&db));
        assert!(
            futures_now(waiting.as_mut()).is_none(),
            "it waits without blocking"
        );
        tx.commit().await.unwrap();
        waiting.await.unwrap();
    });
}

/// What a future is after one poll.
fn futures_now<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(done) => Some(done),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test]
async fn pitfall_a11_a_transaction_that_died_is_noticed() {
    let (_folder, db) = database().await;
    db.execute_script(
        "create trigger refuse before insert on rows when new.name = 'bad' begin
             select raise(rollback, 'refused by trigger');
         end",
    )
    .await
    .unwrap();
    let tx = db.begin().await.unwrap();
    Row::new("before").insert(&tx).await.unwrap();
    let refused = Row::new("bad").insert(&tx).await.unwrap_err();
    assert!(refused.to_string().contains("refused by trigger"), "{refused}");
    let later = Row::new("after").insert(&tx).await.unwrap_err();
    assert_eq!(later.kind(), ErrorKind::TransactionAborted);
    assert_eq!(
        Row::query().get(&tx).await.unwrap_err().kind(),
        ErrorKind::TransactionAborted
    );
    assert_eq!(
        tx.commit().await.unwrap_err().kind(),
        ErrorKind::TransactionAborted
    );
    // A closure that goes on as if nothing had happened cannot commit either.
    let stubborn = db
        .transaction(async |tx| {
            let _ = Row::new("bad").insert(tx).await;
            let _ = Row::new("by itself").insert(tx).await;
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(stubborn.unwrap_err().kind(), ErrorKind::TransactionAborted);
    assert_eq!(names(&db).await, [""; 0]);
    assert_eq!(db.stats().open_transactions, 0);
}
