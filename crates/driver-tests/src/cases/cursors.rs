//! Going through rows: chunks and streams.

use futures_util::StreamExt as _;
use sqloquent::{Asc, Desc, Error, ErrorKind, Model, Result};

use super::{fill, refused};
use crate::{Item, Subject};

/// Every row once, in chunks of the size asked for, whatever the query.
pub async fn every_row_once(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 1_000).await?;
    let queries = [
        (Item::query(), 1_000, false),
        (Item::query().order_by("size", Desc), 1_000, true),
        (Item::query().less("size", 995), 995, false),
    ];
    for (query, rows, ordered) in queries {
        for size in [1_000, 999, 333, 100] {
            let mut chunks = query.chunk(&t.db, size);
            let mut seen = Vec::new();
            while let Some(chunk) = chunks.next().await? {
                assert!(!chunk.is_empty() && chunk.len() <= size);
                seen.extend(chunk.into_iter().map(|i| i.size));
            }
            assert_eq!(chunks.next().await?, None, "the end stays the end");
            let first = seen.first().copied();
            seen.sort_unstable();
            assert_eq!(seen, (0..rows).collect::<Vec<_>>());
            if ordered {
                assert_eq!(first, Some(999));
            }
        }
    }
    assert_eq!(
        refused(Item::query().chunk(&t.db, 0).next().await).kind(),
        ErrorKind::InvalidQuery
    );
    Ok(())
}

/// As a stream, borrowed and owned.
pub async fn streams(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 2_500).await?;
    let query = Item::query().order_by("size", Asc);
    let mut borrowed = query.stream(&t.db);
    let mut expected = 0;
    while let Some(item) = borrowed.next().await {
        assert_eq!(item?.size, expected);
        expected += 1;
    }
    assert_eq!(expected, 2_500);
    let owned: Vec<_> = query.stream_owned(t.db.clone()).collect().await;
    assert_eq!(owned.into_iter().collect::<Result<Vec<_>>>()?.len(), 2_500);
    Ok(())
}

/// Dropped early, dozens of times: the connections are free, and writers too.
pub async fn dropped_early(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 2_000).await?;
    for i in 0..40 {
        let mut chunks = Item::query().order_by("name", Asc).chunk(&t.db, 10);
        for _ in 0..i % 4 {
            assert_eq!(chunks.next().await?.map(|c| c.len()), Some(10));
        }
        drop(chunks);
        let mut stream = Item::query().order_by("size", Asc).stream(&t.db);
        assert!(stream.next().await.is_some());
        drop(stream);
        Item::new(format!("b{i}"), 0).insert(&t.db).await?;
    }
    assert_eq!(Item::query().count(&t.db).await?, 2_040);
    Ok(())
}

/// Two at once, with writes between.
pub async fn two_at_once(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 600).await?;
    let mut up = Item::query().order_by("size", Asc).chunk(&t.db, 100);
    let mut down = Item::query().order_by("size", Desc).chunk(&t.db, 100);
    for i in 0..6 {
        let (up, down) = (up.next().await?, down.next().await?);
        assert_eq!(up.and_then(|c| c.first().map(|i| i.size)), Some(i * 100));
        assert_eq!(down.and_then(|c| c.first().map(|i| i.size)), Some(599 - i * 100));
        Item::new(format!("between-{i}"), 10_000).insert(&t.db).await?;
    }
    assert_eq!((up.next().await?, down.next().await?), (None, None));
    Ok(())
}

/// An ordered query is read from one state: what is written meanwhile does not show.
pub async fn one_state(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 500).await?;
    let mut chunks = Item::query().order_by("size", Asc).chunk(&t.db, 50);
    let mut seen = Vec::new();
    while let Some(chunk) = chunks.next().await? {
        seen.extend(chunk.into_iter().map(|i| i.size));
        if seen.len() == 50 {
            Item::query().all_rows().delete(&t.db).await?;
        }
    }
    assert_eq!(seen, (0..500).collect::<Vec<_>>());
    Ok(())
}

/// Over a plain table, rows that are there throughout come exactly once while others come and go.
pub async fn exactly_once_beside_writers(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 1_000).await?;
    let mut chunks = Item::query().chunk(&t.db, 90);
    let (mut seen, mut round) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await? {
        seen.extend(
            chunk
                .into_iter()
                .filter(|i| i.name.starts_with("a-"))
                .map(|i| i.size),
        );
        Item::new(format!("b{round}"), 0).insert(&t.db).await?;
        Item::query()
            .equal("name", format!("b{}", round - 1))
            .delete(&t.db)
            .await?;
        Item::query()
            .starts_with("name", "a-")
            .update(&t.db, |i| [i.note.set("touched")])
            .await?;
        round += 1;
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..1_000).collect::<Vec<_>>());
    Ok(())
}

/// Inside a transaction they see its changes; early drop gives the transaction back.
pub async fn inside_a_transaction(t: &Subject) -> Result<()> {
    t.db.transaction(async |tx| {
        fill(tx, "a", 300).await?;
        for query in [Item::query(), Item::query().order_by("name", Asc)] {
            let mut chunks = query.chunk(tx, 70);
            let mut seen = 0;
            while let Some(chunk) = chunks.next().await? {
                seen += chunk.len();
            }
            assert_eq!(seen, 300);
            let mut early = query.chunk(tx, 7);
            assert!(early.next().await?.is_some());
            drop(early);
            assert_eq!(Item::query().count(tx).await?, 300);
        }
        Ok::<_, Error>(())
    })
    .await
}

/// Nothing to go through.
pub async fn no_rows(t: &Subject) -> Result<()> {
    assert_eq!(Item::query().chunk(&t.db, 5).next().await?, None);
    assert_eq!(
        Item::query().order_by("name", Asc).chunk(&t.db, 5).next().await?,
        None
    );
    assert!(Item::query().stream(&t.db).next().await.is_none());
    Ok(())
}
