//! The `Db` inside the closure of its own transaction.

use std::pin::pin;

use futures_util::future::{Either, pending, select};
use sqloquent::{Error, ErrorKind, Model, Result};

use super::{names, refused};
use crate::{Item, Subject};

/// A write is an error at once, not a wait for the connection that the transaction holds.
pub async fn writes_are_refused(t: &Subject) -> Result<()> {
    let db = &t.db;
    db.transaction(async |tx| {
        let stored = Item::new("a", 1).insert(tx).await?;
        // The error says which call it was: that is where the mistake is.
        let own = |error: Error| {
            assert_eq!(error.kind(), ErrorKind::OwnTransaction, "{error}");
            assert!(
                error.to_string().contains(file!()),
                "it does not say where: {error}"
            );
        };
        let new = || Item::new("b", 1);
        own(refused(new().insert(db).await));
        own(refused(new().save(db).await));
        own(refused(Item::insert_many(db, [new()]).await));
        own(refused(Item::insert_many_returning(db, [new()]).await));
        own(refused(Item::insert_or_ignore(db, new()).await));
        own(refused(Item::upsert(db, new(), |i| (i.name,)).await));
        own(refused(stored.clone().update(db, |i| i.size = 5).await));
        own(refused(stored.clone().save(db).await));
        own(refused(stored.delete(db).await));
        own(refused(
            Item::query().all_rows().update(db, |i| [i.size.set(5)]).await,
        ));
        own(refused(Item::query().all_rows().delete(db).await));
        own(refused(db.raw("delete from items", ()).execute().await));
        own(refused(db.execute_script("delete from items").await));
        own(refused(db.begin().await));
        own(refused(db.acquire().await));
        Ok::<_, Error>(())
    })
    .await?;
    Item::new("after", 1).insert(db).await?;
    assert_eq!(names(t).await?, ["a", "after"]);
    Ok(())
}

/// A read is answered from outside of the transaction, where there is a connection for it; in strict mode it is an
/// error.
pub async fn reads_are_answered_unless_strict(t: &Subject) -> Result<()> {
    let (db, single) = (&t.db, t.is_single());
    for strict in [false, true] {
        db.set_strict(strict);
        db.transaction(async |tx| {
            Item::new(format!("a{strict}"), 1).insert(tx).await?;
            let before = i64::from(strict);
            for read in [Item::query().count(db).await, Item::unscoped().count(db).await] {
                if strict || single {
                    assert_eq!(refused(read).kind(), ErrorKind::OwnTransaction);
                } else {
                    assert_eq!(read?, before);
                }
            }
            let mut chunks = Item::query().order_by("name", sqloquent::Asc).chunk(db, 5);
            assert_eq!(chunks.next().await.is_err(), strict || single);
            Ok::<_, Error>(())
        })
        .await?;
    }
    t.db.set_strict(false);
    assert_eq!(Item::query().count(&t.db).await?, 2);
    Ok(())
}

/// After a closure that panicked or was dropped, the `Db` can be used as before.
pub async fn the_note_does_not_outlast_the_closure(t: &Subject) -> Result<()> {
    let inside = tokio::sync::Notify::new();
    let run = t.db.transaction(async |tx| {
        Item::new("a", 1).insert(tx).await?;
        inside.notify_one();
        pending::<Result<()>>().await
    });
    assert!(matches!(
        select(pin!(run), pin!(inside.notified())).await,
        Either::Right(_)
    ));
    Item::new("b", 1).insert(&t.db).await?;
    assert_eq!(names(t).await?, ["b"]);
    Ok(())
}
