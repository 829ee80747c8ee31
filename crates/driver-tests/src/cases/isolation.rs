//! Transactions beside each other.

use futures_util::future::try_join;
use sqloquent::{Error, ErrorKind, Isolation, Model, Result, TxOptions};

use super::{fill, names};
use crate::{Item, Subject};

/// What is not committed is not seen by others.
pub async fn uncommitted_is_not_seen(t: &Subject) -> Result<()> {
    if t.is_single() {
        return Ok(());
    }
    Item::new("before", 1).insert(&t.db).await?;
    let tx = t.db.begin().await?;
    Item::new("inside", 1).insert(&tx).await?;
    assert_eq!(names(t).await?, ["before"]);
    tx.commit().await?;
    assert_eq!(names(t).await?, ["before", "inside"]);
    Ok(())
}

/// A transaction of repeatable reads sees one state throughout.
pub async fn one_state_throughout(t: &Subject) -> Result<()> {
    if t.is_single() {
        return Ok(());
    }
    fill(&t.db, "a", 3).await?;
    let options = TxOptions::new().read_only().isolation(Isolation::RepeatableRead);
    let reader = match t.db.begin_with(options).await {
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(()),
        begun => begun?,
    };
    assert_eq!(Item::query().count(&reader).await?, 3);
    let writer = t.db.begin().await?;
    fill(&writer, "b", 4).await?;
    assert_eq!(Item::query().count(&reader).await?, 3);
    writer.commit().await?;
    assert_eq!(Item::query().count(&reader).await?, 3);
    reader.commit().await?;
    assert_eq!(Item::query().count(&t.db).await?, 7);
    Ok(())
}

/// Two transactions that change the same row: none is lost.
pub async fn no_update_is_lost(t: &Subject) -> Result<()> {
    let item = Item::new("counter", 0).insert(&t.db).await?;
    let id = item.id;
    let add = |amount: i64| {
        let db = &t.db;
        async move {
            for _ in 0..20 {
                db.transaction_with(TxOptions::new().retries(20), async move |tx| {
                    let counter = Item::query().equal("id", id);
                    assert_eq!(counter.update(tx, |i| [i.size.add(amount)]).await?, 1);
                    Ok::<_, Error>(())
                })
                .await?;
            }
            Ok::<_, Error>(())
        }
    };
    try_join(add(1), add(100)).await?;
    assert_eq!(Item::find_required(&t.db, id).await?.size, 2_020);
    Ok(())
}

/// Calls on one transaction from several futures at once queue up behind each other.
pub async fn calls_on_one_transaction_queue(t: &Subject) -> Result<()> {
    let tx = t.db.begin().await?;
    let insert = |stem: &'static str| {
        let tx = &tx;
        async move {
            for i in 0..20 {
                Item::new(format!("{stem}-{i}"), i).insert(tx).await?;
            }
            Ok::<_, Error>(())
        }
    };
    try_join(insert("a"), insert("b")).await?;
    tx.commit().await?;
    assert_eq!(Item::query().count(&t.db).await?, 40);
    Ok(())
}
