//! Many tasks at once. These spawn tasks and need tokio.

use std::collections::BTreeSet;

use sqloquent::{Error, Model, Result, TxOptions};

use super::{fill, names};
use crate::{Item, Subject};

async fn joined<T>(task: tokio::task::JoinHandle<T>) -> T {
    task.await.expect("no task panics")
}

/// 1,000 tasks insert: what is stored is what was acknowledged.
pub async fn stored_is_acknowledged(t: &Subject) -> Result<()> {
    let tasks: Vec<_> = (0..1_000)
        .map(|i| {
            let db = t.db.clone();
            tokio::spawn(async move {
                let item = Item::new(format!("task-{i:04}"), i).insert(&db).await?;
                Ok::<_, Error>((item.id, item.name))
            })
        })
        .collect();
    let mut acknowledged = BTreeSet::new();
    for task in tasks {
        acknowledged.insert(joined(task).await?);
    }
    let stored = Item::query().get(&t.db).await?;
    assert_eq!(stored.len(), 1_000);
    assert_eq!(
        stored
            .into_iter()
            .map(|i| (i.id, i.name))
            .collect::<BTreeSet<_>>(),
        acknowledged
    );
    Ok(())
}

/// Tasks insert the same names: exactly one each wins, and only winners are told so.
pub async fn one_winner_each(t: &Subject) -> Result<()> {
    let tasks: Vec<_> = (0..200)
        .map(|i| {
            let db = t.db.clone();
            tokio::spawn(async move { Item::new(format!("name-{:02}", i % 20), i).insert(&db).await.ok() })
        })
        .collect();
    let mut winners = Vec::new();
    for task in tasks {
        winners.extend(joined(task).await);
    }
    assert_eq!(winners.len(), 20);
    let mut stored = Item::query().get(&t.db).await?;
    stored.sort_by_key(|i| i.id);
    winners.sort_by_key(|i| i.id);
    assert_eq!(stored, winners);
    Ok(())
}

/// Writers move amounts between rows, readers never see one that is half moved.
pub async fn readers_beside_writers(t: &Subject) -> Result<()> {
    fill(&t.db, "account", 8).await?;
    Item::query()
        .all_rows()
        .update(&t.db, |i| [i.size.set(1_000)])
        .await?;
    let writers = (0..8_i64).map(|w| {
        let db = t.db.clone();
        tokio::spawn(async move {
            for i in 0..15_i64 {
                let (from, to) = (format!("account-{}", w), format!("account-{}", (w + i + 1) % 8));
                let (from, to) = (from.as_str(), to.as_str());
                db.transaction_with(TxOptions::new().retries(50), async move |tx| {
                    let account = |name: &str| Item::query().equal("name", name);
                    account(from).update(tx, |i| [i.size.sub(1)]).await?;
                    account(to).update(tx, |i| [i.size.add(1)]).await?;
                    Ok::<_, Error>(())
                })
                .await?;
            }
            Ok::<_, Error>(())
        })
    });
    let readers = (0..8).map(|_| {
        let db = t.db.clone();
        tokio::spawn(async move {
            for _ in 0..30 {
                let all = Item::query().get(&db).await?;
                assert_eq!(all.iter().map(|i| i.size).sum::<i64>(), 8_000);
            }
            Ok::<_, Error>(())
        })
    });
    let tasks: Vec<_> = writers.chain(readers).collect();
    for task in tasks {
        joined(task).await?;
    }
    assert_eq!(Item::query().sum(&t.db, |i| i.size).await?, Some(8_000));
    Ok(())
}

/// Aborted tasks: each transaction is whole or absent, and what was acknowledged is there.
pub async fn aborted_tasks(t: &Subject) -> Result<()> {
    let mut acknowledged = BTreeSet::new();
    for batch in 0..20 {
        let tasks: Vec<_> = (0..20)
            .map(|i| {
                let db = t.db.clone();
                tokio::spawn(async move {
                    let stem = format!("{batch:02}-{i:02}");
                    let tx = db.begin().await?;
                    Item::new(format!("{stem}-a"), 1).insert(&tx).await?;
                    Item::query().get(&tx).await?;
                    Item::new(format!("{stem}-b"), 1).insert(&tx).await?;
                    tx.commit().await?;
                    Ok::<_, Error>(stem)
                })
            })
            .collect();
        for (i, task) in tasks.into_iter().enumerate() {
            if i % 3 != 0 {
                tokio::task::yield_now().await;
                task.abort();
            }
            match task.await {
                Ok(done) => drop(acknowledged.insert(done?)),
                Err(e) => assert!(e.is_cancelled(), "{e}"),
            }
        }
    }
    let names: BTreeSet<String> = names(t).await?.into_iter().collect();
    for stem in &acknowledged {
        assert!(names.contains(&format!("{stem}-a")), "{stem} was acknowledged");
    }
    for name in &names {
        let stem = &name[..5];
        let both = names.contains(&format!("{stem}-a")) && names.contains(&format!("{stem}-b"));
        assert!(both, "half of {stem} was stored");
    }
    Ok(())
}

/// A panic in one task costs no other task its connection.
pub async fn a_panicking_task(t: &Subject) -> Result<()> {
    for i in 0..20 {
        let db = t.db.clone();
        let task = tokio::spawn(async move {
            let tx = db.begin().await.expect("a transaction");
            Item::new(format!("n{i}"), 1).insert(&tx).await.expect("stored");
            std::panic::panic_any("on purpose");
        });
        assert!(task.await.is_err_and(|e| e.is_panic()));
    }
    assert_eq!(Item::query().count(&t.db).await?, 0);
    Ok(())
}
