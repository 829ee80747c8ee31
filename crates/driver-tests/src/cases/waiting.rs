//! Waiting for connections ends, and says who has them.

use std::time::Duration;

use sqloquent::{ErrorKind, Model, Result};

use super::refused;
use crate::{Item, Subject};

const SHORT: Duration = Duration::from_millis(60);

/// More connections than any driver under test has.
const MANY: usize = 100;

/// With every connection held, a call times out with an error that says from where they are held; then all is well.
pub async fn time_outs_name_the_holder(t: &Subject) -> Result<()> {
    let impatient = t.db.timeout(SHORT);
    let mut held = Vec::new();
    let error = loop {
        match impatient.acquire().await {
            Ok(lease) => held.push(lease),
            Err(error) => break error,
        }
        assert!(held.len() < MANY, "connections without end");
    };
    assert!(!held.is_empty());
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(
        error.to_string().contains("waiting.rs"),
        "it does not say who holds: {error}"
    );
    let error = refused(Item::new("a", 1).insert(&impatient).await);
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(
        error.to_string().contains("waiting.rs"),
        "it does not say who holds: {error}"
    );
    let stats = t.db.stats();
    assert!(stats.timeouts >= 2 && stats.waiting == 0, "{stats:?}");
    drop(held);
    Item::new("a", 1).insert(&t.db).await?;
    Ok(())
}

/// A transaction holds its connection by name too, and who waits long enough gets it.
pub async fn a_transaction_is_a_holder(t: &Subject) -> Result<()> {
    let mut held = Vec::new();
    let error = loop {
        match t.db.timeout(SHORT).begin().await {
            Ok(tx) => held.push(tx),
            Err(error) => break error,
        }
        assert!(held.len() < MANY, "connections without end");
    };
    // Engines with a lock of their own may call it busy.
    assert!(
        matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Busy),
        "{error}"
    );
    let waiting = Item::new("a", 1).insert(&t.db);
    let (stored, ()) = futures_util::join!(waiting, async { drop(held) });
    stored?;
    Ok(())
}

/// A read that runs past its time is interrupted; the connection serves on.
pub async fn a_read_past_its_time(t: &Subject) -> Result<()> {
    let endless = "select count(*) from (with recursive n(i) as (select 1 union all select i + 1 from n
        where i < 2000000000) select i from n) as numbers";
    for _ in 0..8 {
        let error = refused(t.db.timeout(SHORT).raw(endless, ()).rows().await);
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
    assert_eq!(Item::query().count(&t.db).await?, 0);
    Ok(())
}
