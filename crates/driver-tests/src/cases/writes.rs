//! Writes do what they say, and say what they did.

use sqloquent::{Asc, ErrorKind, Model, Result};

use super::{fill, refused};
use crate::{Item, Subject};

/// Counts are those of the rows that were touched.
pub async fn affected_rows(t: &Subject) -> Result<()> {
    assert_eq!(fill(&t.db, "a", 10).await?, 10);
    let small = || Item::query().less("size", 4);
    assert_eq!(
        small()
            .update(&t.db, |i| [i.size.add(0), i.note.set("small")])
            .await?,
        4
    );
    assert_eq!(small().delete(&t.db).await?, 4);
    assert_eq!(small().delete(&t.db).await?, 0);
    assert_eq!(small().update(&t.db, |i| [i.note.set("none")]).await?, 0);
    assert_eq!(t.db.raw("update items set note = 'raw'", ()).execute().await?, 6);
    assert_eq!(
        t.db.raw("select * from items", ()).execute().await?,
        0,
        "a read touches nothing"
    );
    let none: [Item; 0] = [];
    assert_eq!(Item::insert_many(&t.db, none).await?, 0);
    Ok(())
}

/// Insert gives back what was stored, the key that the database counted included.
pub async fn assigned_keys(t: &Subject) -> Result<()> {
    let first = Item::new("first", 1).insert(&t.db).await?;
    let second = Item::new("second", 2).insert(&t.db).await?;
    assert!(first.id > 0 && second.id > first.id, "{first:?} {second:?}");
    assert_eq!(Item::find_required(&t.db, first.id).await?, first);
    assert_eq!(Item::find_required(&t.db, second.id).await?, second);
    Ok(())
}

/// Many inserted at once come back in their order, each with its key.
pub async fn many_come_back_in_order(t: &Subject) -> Result<()> {
    let rows: Vec<_> = (0..1_200)
        .map(|i| Item::new(format!("n{i}"), 1_200 - i))
        .collect();
    let stored = Item::insert_many_returning(&t.db, rows.clone()).await?;
    assert_eq!(stored.len(), rows.len());
    for (mut wanted, stored) in rows.into_iter().zip(&stored) {
        wanted.id = stored.id;
        assert_eq!(&wanted, stored);
    }
    let ids: Vec<i64> = Item::query()
        .order_by("size", sqloquent::Desc)
        .pluck(&t.db, "id")
        .await?;
    assert_eq!(ids, stored.iter().map(|i| i.id).collect::<Vec<_>>());
    Ok(())
}

/// 50,000 rows in one call.
pub async fn fifty_thousand_rows(t: &Subject) -> Result<()> {
    assert_eq!(fill(&t.db, "bulk", 50_000).await?, 50_000);
    assert_eq!(Item::query().count(&t.db).await?, 50_000);
    let sum = Item::query().sum(&t.db, |i| i.size).await?;
    assert_eq!(sum, Some((0..50_000).sum::<i64>()));
    Ok(())
}

/// Bulk inserts are all or nothing.
pub async fn bulk_is_atomic(t: &Subject) -> Result<()> {
    let rows = (0..3_000).map(|i| Item::new(format!("n{}", i % 2_999), i));
    let error = refused(Item::insert_many(&t.db, rows).await);
    assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
    assert_eq!(Item::query().count(&t.db).await?, 0);
    Ok(())
}

/// Many rows get values of their own, all or none.
pub async fn each_row_its_own(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 1_000).await?;
    let ids: Vec<i64> = Item::query().order_by("id", Asc).pluck(&t.db, "id").await?;
    let rows = ids
        .iter()
        .enumerate()
        .map(|(n, &id)| (id, (format!("b{n}"), n as i64)));
    assert_eq!(Item::update_each(&t.db, |i| (i.name, i.size), rows).await?, 1_000);
    let rows = [
        (ids[0], None),
        (ids[1], Some("x")),
        (ids[999] + 1_000, Some("y")),
        (ids[0], Some("z")),
    ];
    assert_eq!(Item::update_each(&t.db, |i| i.note, rows).await?, 3);
    let first = Item::find_required(&t.db, ids[0]).await?;
    assert_eq!(
        (&*first.name, first.size, first.note.as_deref()),
        ("b0", 0, Some("z"))
    );
    let last = Item::find_required(&t.db, ids[999]).await?;
    assert_eq!((&*last.name, last.size), ("b999", 999));
    let refusals = [(ids[5], ("c", 5)), (ids[6], ("c", 6)), (ids[7], ("d", 7))];
    let error = refused(Item::update_each(&t.db, |i| (i.name, i.size), refusals).await);
    assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
    assert_eq!(Item::query().starts_with("name", "b").count(&t.db).await?, 1_000);
    Ok(())
}

/// Insert or ignore stores once; upsert changes what is there.
pub async fn conflicts(t: &Subject) -> Result<()> {
    let first = Item::insert_or_ignore(&t.db, Item::new("a", 1)).await?;
    assert!(first.is_some());
    assert_eq!(Item::insert_or_ignore(&t.db, Item::new("a", 2)).await?, None);
    let mut changed = Item::new("a", 3);
    changed.note = Some("upserted".into());
    let stored = Item::upsert(&t.db, changed, |i| (i.name,)).await?;
    assert_eq!((stored.size, stored.note.as_deref()), (3, Some("upserted")));
    assert_eq!(Some(stored.id), first.map(|f| f.id), "the row keeps its key");
    Item::upsert(&t.db, Item::new("b", 4), |i| (i.name,)).await?;
    assert_eq!(Item::query().count(&t.db).await?, 2);
    Ok(())
}

/// Updates and saves of one instance.
pub async fn single_rows(t: &Subject) -> Result<()> {
    let mut item = Item::new("a", 1).insert(&t.db).await?;
    item.update(&t.db, |i| i.note = Some("updated".into())).await?;
    item.size = 5;
    item.save(&t.db).await?;
    let found = Item::find_required(&t.db, item.id).await?;
    assert_eq!((found.size, found.note.as_deref()), (5, Some("updated")));
    item.delete(&t.db).await?;
    assert!(!Item::query().exists(&t.db).await?);
    Ok(())
}

/// Changed and deleted rows come back where the engine can; elsewhere that is an error.
pub async fn changed_rows_come_back(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 5).await?;
    let query = Item::query().greater("size", 2);
    let changed = query.update_returning(&t.db, [("note", "new")]).await;
    if !t.db.dialect().returning_from_update {
        assert_eq!(refused(changed).kind(), ErrorKind::Unsupported);
        return Ok(());
    }
    let mut changed = changed?;
    changed.sort_by_key(|i| i.size);
    let stored = query.order_by("size", Asc).get(&t.db).await?;
    assert_eq!(changed, stored);
    assert!(stored.iter().all(|i| i.note.as_deref() == Some("new")));
    let gone = Item::query().greater("size", 2).delete_returning(&t.db).await?;
    assert_eq!(gone.len(), 2);
    assert_eq!(Item::query().count(&t.db).await?, 3);
    Ok(())
}
