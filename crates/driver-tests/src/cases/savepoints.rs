//! Savepoints.

use sqloquent::{Error, ErrorKind, Model, Result};

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
