//! Hashed models that are declared at run time.

use sqloquent::{ColumnType, prelude::*, record};

use crate::fixture::{archives, links};

fn docs() -> DynamicModel {
    DynamicModel::new("papers", ["id", "title"])
        .named("Paper")
        .column("title", ColumnType::Text)
        .column("open", ColumnType::Bool)
        .column("note", ColumnType::Text)
        .default("open", true)
        .exclude_from_hash(["note"])
}

#[test]
fn records_of_hashed_models_go_the_way_of_typed_ones() {
    sqloquent::block_on(async {
        let docs = docs();
        let db = Db::connect("sqlite::memory:").await?;
        db.create_table_defs([&docs]).await?;
        let mut doc = docs.insert(&db, record! { "title": "A" }).await?;
        assert!(doc.is_intact());
        assert_eq!(
            docs.insert(&db, record! { "id": "forged", "title": "A", "note": "x" })
                .await?,
            doc
        );
        let first: String = doc.read("id")?;
        doc.update(&db, record! { "note": "n" }).await?;
        assert_eq!(doc.read::<String>("id")?, first);
        doc.update(&db, record! { "title": "B", "open": false }).await?;
        assert!(doc.is_intact());
        assert_eq!(links(&db).await?, [(doc.read::<String>("id")?, first)]);
        doc.set("title", "C")?;
        doc.save(&db).await?;
        assert!(doc.is_intact());
        docs.query()
            .all_rows()
            .update_columns(&db, [("title", "D")])
            .await?;
        let doc = docs.query().first_required(&db).await?;
        assert!(doc.is_intact());
        doc.delete(&db).await?;
        let archives = archives(&db).await?;
        assert_eq!(archives.len(), 4);
        assert!(archives.iter().all(|a| a.model_class == "Paper"));
        assert_eq!(archives[1].field("open"), false.into());
        assert_eq!(
            docs.insert_many(&db, [record! { "title": "E" }, record! { "title": "E" }])
                .await?,
            1
        );
        let again = docs
            .upsert(&db, record! { "title": "E", "note": "again" }, ["id"])
            .await?;
        assert_eq!(again.read::<String>("note")?, "again");
        Ok::<(), Error>(())
    })
    .unwrap();
}

#[test]
fn the_engine_is_not_to_change_or_delete_hashed_rows_by_itself() {
    use sqloquent::OnChange;
    let base = || docs().column("parent", ColumnType::Text);
    for (action, right) in [
        (OnChange::NoAction, true),
        (OnChange::Restrict, true),
        (OnChange::SetNull, false),
        (OnChange::Cascade, false),
    ] {
        let declared = base().references("parent", "papers", "id", action);
        assert_eq!(declared.check().is_ok(), right, "{action:?}");
        let excluded = declared.check().is_ok() || action == OnChange::SetNull;
        let left_out = base()
            .exclude_from_hash(["parent"])
            .references("parent", "papers", "id", action);
        assert_eq!(left_out.check().is_ok(), excluded, "{action:?}");
    }
}
