//! What goes wrong with content-addressed records elsewhere.

use sqloquent::{ContentId, prelude::*};

use crate::fixture::{Doc, archives, links, titles, with};

#[test]
fn pitfall_c1_what_the_database_holds_is_archived_not_what_the_instance_became() {
    with::<Doc, _>(async |db| {
        let old = Doc::new("Old").insert(&db).await?;
        let mut doc = old.clone();
        doc.title = "New".into();
        doc.save(&db).await?;
        assert_eq!(doc.id, Doc::new("New").id);
        let archives = archives(&db).await?;
        assert_eq!(archives.len(), 1);
        assert_eq!(archives[0].record_id, old.id.to_string());
        assert_eq!(archives[0].field("title"), "Old".into());
        assert_eq!(archives[0].model_class, "Doc");
        assert_eq!(titles(&db).await?, ["New"]);
        // The same by an update whose instance is stale: somebody else's note is archived with it.
        let mut stale = doc.clone();
        doc.update(&db, |d| d.note = Some("theirs".into())).await?;
        stale.update(&db, |d| d.title = "Newer".into()).await?;
        let archives = crate::fixture::archives(&db).await?;
        assert_eq!(archives[1].field("note"), "theirs".into());
        assert_eq!(
            stale.note.as_deref(),
            Some("theirs"),
            "what was not changed here is as it was stored"
        );
        Ok(())
    });
}

#[test]
fn pitfall_c2_a_change_that_fails_half_way_changes_nothing() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("Old").insert(&db).await?;
        let before = doc.clone();
        for table in ["deleted_records", "record_versions"] {
            let trigger = format!(
                "create trigger refuse before insert on {table} begin select raise(abort, 'no room'); end"
            );
            db.execute_script(&trigger).await?;
            doc.update(&db, |d| d.title = "New".into()).await.unwrap_err();
            assert_eq!(doc, before);
            Doc::query()
                .all_rows()
                .update(&db, |d| [d.title.set("New")])
                .await
                .unwrap_err();
            if table == "deleted_records" {
                doc.delete(&db).await.unwrap_err();
                Doc::query().all_rows().delete(&db).await.unwrap_err();
            }
            assert_eq!(Doc::query().get(&db).await?, std::slice::from_ref(&before));
            assert!(archives(&db).await?.is_empty());
            assert!(links(&db).await?.is_empty());
            db.execute_script("drop trigger refuse").await?;
        }
        // In a transaction of the caller's, which goes on, it is the same.
        db.execute_script(
            "create trigger refuse before insert on record_versions begin select raise(abort, 'no'); end",
        )
        .await?;
        let tx = db.begin().await?;
        doc.update(&tx, |d| d.title = "New".into()).await.unwrap_err();
        Doc::new("Other").insert(&tx).await?;
        tx.commit().await?;
        assert_eq!(titles(&db).await?, ["Old", "Other"]);
        assert!(archives(&db).await?.is_empty());
        Ok(())
    });
}

#[test]
fn pitfall_c3_every_version_names_the_one_before() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("One").insert(&db).await?;
        let one = doc.id;
        doc.update(&db, |d| d.title = "Two".into()).await?;
        let two = doc.id;
        doc.save(&db).await?;
        Doc::query()
            .equal("title", "Two")
            .update(&db, |d| [d.pages.add(1)])
            .await?;
        let three = Doc::query().first_required(&db).await?.id;
        assert_eq!(
            links(&db).await?,
            [
                (two.to_string(), one.to_string()),
                (three.to_string(), two.to_string())
            ]
        );
        Ok(())
    });
}

#[test]
fn pitfall_c5_queries_go_the_same_way_and_forged_ids_are_not_taken() {
    with::<Doc, _>(async |db| {
        let forged = ContentId::from_bytes([7; 32]);
        let doc = Doc {
            id: forged,
            ..Doc::new("A")
        }
        .insert(&db)
        .await?;
        assert_eq!(doc.id, Doc::new("A").id);
        Doc::insert_many(
            &db,
            [Doc {
                id: forged,
                ..Doc::new("B")
            }],
        )
        .await?;
        assert_eq!(Doc::find(&db, forged).await?, None);
        let error = Doc::query()
            .equal("title", "A")
            .update(&db, |d| [d.id.set(forged)])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        let error = Doc::query()
            .equal("title", "A")
            .update_columns(&db, [("id", "x")])
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.table()),
            (ErrorKind::InvalidQuery, Some("docs"))
        );

        assert_eq!(
            Doc::query().all_rows().update(&db, |d| [d.pages.set(3)]).await?,
            2
        );
        let all = Doc::query().get(&db).await?;
        assert!(all.iter().all(|d| d.is_intact() && d.pages == 3));
        assert_eq!(archives(&db).await?.len(), 2);
        assert_eq!(Doc::query().equal("pages", 3).delete(&db).await?, 2);
        assert_eq!(archives(&db).await?.len(), 4);
        Ok(())
    });
}

#[test]
fn pitfall_c5_a_bypass_is_explicit() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("A").insert(&db).await?;
        doc.update(&db.bypass(), |d| d.title = "B".into()).await?;
        assert!(!doc.is_intact());
        let tx = db.begin().await?;
        doc.delete(&tx.bypass()).await?;
        tx.commit().await?;
        assert!(archives(&db).await?.is_empty());
        assert_eq!(Doc::query().count(&db).await?, 0);
        Ok(())
    });
}

