//! Hooks and transactions: what is undone, what waits, what is left behind.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqloquent::prelude::*;

use Event::*;

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Item {
    #[model(id)]
    pub id: i64,
    pub name: String,
    #[model(default = 0)]
    pub count: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Line {
    #[model(id)]
    pub id: i64,
    pub text: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Note {
    #[model(id)]
    pub id: i64,
    pub text: String,
    #[model(version)]
    pub version: i64,
}

async fn open(dir: &tempfile::TempDir) -> Result<Db> {
    let db = Db::connect(&format!("sqlite:{}", dir.path().join("a.db").display())).await?;
    db.create_tables::<(Item, Line, Note)>().await?;
    Ok(db)
}

/// A hook that writes a line for each item.
fn log(db: &Db, event: Event) {
    db.hooks().on::<Item>(event, async move |cx| {
        Line::new(format!("{event} {}", cx.read::<String>("name")?))
            .insert(cx.db())
            .await?;
        tokio::task::yield_now().await;
        Ok(())
    });
}

/// Counts the ends that items see.
fn ends(db: &Db) -> Arc<Mutex<Vec<(Event, String)>>> {
    let seen: Arc<Mutex<Vec<_>>> = Arc::default();
    for event in [AfterCommit, AfterRollback] {
        let seen = Arc::clone(&seen);
        db.hooks().on_sync::<Item>(event, move |cx| {
            seen.lock().unwrap().push((event, cx.read("name")?));
            Ok(())
        });
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_tasks() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir).await?;
    log(&db, BeforeInsert);
    log(&db, AfterInsert);
    let seen = ends(&db);
    let tasks: Vec<_> = (0..200)
        .map(|i| {
            let db = db.clone();
            tokio::spawn(async move {
                match i % 4 {
                    0 => drop(Item::new(format!("{i}")).insert(&db).await?),
                    1 => drop(Item::new(format!("{i}")).insert(&db.parallel_events()).await?),
                    2 => {
                        db.transaction(async |tx| {
                            Item::new(format!("{i}")).insert(tx).await?;
                            Ok::<_, Error>(())
                        })
                        .await?;
                    }
                    _ => {
                        let tx = db.begin().await?;
                        Item::new(format!("{i}")).insert(&tx).await?;
                        tx.rollback().await?;
                    }
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    assert_eq!(Item::query().count(&db).await?, 150);
    assert_eq!(Line::query().count(&db).await?, 300);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.iter().filter(|(e, _)| *e == AfterCommit).count(), 150);
    assert_eq!(seen.iter().filter(|(e, _)| *e == AfterRollback).count(), 50);
    assert_eq!(db.stats().open_transactions, 0);
    Ok(())
}

#[tokio::test]
async fn writes_beside_each_other_in_one_transaction_are_kept_apart() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir).await?;
    log(&db, BeforeInsert);
    let refusing = db.hooks().on::<Item>(AfterInsert, async |cx| {
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        match cx.read::<String>("name")?.as_str() {
            "bad" => Err(cx.refuse("bad")),
            _ => Ok(()),
        }
    });
    let tx = db.begin().await?;
    let (a, b, c, d, line) = tokio::join!(
        Item::new("a").insert(&tx),
        Item::new("bad").insert(&tx),
        Item::new("c").insert(&tx),
        Item::new("bad").insert(&tx),
        // A write without hooks is not undone with those beside it.
        Line::new("beside").insert(&tx),
    );
    assert!(a.is_ok() && b.is_err() && c.is_ok() && d.is_err() && line.is_ok());
    tx.commit().await?;
    let items: Vec<String> = Item::query().order_by("id", Asc).pluck(&db, "name").await?;
    assert_eq!(items, ["a", "c"]);
    assert_eq!(Line::query().count(&db).await?, 3);
    db.hooks().remove(refusing);
    Ok(())
}

#[tokio::test]
async fn dropped_futures_leave_nothing_behind() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir).await?;
    let before = db.hooks().on::<Item>(BeforeInsert, async |cx| {
        Line::new("lost").insert(cx.db()).await?;
        std::future::pending().await
    });
    let seen = ends(&db);
    for _ in 0..3 {
        let insert = Item::new("x").insert(&db);
        assert!(
            tokio::time::timeout(Duration::from_millis(20), insert)
                .await
                .is_err()
        );
        assert_eq!(Line::query().count(&db).await?, 0);
    }
    // In a transaction only the write is undone, and the transaction goes on.
    let tx = db.begin().await?;
    Line::new("kept").insert(&tx).await?;
    let insert = Item::new("x").insert(&tx);
    assert!(
        tokio::time::timeout(Duration::from_millis(20), insert)
            .await
            .is_err()
    );
    db.hooks().remove(before);
    Item::new("y").insert(&tx).await?;
    tx.commit().await?;
    let lines: Vec<String> = Line::query().pluck(&db, "text").await?;
    assert_eq!(lines, ["kept"]);
    assert_eq!(Item::query().count(&db).await?, 1);
    let expected = [(AfterRollback, "x".to_owned()), (AfterCommit, "y".to_owned())];
    assert_eq!(*seen.lock().unwrap(), expected);
    // A dropped guard runs no hooks.
    let tx = db.begin().await?;
    Item::new("z").insert(&tx).await?;
    drop(tx);
    assert_eq!(Item::query().count(&db).await?, 1);
    assert_eq!(seen.lock().unwrap().len(), 2);
    assert_eq!(db.stats().open_transactions, 0);
    Ok(())
}

#[tokio::test]
async fn ends_come_in_the_order_of_the_writes() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir).await?;
    let seen = ends(&db);
    let hook = db.hooks().on::<Item>(AfterInsert, async |cx| {
        if cx.read::<String>("name")? == "outer" {
            Item::new("inner").insert(cx.db()).await?;
        }
        Ok(())
    });
    Item::new("outer").insert(&db).await?;
    assert_eq!(
        std::mem::take(&mut *seen.lock().unwrap()),
        [
            (AfterCommit, "outer".to_owned()),
            (AfterCommit, "inner".to_owned())
        ]
    );
    // A savepoint's writes are undone with it, those before it are not.
    let tx = db.begin().await?;
    Item::new("a").insert(&tx).await?;
    let point = tx.savepoint().await?;
    Item::new("outer").insert(&point).await?;
    point.rollback().await?;
    let point = tx.savepoint().await?;
    Item::new("b").insert(&point).await?;
    point.release().await?;
    {
        let point = tx.savepoint().await?;
        Item::new("c").insert(&point).await?;
    }
    tx.commit().await?;
    let ended: Vec<_> = std::mem::take(&mut *seen.lock().unwrap());
    let names: Vec<_> = ended
        .iter()
        .map(|(e, n)| (*e == AfterCommit, n.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            (true, "a"),
            (false, "outer"),
            (false, "inner"),
            (true, "b"),
            (false, "c")
        ]
    );
    // An attempt that conflicts is undone and told so.
    db.hooks().remove(hook);
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    db.transaction_with(TxOptions::new().retries(2), async move |tx| {
        Item::new("again").insert(tx).await?;
        if counted.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(Error::new(ErrorKind::Busy, "made up"));
        }
        Ok(())
    })
    .await
    .unwrap_err();
    assert_eq!(*seen.lock().unwrap(), [(AfterRollback, "again".to_owned())]);
    Ok(())
}

