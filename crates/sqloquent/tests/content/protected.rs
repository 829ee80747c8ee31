//! Tables of hashed models are not written to past their models.

use sqloquent::{ColumnType, Query, prelude::*, record};

use crate::fixture::{Doc, archives, titles, with};

#[derive(Model, Clone, Debug)]
#[model(table = "docs")]
struct Row {
    #[model(id)]
    id: String,
    title: String,
    pages: i64,
    open: bool,
}

#[test]
fn writes_past_the_model_are_refused_without_a_bypass() {
    with::<Doc, _>(async |db| {
        Doc::new("A").insert(&db).await?;
        let rows = DynamicModel::new("DOCS", ["id", "title"]).column("pages", ColumnType::Int64);
        let row = || Row::new("x", 1, true);
        let mut read = Row::query().first_required(&db).await?;
        let mut record = rows.query().first_required(&db).await?;
        let refused = [
            row().insert(&db).await.map(|_| ()),
            Row::insert_many(&db, [row()]).await.map(|_| ()),
            Row::insert_or_ignore(&db, row()).await.map(|_| ()),
            Row::upsert(&db, row(), |r| (r.id,)).await.map(|_| ()),
            read.update(&db, |r| r.pages = 9).await,
            read.save(&db).await,
            read.delete(&db).await,
            Row::query()
                .all_rows()
                .update(&db, |r| [r.pages.set(9)])
                .await
                .map(|_| ()),
            Row::update_each(&db, |r| r.pages, [("x", 9), ("y", 9)])
                .await
                .map(|_| ()),
            Row::query().all_rows().delete(&db).await.map(|_| ()),
            Row::query()
                .all_rows()
                .update_returning(&db, [("pages", 9)])
                .await
                .map(|_| ()),
            Row::query().all_rows().delete_returning(&db).await.map(|_| ()),
            rows.insert(&db, record! { "title": "x" }).await.map(|_| ()),
            record.update(&db, record! { "pages": 9 }).await,
            record.delete(&db).await,
            rows.update_each(&db, ["pages"], [("x", 9), ("y", 9)])
                .await
                .map(|_| ()),
            rows.query().all_rows().delete(&db).await.map(|_| ()),
            Query::from_table("docs").all_rows().delete(&db).await.map(|_| ()),
            Query::from_table("docs")
                .insert(&db, record! { "title": "x" })
                .await
                .map(|_| ()),
        ];
        for (i, refused) in refused.into_iter().enumerate() {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidQuery, "{i}: {error}");
            assert!(error.to_string().contains("bypass"), "{i}: {error}");
        }
        assert_eq!(titles(&db).await?, ["A"]);
        assert!(archives(&db).await?.is_empty());

        row().insert(&db.bypass()).await?;
        let all = rows.query().all_rows();
        assert_eq!(all.update_columns(&db.bypass(), [("pages", 9)]).await?, 2);
        let tx = db.begin().await?;
        assert_eq!(all.delete(&tx.bypass()).await?, 2);
        tx.commit().await?;
        // The same definition goes the same way.
        DynamicModel::of::<Doc>()
            .insert(&db, record! { "title": "B", "pages": 1, "open": true })
            .await?;
        assert!(Doc::query().first_required(&db).await?.is_intact());
        Ok(())
    });
}

#[test]
fn hooks_do_not_open_a_way_past_the_model() {
    with::<Doc, _>(async |db| {
        for event in [Event::BeforeInsert, Event::BeforeUpdate, Event::BeforeDelete] {
            db.hooks().on_table_sync("docs", event, |_| Ok(()));
        }
        Doc::new("A").insert(&db).await?;
        let mut row = Row::query().first_required(&db).await?;
        let refused = [
            row.save(&db).await,
            Row::query()
                .all_rows()
                .update(&db, |r| [r.pages.set(9)])
                .await
                .map(|_| ()),
            Row::query().all_rows().delete(&db).await.map(|_| ()),
            row.delete(&db).await,
        ];
        for refused in refused {
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidQuery);
        }
        Ok(())
    });
}
