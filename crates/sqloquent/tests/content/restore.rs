//! Bringing back deleted records.

use std::sync::{Arc, Mutex};

use sqloquent::{ColumnType, ContentId, DeletedRecord, Models, prelude::*, record};

use crate::fixture::{Archived, Doc, archives, titles, with};

/// What python's package writes, and what is written here: names, types and forms.
#[test]
fn an_archive_has_the_form_of_the_described_table() {
    with::<Doc, _>(async |db| {
        let doc = Doc::noted("A", "n").insert(&db).await?;
        let deleted = doc.archive(&db).await?;
        let [
            Archived {
                id,
                model_class,
                record_id,
                record,
                timestamp,
            },
        ]: [Archived; 1] = archives(&db).await?.try_into().unwrap();
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!((&*model_class, record_id), ("Doc", doc.id.to_string()));
        assert!(timestamp.parse::<u64>().unwrap() > 1_700_000_000);
        let columns = packify::Value::dict([
            ("id", packify::Value::from(doc.id.to_string())),
            ("title", "A".into()),
            ("pages", 0.into()),
            ("open", true.into()),
            ("note", "n".into()),
        ]);
        assert_eq!(packify::unpack(&record).unwrap(), columns);
        assert_eq!((deleted.id, deleted.record), (id, record));
        let types: (String, String) = db
            .raw(
                "select typeof(record), typeof(timestamp) from deleted_records",
                (),
            )
            .first_as()
            .await?
            .unwrap();
        assert_eq!(types, ("blob".into(), "text".into()));
        Ok(())
    });
}

#[test]
fn pitfall_c11_a_record_is_restored_once_it_is_known_to_be_what_it_was() {
    with::<Doc, _>(async |db| {
        let doc = Doc::noted("A", "n").insert(&db).await?;
        let deleted = doc.archive(&db).await?;
        assert_eq!(deleted.instance::<Doc>()?, doc);
        assert_eq!(deleted.restore::<Doc>(&db).await?, doc);
        assert_eq!(Doc::find(&db, doc.id).await?, Some(doc.clone()));
        assert!(archives(&db).await?.is_empty());

        let again = deleted.restore::<Doc>(&db).await.unwrap_err();
        assert_eq!(again.kind(), ErrorKind::NotFound, "it was restored already");
        let deleted = doc.archive(&db).await?;
        doc.clone().insert(&db).await?;
        let again = deleted.restore::<Doc>(&db).await.unwrap_err();
        assert_eq!((again.kind(), again.table()), (ErrorKind::Unique, Some("docs")));
        assert_eq!(archives(&db).await?.len(), 1);
        Ok(())
    });
}

#[test]
fn pitfall_c11_an_archive_that_was_edited_is_not_restored() {
    with::<Doc, _>(async |db| {
        let doc = Doc::new("A").insert(&db).await?;
        let other = Doc::new("B").insert(&db).await?;
        let (deleted, other) = (doc.archive(&db).await?, other.archive(&db).await?);
        let edit = async |record: &[u8]| {
            let sql = "update deleted_records set record = ? where id = ?";
            db.raw(sql, (record, &*deleted.id)).execute().await?;
            DeletedRecord::find_required(&db, &deleted.id).await
        };
        // Other content, under the id of this.
        let mut forged = packify::unpack(&deleted.record).unwrap();
        if let packify::Value::Dict(columns) = &mut forged {
            columns.insert("title".into(), "Forged".into());
        }
        let forged = edit(&packify::pack(&forged).unwrap()).await?;
        let error = forged.restore::<Doc>(&db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.table()),
            (ErrorKind::ContentMismatch, Some("deleted_records"))
        );
        // Another record, sound in itself.
        let swapped = edit(&other.record).await?;
        assert_eq!(
            swapped.restore::<Doc>(&db).await.unwrap_err().kind(),
            ErrorKind::ContentMismatch
        );
        // No record at all.
        for damaged in [
            &b"\x4d\x40"[..],
            b"",
            &packify::pack("text").unwrap(),
            &[0xff; 40],
        ] {
            let damaged = edit(damaged).await?;
            assert_eq!(
                damaged.restore::<Doc>(&db).await.unwrap_err().kind(),
                ErrorKind::Decode
            );
            assert_eq!(
                damaged.restore_unverified::<Doc>(&db).await.unwrap_err().kind(),
                ErrorKind::Decode
            );
        }
        // What was read before the edit is not what is stored now.
        assert_eq!(
            deleted.restore::<Doc>(&db).await.unwrap_err().kind(),
            ErrorKind::StaleVersion
        );
        assert!(titles(&db).await?.is_empty());
        Ok(())
    });
}