#[test]
fn pitfall_c6_a_tampered_row_is_not_taken_for_the_record_that_it_was() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("A").insert(&db).await?;
        db.raw("update docs set title = 'Forged'", ()).execute().await?;
        assert!(!Doc::find_required(&db, doc.id).await?.is_intact());
        let kinds = [
            Doc::new("A").insert(&db).await.map(|_| ()),
            Doc::insert_many_returning(&db, [Doc::new("A")]).await.map(|_| ()),
            doc.update(&db, |d| d.pages = 1).await,
            Doc::query()
                .all_rows()
                .update(&db, |d| [d.pages.set(1)])
                .await
                .map(|_| ()),
        ]
        .map(|done| done.unwrap_err().kind());
        assert_eq!(kinds, [ErrorKind::ContentMismatch; 4]);
        // What is no part of the content can be changed; and the row can be deleted, as it was found.
        doc.update(&db, |d| d.note = Some("checked".into())).await?;
        doc.delete(&db).await?;
        assert_eq!(archives(&db).await?[0].field("title"), "Forged".into());
        Ok(())
    });
}

#[test]
fn pitfall_c6_a_row_of_another_type_is_archived_as_it_was_found() {
    with::<Doc, _>(async |db| {
        let doc = Doc::new("A").insert(&db).await?;
        db.raw("update docs set pages = 'many'", ()).execute().await?;
        doc.delete(&db).await?;
        assert_eq!(archives(&db).await?[0].field("pages"), "many".into());
        Ok(())
    });
}

#[test]
fn pitfall_c8_the_same_content_twice_is_one_record() {
    with::<Doc, _>(async |db| {
        let first = Doc::noted("A", "first").insert(&db).await?;
        let second = Doc::noted("A", "second").insert(&db).await?;
        assert_eq!(second, first, "the stored row comes back");
        let mut saved = Doc::noted("A", "saved");
        saved.save(&db).await?;
        assert_eq!(saved.note.as_deref(), Some("saved"), "a save stores every column");
        assert_eq!(
            Doc::insert_many(&db, [Doc::new("A"), Doc::new("B"), Doc::new("B")]).await?,
            1
        );
        let all = Doc::insert_many_returning(&db, [Doc::new("C"), Doc::new("A"), Doc::new("C")]).await?;
        assert_eq!(all.iter().map(|d| &*d.title).collect::<Vec<_>>(), ["C", "A"]);
        assert_eq!(all[1].note.as_deref(), Some("saved"));
        assert_eq!(Doc::insert_or_ignore(&db, Doc::new("A")).await?, None);
        assert!(Doc::insert_or_ignore(&db, Doc::new("D")).await?.is_some());
        assert_eq!(titles(&db).await?, ["A", "B", "C", "D"]);
        assert!(archives(&db).await?.is_empty());
        Ok(())
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pitfall_c8_tasks_that_write_the_same_content_all_succeed() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("docs.db").display())).await?;
    db.create_tables::<Doc>().await?;
    let tasks: Vec<_> = (0..32)
        .map(|i| {
            let db = db.clone();
            tokio::spawn(async move {
                let doc = Doc::new(format!("{}", i % 4)).insert(&db).await?;
                Doc::insert_many(&db, (0..4).map(|i| Doc::new(format!("{i}")))).await?;
                Ok::<_, Error>(doc.id)
            })
        })
        .collect();
    for (i, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap()?, Doc::new(format!("{}", i % 4)).id);
    }
    assert_eq!(titles(&db).await?, ["0", "1", "2", "3"]);
    Ok(())
}

#[test]
fn pitfall_c9_the_instance_shows_what_was_stored() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("A").insert(&db).await?;
        let id = doc.id;
        doc.update(&db, |d| d.note = Some("n".into())).await?;
        assert_eq!((doc.id, doc.note.as_deref()), (id, Some("n")));
        assert_eq!(Doc::find_required(&db, id).await?, doc);
        assert!(archives(&db).await?.is_empty(), "the content is the same");
        doc.update(&db, |d| d.title = "B".into()).await?;
        assert_eq!(Doc::find_required(&db, doc.id).await?, doc);
        assert_eq!(Doc::find(&db, id).await?, None);
        Ok(())
    });
}

#[test]
fn pitfall_c10_an_unsaved_instance_is_refused_by_kind() {
    with::<Doc, _>(async |db| {
        let mut unsaved = Doc::new("A");
        let update = unsaved.update(&db, |d| d.pages = 9).await.unwrap_err();
        let delete = unsaved.delete(&db).await.unwrap_err();
        let mut unset = Doc {
            id: ContentId::UNSET,
            ..Doc::new("A")
        };
        let reload = unset.reload(&db).await.unwrap_err();
        for error in [update, delete, reload] {
            assert_eq!((error.kind(), error.table()), (ErrorKind::NotFound, Some("docs")));
        }
        unset.save(&db).await?;
        assert_eq!(unset, Doc::new("A"));
        Ok(())
    });
}

#[test]
fn pitfall_c15_what_the_caller_gave_is_not_changed() {
    with::<Doc, _>(async |db| {
        let given = sqloquent::record! { "title": "A" }?;
        let docs = sqloquent::DynamicModel::of::<Doc>()
            .default("pages", 4)
            .default("open", true);
        let stored = docs.insert(&db, &given).await?;
        assert_eq!(given.len(), 1);
        assert_eq!(stored.read::<i64>("pages")?, 4);
        Ok(())
    });
}

#[test]
fn what_is_kept_needs_its_tables_and_says_so() {
    with::<Doc, _>(async |db| {
        db.execute_script("drop table deleted_records").await?;
        let doc = Doc::new("A").insert(&db).await?;
        let error = doc.delete(&db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.table()),
            (ErrorKind::UnknownTable, Some("deleted_records"))
        );
        assert!(error.to_string().contains("create_tables"), "{error}");
        assert_eq!(titles(&db).await?, ["A"]);
        Ok(())
    });
}
