//! Matching of text means the same on every engine.

use sqloquent::{Model, Query, Result};

use crate::{Item, Subject};

const NAMES: [&str; 8] = [
    "Alpha",
    "alphabet",
    "100%",
    "100 percent",
    "a_b",
    "axb",
    "back\\slash",
    "ÄRGER",
];

async fn found(t: &Subject, query: Query<Item>) -> Result<Vec<String>> {
    query.order_by("size", sqloquent::Asc).pluck(&t.db, "name").await
}

async fn filled(t: &Subject) -> Result<()> {
    let rows = (0..).zip(NAMES).map(|(i, name)| Item::new(name, i));
    Item::insert_many(&t.db, rows).await.map(drop)
}

/// ASCII letters match in either case, others exactly.
pub async fn letters(t: &Subject) -> Result<()> {
    filled(t).await?;
    let q = Item::query;
    assert_eq!(
        found(t, q().starts_with("name", "ALPHA")).await?,
        ["Alpha", "alphabet"]
    );
    assert_eq!(found(t, q().ends_with("name", "ALPHA")).await?, ["Alpha"]);
    assert_eq!(found(t, q().contains("name", "phaB")).await?, ["alphabet"]);
    assert_eq!(found(t, q().starts_with("name", "Ä")).await?, ["ÄRGER"]);
    assert_eq!(found(t, q().starts_with("name", "Är")).await?, ["ÄRGER"]);
    assert_eq!(found(t, q().starts_with("name", "är")).await?, [""; 0]);
    assert_eq!(found(t, q().does_not_start_with("name", "a")).await?.len(), 4);
    assert_eq!(found(t, q().excludes("name", "A")).await?.len(), 3);
    Ok(())
}

/// `%`, `_` and the backslash are ordinary characters.
pub async fn wildcards_are_literal(t: &Subject) -> Result<()> {
    filled(t).await?;
    let q = Item::query;
    assert_eq!(found(t, q().starts_with("name", "100%")).await?, ["100%"]);
    assert_eq!(found(t, q().contains("name", "_")).await?, ["a_b"]);
    assert_eq!(found(t, q().contains("name", "%")).await?, ["100%"]);
    assert_eq!(
        found(t, q().ends_with("name", "k\\slash")).await?,
        ["back\\slash"]
    );
    assert_eq!(found(t, q().contains("name", "\\")).await?, ["back\\slash"]);
    assert_eq!(found(t, q().contains("name", "")).await?.len(), NAMES.len());
    Ok(())
}

/// The exact forms tell cases apart.
pub async fn exact_forms(t: &Subject) -> Result<()> {
    filled(t).await?;
    let q = Item::query;
    assert_eq!(
        found(t, q().starts_with_exact("name", "alpha")).await?,
        ["alphabet"]
    );
    assert_eq!(
        found(t, q().contains_exact("name", "lpha")).await?,
        ["Alpha", "alphabet"]
    );
    assert_eq!(found(t, q().ends_with_exact("name", "ALPHA")).await?, [""; 0]);
    assert_eq!(found(t, q().starts_with_exact("name", "100%")).await?, ["100%"]);
    Ok(())
}

/// Patterns are patterns in `like`, and equality is exact.
pub async fn patterns(t: &Subject) -> Result<()> {
    filled(t).await?;
    let q = Item::query;
    assert_eq!(found(t, q().like("name", "?", "a_b")).await?, ["a_b", "axb"]);
    assert_eq!(found(t, q().like("name", "%?%", "phab")).await?, ["alphabet"]);
    assert_eq!(found(t, q().equal("name", "alpha")).await?, [""; 0]);
    assert_eq!(found(t, q().equal("name", "Alpha")).await?, ["Alpha"]);
    Ok(())
}
