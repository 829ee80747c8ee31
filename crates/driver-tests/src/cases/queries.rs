//! Queries: order, counts, and what follows from each other.

use sqloquent::{Asc, Desc, Expression as _, Model, Result};

use super::fill;
use crate::{Item, Owner, Subject};

/// NULL is smaller than all else unless said otherwise.
pub async fn null_ordering(t: &Subject) -> Result<()> {
    for (name, note) in [("a", Some("1")), ("b", None), ("c", Some("2"))] {
        let mut item = Item::new(name, 0);
        item.note = note.map(str::to_owned);
        item.insert(&t.db).await?;
    }
    let names = async |query: sqloquent::Query<Item>| query.pluck::<String>(&t.db, "name").await;
    let q = Item::query;
    assert_eq!(names(q().order_by("note", Asc)).await?, ["b", "a", "c"]);
    assert_eq!(names(q().order_by("note", Desc)).await?, ["c", "a", "b"]);
    assert_eq!(
        names(q().order(|i| i.note.asc().nulls_last())).await?,
        ["a", "c", "b"]
    );
    assert_eq!(
        names(q().order(|i| i.note.desc().nulls_first())).await?,
        ["b", "c", "a"]
    );
    Ok(())
}

/// `count`, `exists`, `first`, `take` and `get` agree, whatever the query.
pub async fn terminals_agree(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 30).await?;
    let q = || Item::query().order_by("size", Asc);
    let queries = [
        q(),
        q().less("size", 10),
        q().limit(7),
        q().skip(25),
        q().skip(28).limit(5),
        q().skip(100),
        q().equal("name", "none"),
        q().distinct().greater("size", 20),
        q().limit(0),
    ];
    for query in queries {
        let all = query.get(&t.db).await?;
        assert_eq!(
            query.count(&t.db).await?,
            i64::try_from(all.len()).unwrap_or(-1),
            "{query:?}"
        );
        assert_eq!(query.exists(&t.db).await?, !all.is_empty(), "{query:?}");
        assert_eq!(query.first(&t.db).await?.as_ref(), all.first(), "{query:?}");
        assert_eq!(query.take(&t.db, 3).await?, all[..all.len().min(3)], "{query:?}");
        assert_eq!(query.get(&t.db).await?, all, "terminals do not change the query");
    }
    Ok(())
}

/// Joins, inner and outer, and counts over them.
pub async fn joins(t: &Subject) -> Result<()> {
    let ada = Owner::new("ada").insert(&t.db).await?;
    let bob = Owner::new("bob").insert(&t.db).await?;
    for (name, size) in [("a", 1), ("b", 2)] {
        let mut item = Item::new(name, size);
        item.owner_id = Some(ada.id);
        item.insert(&t.db).await?;
    }
    let inner = Owner::query()
        .join::<Item>(|(o, i)| i.owner_id.eq(o.id))
        .order(|(_, i)| i.size.asc());
    let rows: Vec<(Owner, Item)> = inner.get(&t.db).await?;
    assert_eq!(
        rows.iter().map(|(o, i)| (o.id, i.size)).collect::<Vec<_>>(),
        [(ada.id, 1), (ada.id, 2)]
    );
    assert_eq!(inner.count(&t.db).await?, 2);
    let outer = Owner::query()
        .left_join::<Item>(|(o, i)| i.owner_id.eq(o.id))
        .filter(|(_, i)| i.id.is_null());
    let rows: Vec<(Owner, Option<Item>)> = outer.get(&t.db).await?;
    assert_eq!(rows, [(bob, None)]);
    assert_eq!(outer.count(&t.db).await?, 1);
    Ok(())
}

/// Sums, means, extremes and groups.
pub async fn aggregates(t: &Subject) -> Result<()> {
    assert_eq!(Item::query().sum(&t.db, |i| i.size).await?, None);
    fill(&t.db, "a", 5).await?;
    let q = Item::query;
    assert_eq!(q().sum(&t.db, |i| i.size).await?, Some(10));
    assert_eq!(q().avg(&t.db, |i| i.size).await?, Some(2.0));
    assert_eq!(q().min(&t.db, |i| i.size).await?, Some(0));
    assert_eq!(q().max(&t.db, |i| i.size).await?, Some(4));
    q().greater("size", 2)
        .update(&t.db, |i| [i.note.set("big")])
        .await?;
    let groups: Vec<(Option<String>, i64)> = q()
        .group(|i| i.note)
        .select(|i| (i.note, i.id.count()))
        .order(|i| i.note.asc())
        .get(&t.db)
        .await?;
    assert_eq!(groups, [(None, 3), (Some("big".into()), 2)]);
    Ok(())
}

/// A table that is changed after a statement was prepared is read as it is then.
pub async fn a_table_that_changes(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 3).await?;
    for _ in 0..3 {
        assert_eq!(Item::query().get(&t.db).await?.len(), 3);
        assert_eq!(t.db.raw("select * from items", ()).rows().await?.len(), 3);
    }
    t.db.execute_script("alter table items add column added integer default 5")
        .await?;
    for _ in 0..8 {
        let rows = t.db.raw("select * from items", ()).rows().await?;
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].read::<i64>("added")?, 5);
        assert_eq!(Item::query().get(&t.db).await?.len(), 3);
    }
    Ok(())
}

/// Raw statements with parameters.
pub async fn raw_statements(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 5).await?;
    let count: i64 =
        t.db.raw("select count(*) from items where size > ?", (2,))
            .scalar()
            .await?;
    assert_eq!(count, 2);
    let pairs: Vec<(String, i64)> =
        t.db.raw(
            "select name, size from items where name = ? or size = ? order by size",
            ("a-1", 4),
        )
        .get_as()
        .await?;
    assert_eq!(pairs, [("a-1".into(), 1), ("a-4".into(), 4)]);
    let none: Option<(i64,)> =
        t.db.raw("select size from items where size = ?", (77,))
            .first_as()
            .await?;
    assert_eq!(none, None);
    Ok(())
}
