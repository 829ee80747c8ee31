//! What `create_tables` makes for hashed models.

use sqloquent::{DeletedRecord, Dialect, RecordVersion, prelude::*, schema::create_sql};

use crate::fixture::{Doc, with};

#[test]
fn hashed_models_bring_the_tables_along_that_they_need() {
    let names = |tables: &[String]| -> Vec<String> {
        let made = tables.iter().filter(|sql| sql.starts_with("CREATE TABLE"));
        made.map(|sql| sql.split('"').nth(1).unwrap().to_owned())
            .collect()
    };
    let sql = create_sql([Doc::table()], Dialect::SQLITE).unwrap();
    assert_eq!(names(&sql), ["deleted_records", "docs", "record_versions"]);
    let own = DynamicModel::new(
        "deleted_records",
        ["id", "model_class", "record_id", "record", "timestamp"],
    );
    let sql = create_sql(
        [Doc::table().into(), sqloquent::Table::from(&own)],
        Dialect::SQLITE,
    )
    .unwrap();
    assert_eq!(names(&sql), ["deleted_records", "docs", "record_versions"]);
}

#[test]
fn the_versions_before_a_record_are_found_newest_first() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("One").insert(&db).await?;
        let one = doc.id;
        doc.update(&db, |d| d.title = "Two".into()).await?;
        let two = doc.id;
        doc.update(&db, |d| d.title = "One".into()).await?;
        assert_eq!(doc.id, one);
        doc.update(&db, |d| d.title = "Three".into()).await?;
        let versions = RecordVersion::before::<Doc>(&db, &doc.id.to_string()).await?;
        let ids: Vec<_> = versions.iter().map(|v| &*v.previous_id).collect();
        assert_eq!(ids, [one.to_string(), two.to_string(), one.to_string()]);
        assert!(versions.iter().all(|v| v.model_class == "Doc"));
        assert!(RecordVersion::before::<Doc>(&db, "none").await?.is_empty());
        Ok(())
    });
}

#[test]
fn what_is_written_and_what_is_read_is_one_table() {
    for (own, model) in [
        ("deleted_records", DeletedRecord::table()),
        ("record_versions", RecordVersion::table()),
    ] {
        let sql = |tables: Vec<sqloquent::Table>| {
            let mut sql = create_sql(tables, Dialect::SQLITE).unwrap();
            sql.retain(|s| s.contains(own));
            sql
        };
        assert_eq!(
            sql(vec![Doc::table().into()]),
            sql(vec![Doc::table().into(), model.into()]),
            "{own}"
        );
    }
}

/// A future that is dropped after so many polls, wherever it is then.
async fn polled_at_most<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|cx| {
        if left == 0 {
            return std::task::Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

#[tokio::test]
async fn a_change_that_is_dropped_half_way_has_happened_wholly_or_not_at_all() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("docs.db").display())).await?;
    db.create_tables::<Doc>().await?;
    // Hooks that yield are where it can be dropped.
    for event in [
        Event::BeforeUpdate,
        Event::AfterUpdate,
        Event::BeforeDelete,
        Event::AfterDelete,
    ] {
        db.hooks().on::<Doc>(event, async |_| {
            tokio::task::yield_now().await;
            Ok(())
        });
    }
    for polls in 1.. {
        let mut doc = Doc::new("Old").insert(&db).await?;
        let done = polled_at_most(polls, async {
            doc.update(&db, |d| d.title = "New".into()).await?;
            doc.delete(&db).await
        })
        .await;
        let (stored, kept) = (
            crate::fixture::titles(&db).await?,
            crate::fixture::archives(&db).await?,
        );
        let kept: Vec<_> = kept
            .iter()
            .map(|a| a.field("title").as_str().unwrap().to_owned())
            .collect();
        let expected: [(&[&str], &[&str]); 3] =
            [(&["Old"], &[]), (&["New"], &["Old"]), (&[], &["Old", "New"])];
        assert!(
            expected.iter().any(|(s, k)| stored == *s && kept == *k),
            "{polls}: {stored:?} {kept:?}"
        );
        if done.transpose()?.is_some() {
            assert!(polls > 2, "it was dropped half-way as well");
            break;
        }
        let raw = db.bypass();
        Doc::query().all_rows().delete(&raw).await?;
        DeletedRecord::query().all_rows().delete(&db).await?;
    }
    assert_eq!(db.stats().open_transactions, 0);
    Ok(())
}
