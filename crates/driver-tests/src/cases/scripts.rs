//! Scripts of several statements.

use sqloquent::{Model, Result};

use super::{names, refused};
use crate::{Item, Subject};

/// All statements run, in order.
pub async fn all_statements_run(t: &Subject) -> Result<()> {
    let script = "insert into items (name, size) values ('a; b', 1); -- a comment; with a semicolon
        insert into items (name, size) values ('c', 2);
        update items set size = size + 10;";
    t.db.execute_script(script).await?;
    assert_eq!(names(t).await?, ["a; b", "c"]);
    assert_eq!(Item::query().sum(&t.db, |i| i.size).await?, Some(23));
    Ok(())
}

/// A script ends at the first refusal; what came before stays, unless a transaction is around it.
pub async fn stops_at_the_first_refusal(t: &Subject) -> Result<()> {
    let script = "insert into items (name, size) values ('kept', 1);
        insert into no_such_things values (1);
        insert into items (name, size) values ('never', 1);";
    let tx = t.db.begin().await?;
    refused(tx.execute_script(script).await);
    tx.rollback().await?;
    assert_eq!(Item::query().count(&t.db).await?, 0);
    let lease = t.db.acquire().await?;
    refused(lease.execute_script(script).await);
    lease.release().await?;
    // PostgreSQL runs a script of several statements in a transaction of its own.
    let kept = names(t).await?;
    assert!(kept.is_empty() || kept == ["kept"], "{kept:?}");
    Ok(())
}

/// A transaction that a script leaves open is not left to the next one who gets the connection.
pub async fn an_open_transaction_is_rolled_back(t: &Subject) -> Result<()> {
    for _ in 0..8 {
        let script = "begin; insert into items (name, size) values ('half', 1)";
        // Whether this is an error is up to the driver; that nothing stays is not.
        let _ = t.db.execute_script(script).await;
        assert_eq!(names(t).await?, [""; 0]);
        let tx = t.db.begin().await?;
        tx.rollback().await?;
    }
    Item::new("after", 1).insert(&t.db).await?;
    assert_eq!(names(t).await?, ["after"]);
    Ok(())
}