#[test]
fn what_does_not_match_is_restored_where_that_is_said() {
    with::<Doc, _>(async |db| {
        let doc = Doc::new("A").insert(&db).await?;
        db.raw("update docs set title = 'Forged'", ()).execute().await?;
        let deleted = doc.archive(&db).await?;
        assert_eq!(
            deleted.restore::<Doc>(&db).await.unwrap_err().kind(),
            ErrorKind::ContentMismatch
        );
        let restored = deleted.restore_unverified::<Doc>(&db).await?;
        assert_eq!((restored.id, &*restored.title), (doc.id, "Forged"));
        assert!(!restored.is_intact());
        Ok(())
    });
}

#[test]
fn an_archive_with_any_byte_changed_is_refused_or_holds_the_same_content() {
    with::<Doc, _>(async |db| {
        let doc = Doc::noted("A", "n").insert(&db).await?;
        let deleted = doc.archive(&db).await?;
        let mut restored = 0;
        for at in 0..deleted.record.len() {
            let mut record = deleted.record.clone();
            record[at] ^= 1;
            db.raw("update deleted_records set record = ?", (&*record,))
                .execute()
                .await?;
            let edited = DeletedRecord::find_required(&db, &deleted.id).await?;
            let tx = db.begin().await?;
            match edited.restore::<Doc>(&tx).await {
                // What was changed is the note, which is no part of the content, or the name of the note or of the id.
                Ok(same) => {
                    assert_eq!(
                        Doc {
                            note: doc.note.clone(),
                            ..same
                        },
                        doc
                    );
                    restored += 1;
                }
                Err(e) => assert!(
                    matches!(e.kind(), ErrorKind::ContentMismatch | ErrorKind::Decode),
                    "{at}: {e}"
                ),
            }
            tx.rollback().await?;
        }
        assert_eq!(restored, "id".len() + "note".len() + "n".len());
        Ok(())
    });
}

#[test]
fn a_restore_that_fails_half_way_changes_nothing() {
    with::<Doc, _>(async |db| {
        let doc = Doc::new("A").insert(&db).await?;
        let deleted = doc.archive(&db).await?;
        db.execute_script(
            "create trigger refuse before delete on deleted_records begin select raise(abort, 'no'); end",
        )
        .await?;
        deleted.restore::<Doc>(&db).await.unwrap_err();
        assert!(titles(&db).await?.is_empty());
        db.execute_script("drop trigger refuse").await?;
        let tx = db.begin().await?;
        deleted.restore::<Doc>(&tx).await?;
        tx.rollback().await?;
        assert_eq!(archives(&db).await?.len(), 1);
        Ok(())
    });
}

#[test]
fn a_restore_has_events_of_its_own() {
    with::<Doc, _>(async |db| {
        let doc = Doc::new("A").insert(&db).await?;
        let deleted = doc.archive(&db).await?;
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        for &event in Event::ALL {
            let seen = Arc::clone(&seen);
            db.hooks().on_sync::<Doc>(event, move |cx| {
                seen.lock()
                    .unwrap()
                    .push(format!("{event}:{}", cx.read::<String>("title")?));
                Ok(())
            });
        }
        let id = db
            .hooks()
            .on_sync::<Doc>(Event::BeforeRestore, |cx| cx.set("title", "Other"));
        let error = deleted.restore::<Doc>(&db).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::ContentMismatch,
            "a hook cannot make another record of it"
        );
        db.hooks().remove(id);
        db.hooks()
            .on_sync::<Doc>(Event::BeforeRestore, |cx| cx.set("note", "back again"));
        seen.lock().unwrap().clear();
        let restored = deleted.restore::<Doc>(&db).await?;
        assert_eq!(restored.note.as_deref(), Some("back again"));
        assert_eq!(
            *seen.lock().unwrap(),
            ["before_restore:A", "after_restore:A", "after_commit:A"]
        );
        Ok(())
    });
}

