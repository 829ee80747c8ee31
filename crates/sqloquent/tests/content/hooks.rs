//! Hooks of hashed models.

use std::sync::{Arc, Mutex};

use sqloquent::prelude::*;

use crate::fixture::{Doc, archives, titles, with};

fn noted(db: &Db) -> Arc<Mutex<Vec<String>>> {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    for &event in Event::ALL {
        let seen = Arc::clone(&seen);
        db.hooks().on_sync::<Doc>(event, move |cx| {
            let title = cx.get("title").map_or_else(String::new, |t| format!(":{t}"));
            seen.lock().unwrap().push(format!("{event}{title}"));
            Ok(())
        });
    }
    seen
}

fn taken(seen: &Mutex<Vec<String>>) -> Vec<String> {
    std::mem::take(&mut *seen.lock().unwrap())
}

#[test]
fn ids_are_made_of_what_the_hooks_left() {
    with::<Doc, _>(async |db| {
        db.hooks()
            .on::<Doc>(Event::BeforeInsert, async |cx| cx.set("title", "From the hook"));
        db.hooks().on::<Doc>(Event::BeforeInsertMany, async |cx| {
            cx.set("title", "From the hook")
        });
        db.hooks()
            .on::<Doc>(Event::BeforeUpdate, async |cx| cx.set("pages", 7));
        let mut doc = Doc::new("Mine").insert(&db).await?;
        assert_eq!(doc.id, Doc::new("From the hook").id);
        assert_eq!(
            Doc::insert_many(&db, [Doc::new("Other")]).await?,
            0,
            "the same record"
        );
        doc.update(&db, |d| d.title = "Two".into()).await?;
        assert_eq!((&*doc.title, doc.pages), ("Two", 7));
        assert!(doc.is_intact());
        Doc::query()
            .all_rows()
            .update(&db, |d| [d.title.set("Three")])
            .await?;
        assert!(Doc::query().first_required(&db).await?.is_intact());
        assert_eq!(archives(&db).await?.len(), 2);
        Ok(())
    });
}

#[test]
fn nothing_is_told_after_an_insert_of_what_was_there() {
    with::<Doc, _>(async |db| {
        let seen = noted(&db);
        Doc::new("A").insert(&db).await?;
        assert_eq!(
            taken(&seen),
            ["before_insert:A", "after_insert:A", "after_commit:A"]
        );
        Doc::new("A").insert(&db).await?;
        assert_eq!(taken(&seen), ["before_insert:A"]);
        Doc::insert_many(&db, [Doc::new("A")]).await?;
        assert_eq!(taken(&seen), ["before_insert_many:A"]);
        Doc::insert_many_returning(&db, [Doc::new("A"), Doc::new("B")]).await?;
        assert_eq!(
            taken(&seen),
            ["before_insert_many", "after_insert_many", "after_commit"]
        );
        Ok(())
    });
}

#[test]
fn every_kind_of_write_fires_its_events_once() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("A").insert(&db).await?;
        let seen = noted(&db);
        doc.update(&db, |d| d.title = "B".into()).await?;
        assert_eq!(
            taken(&seen),
            ["before_update:B", "after_update:B", "after_commit:B"]
        );
        doc.title = "C".into();
        doc.save(&db).await?;
        assert_eq!(
            taken(&seen),
            [
                "before_save:C",
                "before_update:C",
                "after_update:C",
                "after_save:C",
                "after_commit:C"
            ]
        );
        doc.save(&db).await?;
        assert_eq!(taken(&seen), ["before_save:C", "after_save:C", "after_commit:C"]);
        let mut new = Doc::new("D");
        new.save(&db).await?;
        assert_eq!(
            taken(&seen),
            [
                "before_save:D",
                "before_insert:D",
                "after_insert:D",
                "after_save:D",
                "after_commit:D"
            ]
        );
        Doc::query().all_rows().update(&db, |d| [d.pages.set(1)]).await?;
        assert_eq!(taken(&seen), ["before_update", "after_update", "after_commit"]);
        Doc::query().equal("title", "D").delete(&db).await?;
        assert_eq!(taken(&seen), ["before_delete", "after_delete", "after_commit"]);
        Doc::query().first_required(&db).await?.delete(&db).await?;
        assert_eq!(
            taken(&seen),
            ["before_delete:C", "after_delete:C", "after_commit:C"]
        );
        Doc::upsert(&db, Doc::new("E"), |d| (d.id,)).await?;
        assert_eq!(taken(&seen), ["before_save:E", "after_save:E", "after_commit:E"]);
        Ok(())
    });
}

#[test]
fn a_refusing_hook_undoes_the_archive_too() {
    with::<Doc, _>(async |db| {
        let mut doc = Doc::new("A").insert(&db).await?;
        for event in [Event::AfterUpdate, Event::AfterDelete] {
            db.hooks().on::<Doc>(event, async |cx| Err(cx.refuse("no")));
        }
        let update = doc.update(&db, |d| d.title = "B".into()).await.unwrap_err();
        let delete = doc.delete(&db).await.unwrap_err();
        assert_eq!([update.kind(), delete.kind()], [ErrorKind::Hook; 2]);
        assert_eq!(titles(&db).await?, ["A"]);
        assert!(archives(&db).await?.is_empty());
        Ok(())
    });
}
