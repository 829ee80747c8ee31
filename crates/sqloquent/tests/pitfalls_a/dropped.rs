//! A6: futures dropped at random points.

use driver_tests::{Dice, polled_at_most};
use sqloquent::prelude::*;

use super::{Row, database_with, names};

/// Stores two rows, or none.
async fn pair(db: &Db, stem: &str) -> Result<()> {
    db.transaction(async |tx| {
        Row::new(format!("{stem}-a")).insert(tx).await?;
        Row::query().count(tx).await?;
        let point = tx.savepoint().await?;
        Row::new(format!("{stem}-b")).insert(&point).await?;
        point.release().await
    })
    .await
}

async fn one_of_many(db: &Db, kind: u32, stem: &str) -> Result<()> {
    match kind {
        0 => pair(db, stem).await,
        1 => {
            let tx = db.begin().await?;
            Row::insert_many(&tx, ["a", "b"].map(|half| Row::new(format!("{stem}-{half}")))).await?;
            tx.commit().await
        }
        2 => Row::insert_many(db, ["a", "b"].map(|half| Row::new(format!("{stem}-{half}"))))
            .await
            .map(drop),
        3 => Row::query().equal("name", "base-0007").get(db).await.map(drop),
        4 => Row::find(db, 7).await.map(drop),
        5 => {
            let mut chunks = Row::query().order_by("name", Desc).limit(60).chunk(db, 20);
            while chunks.next().await?.is_some() {}
            Ok(())
        }
        6 => {
            let lease = db.acquire().await?;
            Row::find(&lease, 3).await?;
            lease.release().await
        }
        _ => {
            let tx = db.begin_with(TxOptions::new().read_only()).await?;
            Row::find(&tx, 5).await?;
            tx.rollback().await
        }
    }
}

/// Drops so many futures midway and says how many ended by themselves meanwhile.
async fn drop_many(on_the_spot: bool, count: u32, seed: u64) -> u32 {
    let (_folder, db) = database_with(|o| o.on_the_spot(on_the_spot)).await;
    Row::insert_many(&db, (0..100).map(|i| Row::new(format!("base-{i:04}"))))
        .await
        .unwrap();
    let (mut dice, mut ended, mut dropped, mut acknowledged) = (Dice::new(seed), 0, 0, Vec::new());
    while dropped < count {
        let (kind, polls, stem) = (
            dice.throw(8),
            1 + dice.throw(4),
            format!("{:05}", ended + dropped),
        );
        if let Some(done) = polled_at_most(polls, one_of_many(&db, kind, &stem)).await {
            done.unwrap();
            ended += 1;
            if kind < 3 {
                acknowledged.push(stem);
            }
        } else {
            dropped += 1;
        }
    }
    // In line behind everything that is still ending.
    db.begin().await.unwrap().rollback().await.unwrap();
    let names: std::collections::BTreeSet<_> = names(&db).await.into_iter().collect();
    let whole = |stem: &str| {
        ["a", "b"]
            .iter()
            .all(|half| names.contains(&format!("{stem}-{half}")))
    };
    assert!(
        acknowledged.iter().all(|stem| whole(stem)),
        "something acknowledged is lost"
    );
    let mut written = names.iter().filter(|name| !name.starts_with("base-"));
    assert!(
        written.all(|name| whole(&name[..5])),
        "half of something is stored"
    );
    assert_eq!(names.iter().filter(|name| name.starts_with("base-")).count(), 100);
    db.close().await.unwrap();
    let stats = db.stats();
    assert_eq!(
        (stats.in_use, stats.open_transactions, stats.waiting),
        (0, 0, 0),
        "{stats:?}"
    );
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pitfall_a6_dropped_anywhere_nothing_stays_open() {
    let ended = drop_many(true, 4_000, 6).await + drop_many(false, 4_000, 6).await;
    println!("8,000 futures dropped midway under tokio, beside {ended} that ended: nothing left open");
}

#[test]
fn pitfall_a6_dropped_anywhere_without_a_runtime() {
    let ended =
        pollster::block_on(async { drop_many(true, 1_000, 7).await + drop_many(false, 1_000, 8).await });
    println!("2,000 futures dropped midway without a runtime, beside {ended} that ended: nothing left open");
}
