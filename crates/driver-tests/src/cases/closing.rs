//! Closing.

use sqloquent::{ErrorKind, Model, Result};

use super::refused;
use crate::{Item, Subject};

/// After closing, every call on every clone is an error that says so; closing again is none.
pub async fn later_calls_are_errors(t: &Subject) -> Result<()> {
    let clone = t.db.clone();
    Item::new("a", 1).insert(&t.db).await?;
    t.db.close().await?;
    let kind = |error: sqloquent::Error| error.kind();
    assert_eq!(kind(refused(Item::query().get(&clone).await)), ErrorKind::Closed);
    assert_eq!(kind(refused(Item::find(&clone, 1).await)), ErrorKind::Closed);
    assert_eq!(
        kind(refused(Item::new("b", 1).insert(&clone).await)),
        ErrorKind::Closed
    );
    assert_eq!(kind(refused(clone.begin().await)), ErrorKind::Closed);
    assert_eq!(kind(refused(clone.acquire().await)), ErrorKind::Closed);
    assert_eq!(
        kind(refused(clone.execute_script("select 1").await)),
        ErrorKind::Closed
    );
    let mut chunks = Item::query().order_by("name", sqloquent::Asc).chunk(&clone, 10);
    assert_eq!(kind(refused(chunks.next().await)), ErrorKind::Closed);
    clone.close().await
}

/// Closing waits for what is under way.
pub async fn waits_for_work(t: &Subject) -> Result<()> {
    let rows = (0..2_000).map(|i| Item::new(format!("n{i}"), i));
    let insert = Item::insert_many(&t.db, rows);
    let (inserted, closed) = futures_util::join!(insert, t.db.close());
    closed?;
    // It was either stored whole or turned away.
    if let Err(error) = inserted {
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    }
    Ok(())
}
