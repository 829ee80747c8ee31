//! Models that are not what they were when their first records were noted.

use sqloquent::{ColumnType, prelude::*, record, verify::FindingKind};

/// Columns that a model got or lost since are no tampering.
#[tokio::test]
async fn rows_noted_before_the_model_changed_are_read_and_verified() {
    let before = DynamicModel::new("notes", ["id", "text", "lost"])
        .column("text", ColumnType::Text)
        .column("lost", ColumnType::Int64)
        .history();
    let after = DynamicModel::new("notes", ["id", "text"])
        .column("text", ColumnType::Text)
        .column("more", ColumnType::Text)
        .nullable("more")
        .column("count", ColumnType::Int64)
        .default_sql("count", "3")
        .history();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("a.db").display());
    let db = Db::connect(&url).await.unwrap();
    db.create_table_defs([before.clone()]).await.unwrap();
    for text in ["one", "two", "three"] {
        let row = record! { "id": text, "text": text, "lost": 1 };
        before.insert(&db, row).await.unwrap();
    }
    db.close().await.unwrap();

    let db = Db::connect(&url).await.unwrap();
    db.execute_script(
        "alter table notes drop column lost;
         alter table notes add column more text;
         alter table notes add column count integer not null default 3",
    )
    .await
    .unwrap();
    let report = db.verify().table(&after).run().await.unwrap();
    assert_eq!((report.records, report.total()), (3, 0), "{report}");
    let history = after.history_of(&db, "one").await.unwrap();
    let one = history.version(1).unwrap();
    assert_eq!(one.read::<i64>("count").unwrap(), 3);
    assert_eq!(one.read::<Option<String>>("more").unwrap(), None);
    let two = after.find_required(&db, "two").await.unwrap();
    let mut changed = two.clone();
    changed.update(&db, record! { "count": 4 }).await.unwrap();
    // What both have, and what came later, is compared as ever.
    db.execute_script(
        "update notes set text = 'forged' where id = 'one'; update notes set more = 'forged' where id = 'three'",
    )
    .await
    .unwrap();
    let report = db.verify().table(&after).run().await.unwrap();
    let found = report.of(FindingKind::ChangedOutside);
    let mut ids: Vec<_> = found.filter_map(|f| f.record_id.as_deref()).collect();
    ids.sort_unstable();
    assert_eq!((ids, report.total()), (vec!["one", "three"], 2), "{report}");
    let report = after.query().verify(&db).await.unwrap();
    assert_eq!(report.total(), 2, "{report}");
    let history = after.history_of(&db, "one").await.unwrap();
    assert_eq!(
        history
            .restore(&db, 1)
            .await
            .unwrap()
            .read::<String>("text")
            .unwrap(),
        "one"
    );
}
