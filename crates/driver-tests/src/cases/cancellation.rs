//! Futures that are dropped before their end.

use std::collections::BTreeSet;

use sqloquent::{Asc, Error, Model, Result};

use super::{fill, names};
use crate::{Dice, Item, Subject, polled_at_most};

/// Hundreds of calls dropped after a few polls: nothing is held, no transaction is open, nothing is half done.
pub async fn dropped_at_random(t: &Subject) -> Result<()> {
    fill(&t.db, "base", 200).await?;
    let mut dice = Dice::new(0x5eed);
    let mut acknowledged = BTreeSet::new();
    for round in 0..400 {
        let polls = dice.throw(6);
        let stem = format!("{round:03}");
        let done = match dice.throw(6) {
            0 => {
                let pair = pair(t, &stem);
                polled_at_most(polls, pair).await.map(|done| done.map(|()| true))
            }
            1 => {
                let pair = pair_by_guard(t, &stem);
                polled_at_most(polls, pair).await.map(|done| done.map(|()| true))
            }
            2 => {
                let rows = ["a", "b"].map(|half| Item::new(format!("{stem}-{half}"), 1));
                let insert = Item::insert_many(&t.db, rows);
                polled_at_most(polls, insert).await.map(|done| done.map(|_| true))
            }
            3 => polled_at_most(polls, Item::query().get(&t.db))
                .await
                .map(|done| done.map(|_| false)),
            4 => {
                polled_at_most(polls, async {
                    let mut chunks = Item::query().order_by("name", Asc).chunk(&t.db, 50);
                    while chunks.next().await?.is_some() {}
                    Ok(false)
                })
                .await
            }
            _ => {
                polled_at_most(polls, async {
                    let lease = t.db.acquire().await?;
                    Item::query().count(&lease).await?;
                    lease.release().await?;
                    Ok(false)
                })
                .await
            }
        };
        if done.transpose()? == Some(true) {
            acknowledged.insert(stem);
        }
    }
    // Every connection that a dropped call had comes back to whoever waits for it.
    drop(t.db.begin().await?);
    let stored: BTreeSet<String> = names(t)
        .await?
        .into_iter()
        .filter(|n| !n.starts_with("base"))
        .collect();
    for stem in &acknowledged {
        assert!(stored.contains(&format!("{stem}-a")), "{stem} was acknowledged");
    }
    for name in &stored {
        let stem = &name[..3];
        let whole = ["a", "b"]
            .iter()
            .all(|half| stored.contains(&format!("{stem}-{half}")));
        assert!(whole, "half of {stem} was stored");
    }
    let base = Item::query().starts_with("name", "base").count(&t.db).await?;
    assert_eq!(base, 200);
    Ok(())
}

async fn pair(t: &Subject, stem: &str) -> Result<()> {
    t.db.transaction(async |tx| {
        Item::new(format!("{stem}-a"), 1).insert(tx).await?;
        Item::query().count(tx).await?;
        Item::new(format!("{stem}-b"), 1).insert(tx).await?;
        Ok::<_, Error>(())
    })
    .await
}

async fn pair_by_guard(t: &Subject, stem: &str) -> Result<()> {
    let tx = t.db.begin().await?;
    Item::new(format!("{stem}-a"), 1).insert(&tx).await?;
    let point = tx.savepoint().await?;
    Item::new(format!("{stem}-b"), 1).insert(&point).await?;
    point.release().await?;
    tx.commit().await
}

/// A call that is dropped before its first poll has done nothing.
pub async fn never_polled(t: &Subject) -> Result<()> {
    drop(Item::new("a", 1).insert(&t.db));
    drop(t.db.begin());
    drop(t.db.acquire());
    drop(t.db.execute_script("insert into items (name, size) values ('b', 1)"));
    drop(Item::query().all_rows().delete(&t.db));
    assert_eq!(names(t).await?, [""; 0]);
    Ok(())
}

/// Calls on a transaction that are dropped midway: the transaction can go on, or be rolled back.
pub async fn dropped_inside_a_transaction(t: &Subject) -> Result<()> {
    for polls in 0..6 {
        let tx = t.db.begin().await?;
        fill(&tx, "a", 300).await?;
        let _ = polled_at_most(polls, Item::query().order_by("name", Asc).get(&tx)).await;
        assert_eq!(Item::query().count(&tx).await?, 300);
        let _ = polled_at_most(polls, fill(&tx, "b", 300)).await;
        let after = Item::query().count(&tx).await?;
        assert!(after == 300 || after == 600, "{after}");
        tx.rollback().await?;
        assert_eq!(Item::query().count(&t.db).await?, 0);
    }
    Ok(())
}