#[test]
fn pitfall_c11_models_are_found_by_a_registry() {
    mod elsewhere {
        use sqloquent::{ContentId, prelude::*};

        #[derive(Model, Clone, Debug)]
        #[model(hashed, name = "Doc", table = "others")]
        pub(super) struct Doc {
            #[model(id)]
            id: ContentId,
            n: i64,
        }
    }
    with::<Doc, _>(async |db| {
        let deleted = Doc::new("A").insert(&db).await?.archive(&db).await?;
        let models = Models::new();
        let unknown = deleted.restore_with(&models, &db).await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Configuration);
        assert!(unknown.to_string().contains("`Doc`"), "{unknown}");
        models.register::<Doc>()?;
        models.register::<Doc>()?;
        assert_eq!(
            models.register::<elsewhere::Doc>().unwrap_err().kind(),
            ErrorKind::Configuration
        );
        assert_eq!(models.names(), ["Doc"]);
        let record = deleted.restore_with(&models, &db).await?;
        assert_eq!(record.read::<String>("title")?, "A");
        assert!(record.is_intact());
        // What was written to is known to the database already.
        let deleted = Doc::new("A").archive(&db).await?;
        assert_eq!(db.models().names(), ["Doc"]);
        let fired = Arc::new(Mutex::new(0));
        let count = Arc::clone(&fired);
        db.hooks().on_sync::<Doc>(Event::AfterRestore, move |_| {
            *count.lock().unwrap() += 1;
            Ok(())
        });
        deleted.restore_with(db.models(), &db).await?;
        assert_eq!(
            *fired.lock().unwrap(),
            1,
            "the hooks are those of the registered model"
        );
        let deleted = Doc::new("A").archive(&db).await?;
        let error = deleted.restore::<elsewhere::Doc>(&db).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::ContentMismatch,
            "the name is the same, the columns are not"
        );
        Ok(())
    });
}

#[test]
fn dynamic_models_are_restored_by_their_names() {
    sqloquent::block_on(async {
        let papers = DynamicModel::new("papers", ["id"])
            .named("Paper")
            .column("title", ColumnType::Text)
            .hashed();
        let db = Db::connect("sqlite::memory:").await?;
        db.create_table_defs([&papers]).await?;
        let paper = papers.insert(&db, record! { "title": "A" }).await?;
        paper.delete(&db).await?;
        let deleted = DeletedRecord::query().first_required(&db).await?;
        assert_eq!(
            deleted.restore::<Doc>(&db).await.unwrap_err().kind(),
            ErrorKind::Configuration
        );
        let models = Models::new();
        models.register_dynamic(&papers)?;
        assert_eq!(deleted.restore_with(&models, &db).await?, paper);
        Ok::<(), Error>(())
    })
    .unwrap();
}

#[test]
fn records_of_plain_models_can_be_archived_by_hand_and_restored() {
    #[derive(Model, Clone, Debug, PartialEq)]
    struct User {
        #[model(id)]
        id: i64,
        email: String,
    }
    with::<(User, DeletedRecord), _>(async |db| {
        let ada = User::new("ada@example.org").insert(&db).await?;
        let packed = packify::pack(&packify::Value::dict([("email", "ada@example.org")])).unwrap();
        let deleted = DeletedRecord::new("User", ada.id.to_string(), packed)
            .insert(&db)
            .await?;
        assert!(deleted.timestamp.parse::<u64>().is_ok());
        ada.delete(&db).await?;
        assert_eq!(deleted.restore::<User>(&db).await?, ada);
        let wrong = DeletedRecord::new(
            "User",
            "x",
            packify::pack(&packify::Value::dict::<&str, i64>([])).unwrap(),
        );
        assert_eq!(
            wrong.restore::<User>(&db).await.unwrap_err().kind(),
            ErrorKind::InvalidValue
        );
        Ok(())
    });
}

#[test]
fn older_versions_come_back_too() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("One").insert(&db).await?;
        let one: ContentId = doc.id;
        doc.update(&db, |d| d.title = "Two".into()).await?;
        let deleted = DeletedRecord::query()
            .equal("record_id", one)
            .first_required(&db)
            .await?;
        assert_eq!(deleted.restore::<Doc>(&db).await?.title, "One");
        assert_eq!(titles(&db).await?, ["One", "Two"]);
        Ok(())
    });
}
