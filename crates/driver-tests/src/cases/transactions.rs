//! Transactions: all or nothing.

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use futures_util::FutureExt as _;
use sqloquent::{Error, ErrorKind, Family, Model, Result, TxOptions};

use super::{fill, names, refused};
use crate::{Item, Subject};

/// What is committed is there, and was visible inside before.
pub async fn commit(t: &Subject) -> Result<()> {
    let tx = t.db.begin().await?;
    Item::new("a", 1).insert(&tx).await?;
    assert_eq!(Item::query().count(&tx).await?, 1);
    tx.commit().await?;
    assert_eq!(names(t).await?, ["a"]);
    Ok(())
}

/// What is rolled back is not.
pub async fn rollback(t: &Subject) -> Result<()> {
    let tx = t.db.begin().await?;
    fill(&tx, "a", 700).await?;
    tx.rollback().await?;
    assert_eq!(Item::query().count(&t.db).await?, 0);
    Ok(())
}

/// A dropped guard is a rollback: many times, so that no connection gets lost.
pub async fn dropped_is_rolled_back(t: &Subject) -> Result<()> {
    for i in 0..30 {
        let tx = t.db.begin().await?;
        Item::new(format!("a{i}"), 1).insert(&tx).await?;
        drop(tx);
        assert_eq!(Item::query().count(&t.db).await?, 0);
    }
    Ok(())
}

/// The closure form commits on `Ok` and borrows what is around it.
pub async fn closure_commits(t: &Subject) -> Result<()> {
    let mut item = Item::new("a", 1);
    let size =
        t.db.transaction(async |tx| {
            item = item.clone().insert(tx).await?;
            item.update(tx, |i| i.size += 1).await?;
            Ok::<_, Error>(item.size)
        })
        .await?;
    assert_eq!((size, names(t).await?), (2, vec!["a".to_owned()]));
    Ok(())
}

/// An error of the caller's own passes through, and nothing stays.
pub async fn closure_rolls_back_on_error(t: &Subject) -> Result<()> {
    #[derive(Debug, PartialEq)]
    enum Own {
        Refused(u8),
        Database,
    }
    impl From<Error> for Own {
        fn from(_: Error) -> Self {
            Self::Database
        }
    }
    let done: Result<(), Own> =
        t.db.transaction(async |tx| {
            Item::new("a", 1).insert(tx).await?;
            Err(Own::Refused(7))
        })
        .await;
    assert_eq!(done, Err(Own::Refused(7)));
    assert_eq!(names(t).await?, [""; 0]);
    Ok(())
}

/// A panic in the closure leaves nothing behind.
pub async fn closure_rolls_back_on_panic(t: &Subject) -> Result<()> {
    let run = t.db.transaction(async |tx| {
        Item::new("a", 1).insert(tx).await?;
        if Item::query().exists(tx).await? {
            panic!("on purpose");
        }
        Ok::<_, Error>(())
    });
    assert!(AssertUnwindSafe(run).catch_unwind().await.is_err());
    assert_eq!(names(t).await?, [""; 0]);
    Item::new("b", 1).insert(&t.db).await?;
    Ok(())
}

/// After a refusal the transaction can be rolled back, and the connection serves on.
pub async fn error_then_rollback(t: &Subject) -> Result<()> {
    Item::new("there", 1).insert(&t.db).await?;
    for _ in 0..10 {
        let tx = t.db.begin().await?;
        Item::new("new", 1).insert(&tx).await?;
        let error = refused(Item::new("there", 1).insert(&tx).await);
        assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
        tx.rollback().await?;
    }
    assert_eq!(names(t).await?, ["there"]);
    Ok(())
}