#[tokio::test]
async fn a_connection_in_exclusive_use_has_hooks_too() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir).await?;
    let seen = ends(&db);
    log(&db, AfterInsert);
    let lease = db.acquire().await?;
    Item::new("a").insert(&lease).await?;
    assert_eq!(*seen.lock().unwrap(), [(AfterCommit, "a".to_owned())]);
    db.hooks().on_sync::<Item>(AfterInsert, |cx| Err(cx.refuse("no")));
    Item::new("b").insert(&lease).await.unwrap_err();
    assert_eq!(
        seen.lock().unwrap().last(),
        Some(&(AfterRollback, "b".to_owned()))
    );
    Item::new("c").insert(&lease.muted()).await?;
    lease.release().await?;
    assert_eq!(Line::query().count(&db).await?, 1);
    let items: Vec<String> = Item::query().pluck(&db, "name").await?;
    assert_eq!(items, ["a", "c"]);
    Ok(())
}

#[tokio::test]
async fn versions_hold_with_hooks() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir).await?;
    let seen = Arc::new(AtomicUsize::new(0));
    for event in [AfterUpdate, AfterDelete, AfterSave, AfterInsert] {
        let seen = Arc::clone(&seen);
        db.hooks().on_sync::<Note>(event, move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
    }
    let mut note = Note::new("a").insert(&db).await?;
    let mut old = note.clone();
    note.text = "b".into();
    note.save(&db).await?;
    assert_eq!(seen.load(Ordering::Relaxed), 3);
    for error in [
        old.save(&db).await.unwrap_err(),
        old.update(&db, |n| n.text = "c".into()).await.unwrap_err(),
        old.delete(&db).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::StaleVersion);
    }
    assert_eq!(seen.load(Ordering::Relaxed), 3);
    note.delete(&db).await?;
    assert_eq!(seen.load(Ordering::Relaxed), 4);
    Ok(())
}

/// How many statements and commits the same writes came to. Which thread they ran on is a matter of time.
async fn figures(prepare: impl FnOnce(&Db)) -> Result<(u64, u64)> {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir).await?;
    prepare(&db);
    let before = db.stats();
    let mut item = Item::new("a").insert(&db).await?;
    item.update(&db, |i| i.count = 1).await?;
    item.save(&db).await?;
    item.reload(&db).await?;
    Item::upsert(&db, item.clone(), |i| (i.id,)).await?;
    Item::query()
        .equal("id", item.id)
        .update(&db, |i| [i.count.add(1)])
        .await?;
    Item::insert_many(&db, [Item::new("b"), Item::new("c")]).await?;
    item.delete(&db).await?;
    let tx = db.begin().await?;
    let mut item = Item::new("a").insert(&tx).await?;
    item.update(&tx, |i| i.count = 1).await?;
    tx.commit().await?;
    let after = db.stats();
    Ok((
        after.statements - before.statements,
        after.commits - before.commits,
    ))
}

#[tokio::test]
async fn writes_without_hooks_of_their_own_are_what_they_were() -> Result<()> {
    let without = figures(|_| ()).await?;
    let others = figures(|db| {
        for &event in Event::ALL {
            db.hooks().on_sync::<Line>(event, |_| Ok(()));
            db.hooks().on_table("notes", event, async |_| Ok(()));
        }
    })
    .await?;
    assert_eq!(without, others);
    // Hooks for what is not written here count as little.
    let unrelated = figures(|db| {
        db.hooks().on_sync::<Item>(BeforeRestore, |_| Ok(()));
    })
    .await?;
    assert_eq!(without, unrelated);
    Ok(())
}
