//! Long lists.

use sqloquent::{Expression as _, Model, Result};

use super::fill;
use crate::{Item, Subject};

/// 100,000 numbers in a list.
pub async fn of_numbers(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 500).await?;
    let even = || (0..100_000_i64).map(|i| i * 2);
    assert_eq!(Item::query().is_in("size", even()).count(&t.db).await?, 250);
    assert_eq!(Item::query().not_in("size", even()).count(&t.db).await?, 250);
    let typed: Vec<i64> = even().collect();
    assert_eq!(
        Item::query()
            .filter(|i| i.size.is_in(typed))
            .get(&t.db)
            .await?
            .len(),
        250
    );
    Ok(())
}

/// 40,000 texts in a list.
pub async fn of_texts(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 300).await?;
    let names = (100..40_100).map(|i| format!("a-{i}"));
    assert_eq!(Item::query().is_in("name", names).count(&t.db).await?, 200);
    Ok(())
}

/// Rows of many keys.
pub async fn of_keys(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 1_000).await?;
    let ids: Vec<i64> = Item::query().pluck(&t.db, "id").await?;
    let unknown = (0..40_000).map(|i| 1_000_000 + i);
    let found = Item::find_many(&t.db, ids.iter().copied().chain(unknown)).await?;
    assert_eq!(found.len(), 1_000);
    Ok(())
}

/// Nothing is in an empty list, everything is not.
pub async fn empty(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 3).await?;
    let none: [i64; 0] = [];
    assert_eq!(Item::query().is_in("size", none).count(&t.db).await?, 0);
    assert_eq!(Item::query().not_in("size", none).count(&t.db).await?, 3);
    Ok(())
}
