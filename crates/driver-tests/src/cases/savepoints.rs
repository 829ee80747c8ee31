//! Savepoints.

use sqloquent::{Asc, Error, ErrorKind, Model, Result};

use super::{names, refused};
use crate::{Item, Subject};

/// Nested savepoints are undone and kept by themselves.
pub async fn nested(t: &Subject) -> Result<()> {
    let tx = t.db.begin().await?;
    Item::new("a", 1).insert(&tx).await?;
    let outer = tx.savepoint().await?;
    Item::new("b", 1).insert(&outer).await?;
    let inner = outer.savepoint().await?;
    Item::new("c", 1).insert(&inner).await?;
    inner.rollback().await?;
    let inner = outer.savepoint().await?;
    Item::new("d", 1).insert(&inner).await?;
    inner.release().await?;
    outer.release().await?;
    let undone = tx.savepoint().await?;
    Item::new("e", 1).insert(&undone).await?;
    let kept = undone.savepoint().await?;
    Item::new("f", 1).insert(&kept).await?;
    kept.release().await?;
    undone.rollback().await?;
    tx.commit().await?;
    assert_eq!(names(t).await?, ["a", "b", "d"]);
    Ok(())
}

/// A refusal inside a savepoint does not cost the transaction.
pub async fn a_refusal_is_undone(t: &Subject) -> Result<()> {
    Item::new("there", 1).insert(&t.db).await?;
    t.db.transaction(async |tx| {
        Item::new("a", 1).insert(tx).await?;
        let point = tx.savepoint().await?;
        Item::new("b", 1).insert(&point).await?;
        let error = refused(Item::new("there", 1).insert(&point).await);
        assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
        point.rollback().await?;
        Item::new("c", 1).insert(tx).await?;
        Ok::<_, Error>(())
    })
    .await?;
    assert_eq!(names(t).await?, ["a", "c", "there"]);
    Ok(())
}

/// Many rows that are written by one call are written or not, in a transaction that goes on after the refusal.
pub async fn a_refused_bulk_is_undone(t: &Subject) -> Result<()> {
    let there = Item::new("there", 1).insert(&t.db).await?;
    t.db.transaction(async |tx| {
        let point = tx.savepoint().await?;
        let rows = ["a", "b", "there"].map(|name| Item::new(name, 1));
        let error = refused(Item::insert_many(&point, rows).await);
        assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
        point.rollback().await?;
        let a = Item::new("a", 1).insert(tx).await?;
        let rows = [(a.id, ("b", 5)), (there.id, ("b", 6))];
        let error = refused(Item::update_each(tx, |i| (i.name, i.size), rows).await);
        assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
        assert_eq!(
            Item::update_each(tx, |i| i.size, [(a.id, 7), (there.id, 8)]).await?,
            2
        );
        Ok::<_, Error>(())
    })
    .await?;
    assert_eq!(names(t).await?, ["a", "there"]);
    let sizes: Vec<i64> = Item::query().order_by("id", Asc).pluck(&t.db, "size").await?;
    assert_eq!(sizes, [8, 7]);
    Ok(())
}

/// Dropped, a savepoint is undone before anything else runs, those inside it too.
pub async fn dropped(t: &Subject) -> Result<()> {
    let tx = t.db.begin().await?;
    Item::new("a", 1).insert(&tx).await?;
    let outer = tx.savepoint().await?;
    Item::new("b", 1).insert(&outer).await?;
    let inner = outer.savepoint().await?;
    Item::new("c", 1).insert(&inner).await?;
    drop((inner, Item::new("d", 1).insert(&outer)));
    Item::new("e", 1).insert(&outer).await?;
    assert_eq!(Item::query().count(&tx).await?, 3);
    drop(outer);
    Item::new("f", 1).insert(&tx).await?;
    tx.commit().await?;
    assert_eq!(names(t).await?, ["a", "f"]);
    Ok(())
}
