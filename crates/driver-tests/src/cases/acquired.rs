//! Acquired connections.

use sqloquent::{Model, Result};

use super::{names, refused};
use crate::{Item, Subject};

/// All statements run on one connection: a temporary table is there for each.
pub async fn statements_share_the_connection(t: &Subject) -> Result<()> {
    let lease = t.db.acquire().await?;
    lease
        .execute_script("create temporary table scratch (n integer)")
        .await?;
    lease
        .raw("insert into scratch values (?)", (5,))
        .execute()
        .await?;
    assert_eq!(
        lease.raw("select n from scratch", ()).scalars::<i64>().await?,
        [5]
    );
    lease.raw("drop table scratch", ()).execute().await?;
    lease.release().await
}

/// Each statement is committed by itself, and the terminals of models run on it.
pub async fn each_statement_by_itself(t: &Subject) -> Result<()> {
    let lease = t.db.acquire().await?;
    let item = Item::new("a", 1).insert(&lease).await?;
    refused(Item::new("a", 2).insert(&lease).await);
    Item::new("b", 2).insert(&lease).await?;
    assert_eq!(Item::find(&lease, item.id).await?, Some(item));
    drop(lease);
    assert_eq!(names(t).await?, ["a", "b"]);
    Ok(())
}

/// Bulk writes on an acquired connection are a transaction of their own.
pub async fn bulk_is_atomic(t: &Subject) -> Result<()> {
    let lease = t.db.acquire().await?;
    let rows = (0..1_000).map(|i| Item::new(format!("n{}", i % 999), i));
    refused(Item::insert_many(&lease, rows).await);
    assert_eq!(Item::query().count(&lease).await?, 0);
    lease.release().await
}

/// A transaction begun by hand ends with the lease.
pub async fn a_transaction_left_open_is_rolled_back(t: &Subject) -> Result<()> {
    for way in 0..2 {
        let lease = t.db.acquire().await?;
        lease.execute_script("begin").await?;
        Item::new("half", 1).insert(&lease).await?;
        if way == 0 {
            drop(lease);
        } else {
            // Whether giving back an open transaction is an error is up to the driver.
            let _ = lease.release().await;
        }
        assert_eq!(names(t).await?, [""; 0]);
        Item::new("after", 1).insert(&t.db).await?;
        Item::query().all_rows().delete(&t.db).await?;
    }
    Ok(())
}

/// A lease goes back when dropped: more of them, one after the other, than there are connections.
pub async fn goes_back_when_dropped(t: &Subject) -> Result<()> {
    for _ in 0..100 {
        let lease = t.db.acquire().await?;
        assert_eq!(lease.raw("select 1", ()).scalar::<i64>().await?, 1);
    }
    Ok(())
}