/// A transaction that has ended inside the engine refuses every later call and its commit: nothing is committed by
/// itself.
pub async fn a_dead_transaction_refuses_all(t: &Subject) -> Result<()> {
    let tx = t.db.begin().await?;
    Item::new("before", 1).insert(&tx).await?;
    // Whether ending it behind the library's back is an error at once is up to the driver.
    let _ = tx.raw("rollback", ()).execute().await;
    let aborted = |error: Error| assert_eq!(error.kind(), ErrorKind::TransactionAborted, "{error}");
    aborted(refused(Item::new("after", 1).insert(&tx).await));
    aborted(refused(Item::query().get(&tx).await));
    aborted(refused(
        tx.execute_script("insert into items (name, size) values ('script', 1)")
            .await,
    ));
    aborted(refused(tx.commit().await));
    assert_eq!(names(t).await?, [""; 0]);
    Item::new("next", 1).insert(&t.db).await?;
    Ok(())
}

/// The same where a trigger ended it (SQLite).
pub async fn a_trigger_that_rolls_back(t: &Subject) -> Result<()> {
    if t.db.dialect().family != Family::Sqlite {
        return Ok(());
    }
    let trigger = "create trigger no_rollbacks before insert on items when new.name = 'bad'
        begin select raise(rollback, 'refused by trigger'); end";
    t.db.execute_script(trigger).await?;
    let tx = t.db.begin().await?;
    Item::new("before", 1).insert(&tx).await?;
    refused(Item::new("bad", 1).insert(&tx).await);
    let error = refused(Item::new("after", 1).insert(&tx).await);
    assert_eq!(error.kind(), ErrorKind::TransactionAborted, "{error}");
    tx.rollback().await?;
    assert_eq!(names(t).await?, [""; 0]);
    Ok(())
}

/// A transaction that only reads refuses to write.
pub async fn read_only(t: &Subject) -> Result<()> {
    Item::new("a", 1).insert(&t.db).await?;
    let tx = match t.db.begin_with(TxOptions::new().read_only()).await {
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(()),
        begun => begun?,
    };
    assert_eq!(Item::query().count(&tx).await?, 1);
    let error = refused(Item::new("b", 1).insert(&tx).await);
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    tx.rollback().await?;
    // The connection can write again.
    for name in ["b", "c", "d", "e", "f"] {
        Item::new(name, 1).insert(&t.db).await?;
    }
    Ok(())
}

/// A closure for tests sees its changes and leaves none.
pub async fn rolled_back(t: &Subject) -> Result<()> {
    let seen =
        t.db.rolled_back(async |tx| {
            fill(tx, "a", 5).await?;
            Item::query().count(tx).await
        })
        .await?;
    assert_eq!((seen, Item::query().count(&t.db).await?), (5, 0));
    Ok(())
}

/// The retrying closure runs once when nothing is in its way, and an error that is no conflict is not retried.
pub async fn retrying_closure(t: &Subject) -> Result<()> {
    let runs = AtomicU32::new(0);
    let runs = &runs;
    let options = TxOptions::new().retries(3);
    t.db.transaction_with(options, async move |tx| {
        runs.fetch_add(1, Relaxed);
        Item::new("a", 1).insert(tx).await
    })
    .await?;
    assert_eq!(runs.load(Relaxed), 1);
    let again =
        t.db.transaction_with(options, async move |tx| {
            runs.fetch_add(1, Relaxed);
            Item::new("a", 1).insert(tx).await
        })
        .await;
    assert_eq!(refused(again).kind(), ErrorKind::Unique);
    assert_eq!(runs.load(Relaxed), 2);
    Ok(())
}

/// A transaction that runs past its time-out is over: calls and commit are refused, nothing stays.
pub async fn past_its_time(t: &Subject) -> Result<()> {
    let tx =
        t.db.begin_with(TxOptions::new().timeout(Duration::from_millis(60)))
            .await?;
    Item::new("late", 1).insert(&tx).await?;
    let error = loop {
        if let Err(error) = Item::query().count(&tx).await {
            break error;
        }
    };
    let over = [ErrorKind::Timeout, ErrorKind::TransactionAborted];
    assert!(over.contains(&error.kind()), "{error}");
    assert!(over.contains(&refused(tx.commit().await).kind()));
    assert_eq!(names(t).await?, [""; 0]);
    Ok(())
}
