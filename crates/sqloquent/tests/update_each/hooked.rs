//! Hooks see each row as the update of a query.

use std::sync::{Arc, Mutex};

use sqloquent::{Value, prelude::*};

use crate::{Item, dynamic, items, scores};

use Event::*;

type Seen = Arc<Mutex<Vec<String>>>;

fn take(seen: &Seen) -> Vec<String> {
    std::mem::take(&mut *seen.lock().unwrap())
}

/// Notes each event with what is set, and of which rows.
fn noting(db: &Db) -> Seen {
    let seen: Seen = Arc::default();
    for event in [BeforeUpdate, AfterUpdate, AfterCommit, AfterRollback] {
        let seen = Arc::clone(&seen);
        db.hooks().on_table("items", event, async move |cx| {
            assert!(cx.query().is_some());
            let score = cx.get("score").unwrap();
            let ids = cx.ids().await?;
            seen.lock().unwrap().push(format!("{event} {score} of {ids:?}"));
            Ok(())
        });
    }
    seen
}

#[tokio::test]
async fn each_row_has_its_events_and_all_one_transaction() -> Result<()> {
    let db = items(3).await?;
    let seen = noting(&db);
    let commits = db.stats().commits;
    let n = Item::update_each(&db, |i| i.score, [(1, 1.5), (9, 9.5), (3, 3.5)]).await?;
    assert_eq!(n, 2);
    assert_eq!(db.stats().commits, commits + 1);
    let events = [
        "before_update 1.5 of [Int(1)]",
        "after_update 1.5 of [Int(1)]",
        // As with the update of a query that finds no row.
        "before_update 9.5 of []",
        "after_update 9.5 of []",
        "before_update 3.5 of [Int(3)]",
        "after_update 3.5 of [Int(3)]",
        "after_commit 1.5 of [Int(1)]",
        "after_commit 9.5 of []",
        "after_commit 3.5 of [Int(3)]",
    ];
    assert_eq!(take(&seen), events);
    dynamic()
        .update_each(&db, ["score"], [(1, 1.5), (9, 9.5), (3, 3.5)])
        .await?;
    assert_eq!(take(&seen), events);

    Item::update_each(&db, |i| i.score, Vec::<(i64, f64)>::new()).await?;
    Item::update_each(&db.muted(), |i| i.score, [(1, 0.5), (2, 0.5)]).await?;
    assert_eq!(take(&seen), [""; 0]);
    assert_eq!(scores(&db).await?, [0.5, 0.5, 3.5]);
    Ok(())
}

#[tokio::test]
async fn hooks_change_what_is_set() -> Result<()> {
    let db = items(3).await?;
    db.hooks().on_sync::<Item>(BeforeUpdate, |cx| {
        let score: f64 = cx.read("score")?;
        cx.set("note", format!("scored {score}"))?;
        cx.set("score", score * 2.0)
    });
    Item::update_each(&db, |i| i.score, [(1, 1.0), (2, 2.0), (1, 4.0)]).await?;
    assert_eq!(scores(&db).await?, [8.0, 4.0, 0.0]);
    let notes = Item::query()
        .order_by("id", Asc)
        .select(|i| i.note)
        .get(&db)
        .await?;
    assert_eq!(
        notes,
        [Some("scored 4".to_owned()), Some("scored 2".to_owned()), None]
    );
    // Those of another model of the table do not hear of it.
    dynamic()
        .update_each(&db, ["score"], [(1, 1.0), (2, 2.0)])
        .await?;
    assert_eq!(scores(&db).await?, [1.0, 2.0, 0.0]);
    Ok(())
}

#[tokio::test]
async fn a_hook_that_refuses_one_row_undoes_all() -> Result<()> {
    let db = items(3).await?;
    for event in [BeforeUpdate, AfterUpdate] {
        let hook = db.hooks().on_sync::<Item>(event, |cx| match cx.get("score") {
            Some(Value::Float(score)) if score < 0.0 => Err(cx.refuse("no such score")),
            _ => Ok(()),
        });
        let rows = [(1, 1.0), (2, -1.0), (3, 3.0)];
        let error = Item::update_each(&db, |i| i.score, rows).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Hook);
        assert_eq!(scores(&db).await?, [0.0; 3]);
        let tx = db.begin().await?;
        Item::update_each(&tx, |i| i.score, [(3, 7.0), (1, 8.0)]).await?;
        let error = Item::update_each(&tx, |i| i.score, rows).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Hook);
        assert_eq!(scores(&tx).await?, [8.0, 0.0, 7.0]);
        tx.rollback().await?;
        db.hooks().remove(hook);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_undone_is_told_so() -> Result<()> {
    let db = items(3).await?;
    let seen: Seen = Arc::default();
    for event in [AfterCommit, AfterRollback] {
        let seen = Arc::clone(&seen);
        db.hooks().on_sync::<Item>(event, move |cx| {
            let score = cx.get("score").unwrap();
            seen.lock().unwrap().push(format!("{event} {score}"));
            Ok(())
        });
    }
    // The second row fails; the first had been updated.
    let rows = [(1, ("a", 1.0)), (2, ("a", 2.0)), (3, ("c", 3.0))];
    Item::update_each(&db, |i| (i.code, i.score), rows)
        .await
        .unwrap_err();
    assert_eq!(take(&seen), ["after_rollback 1", "after_rollback 2"]);
    let tx = db.begin().await?;
    Item::update_each(&tx, |i| (i.code, i.score), rows)
        .await
        .unwrap_err();
    Item::update_each(&tx, |i| i.score, [(1, 5.0), (2, 6.0)]).await?;
    tx.commit().await?;
    let ends = [
        "after_rollback 1",
        "after_rollback 2",
        "after_commit 5",
        "after_commit 6",
    ];
    assert_eq!(take(&seen), ends);
    Ok(())
}

#[tokio::test]
async fn hooks_of_dynamic_models_and_writes_of_hooks() -> Result<()> {
    let db = items(3).await?;
    let items = dynamic();
    db.hooks().on_model(&items, AfterUpdate, async |cx| {
        // The same way of writing within a hook, in the same transaction.
        let score: f64 = cx.read("score")?;
        Item::update_each(cx.db(), |i| i.score, [(3, score), (2, score)]).await?;
        Ok(())
    });
    items.update_each(&db, ["score"], [(1, 1.0), (1, 4.0)]).await?;
    assert_eq!(scores(&db).await?, [4.0, 4.0, 4.0]);
    Ok(())
}
