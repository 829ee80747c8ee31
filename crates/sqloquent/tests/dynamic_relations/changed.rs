//! Changing the relation of a record.

use sqloquent::{DynamicModel, ErrorKind, Event, block_on, prelude::*, record};

use crate::{peopled, texts, world};

#[test]
fn has_many_gains_and_loses_records() {
    block_on(async {
        let w = peopled().await;
        let mut ada = w.users.find_required(&w.db, "ada").await.unwrap();
        let bob = w.users.find_required(&w.db, "bob").await.unwrap();
        let second = w.posts.find_required(&w.db, 2).await.unwrap();
        // A record that is not stored, one that was another's, one that goes.
        ada.relation_mut("posts")
            .unwrap()
            .add(record! { "title": "On notes" })
            .add(3)
            .remove(&second)
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(
            texts(ada.related("posts").unwrap(), "title"),
            ["Lost", "On engines", "On notes"]
        );
        assert!(
            w.posts
                .find_required(&w.db, 2)
                .await
                .unwrap()
                .get("author_id")
                .unwrap()
                .is_null()
        );
        // Already there: nothing changes, and nothing comes twice.
        ada.relation("posts")
            .unwrap()
            .add(1)
            .add(1)
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(
            ada.relation("posts").unwrap().query().count(&w.db).await.unwrap(),
            3
        );
        // All that are to be.
        bob.relation("posts")
            .unwrap()
            .set([&second])
            .save(&w.db)
            .await
            .unwrap();
        ada.relation_mut("posts")
            .unwrap()
            .set([1])
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(texts(ada.related("posts").unwrap(), "title"), ["On engines"]);
        ada.relation_mut("posts")
            .unwrap()
            .clear()
            .save(&w.db)
            .await
            .unwrap();
        assert!(ada.related("posts").unwrap().is_empty());
        assert_eq!(bob.relation("posts").unwrap().load(&w.db).await.unwrap().len(), 1);
        assert_eq!(w.posts.query().count(&w.db).await.unwrap(), 4);
    });
}

#[test]
fn relations_to_one_are_set_and_set_to_none() {
    block_on(async {
        let w = peopled().await;
        let mut bob = w.users.find_required(&w.db, "bob").await.unwrap();
        bob.relation_mut("boss")
            .unwrap()
            .clear()
            .save(&w.db)
            .await
            .unwrap();
        assert!(bob.get("boss_id").unwrap().is_null() && bob.related_one("boss").unwrap().is_none());
        let eve = w.users.record(record! { "id": "eve", "name": "Eve" }).unwrap();
        bob.relation_mut("boss")
            .unwrap()
            .set(Some(&eve))
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(bob.read::<String>("boss_id").unwrap(), "eve");
        assert_eq!(texts(bob.related("boss").unwrap(), "name"), ["Eve"]);
        assert_eq!(w.users.query().count(&w.db).await.unwrap(), 3);

        let mut ada = w.users.find_required(&w.db, "ada").await.unwrap();
        ada.relation_mut("avatar")
            .unwrap()
            .add(record! { "url": "b.png" })
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(texts(ada.related("avatar").unwrap(), "url"), ["b.png"]);
        assert_eq!(
            w.avatars.query().is_null("user_id").count(&w.db).await.unwrap(),
            1
        );
        ada.relation_mut("avatar")
            .unwrap()
            .set(None::<&Record>)
            .save(&w.db)
            .await
            .unwrap();
        assert!(ada.related_one("avatar").unwrap().is_none());
        let two = ada
            .relation("avatar")
            .unwrap()
            .set(["a", "b"])
            .save(&w.db)
            .await
            .unwrap_err();
        assert_eq!(two.kind(), ErrorKind::InvalidQuery);
    });
}

#[test]
fn pivots_are_attached_detached_synced_and_toggled() {
    block_on(async {
        let w = peopled().await;
        let mut bob = w.users.find_required(&w.db, "bob").await.unwrap();
        bob.relation_mut("roles")
            .unwrap()
            .add_with("r2", [("since", 1860)])
            .add(record! { "id": "r3", "name": "Editor" })
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(texts(bob.related("roles").unwrap(), "id"), ["r1", "r2", "r3"]);
        let since = w.pivot.find_required(&w.db, ("r2", "bob")).await.unwrap();
        assert_eq!(since.get("since"), Some(&Value::Int(1860)));
        // Adding one that is there adds no row.
        bob.relation("roles")
            .unwrap()
            .attach(&w.db, ["r1", "r2"])
            .await
            .unwrap();
        assert_eq!(
            w.pivot
                .query()
                .equal("user_id", "bob")
                .count(&w.db)
                .await
                .unwrap(),
            3
        );
        bob.relation("roles")
            .unwrap()
            .detach(&w.db, ["r1"])
            .await
            .unwrap();
        bob.relation_mut("roles")
            .unwrap()
            .toggle(&w.db, ["r1", "r2"])
            .await
            .unwrap();
        assert_eq!(texts(bob.related("roles").unwrap(), "id"), ["r1", "r3"]);
        bob.relation_mut("roles")
            .unwrap()
            .sync(&w.db, ["r2"])
            .await
            .unwrap();
        assert_eq!(texts(bob.related("roles").unwrap(), "id"), ["r2"]);
        // Empty is valid, and so is reloading what is empty.
        bob.relation_mut("roles")
            .unwrap()
            .set(Vec::<&str>::new())
            .save(&w.db)
            .await
            .unwrap();
        bob.relation_mut("roles").unwrap().reload(&w.db).await.unwrap();
        assert!(bob.related("roles").unwrap().is_empty());
        assert_eq!(w.roles.query().count(&w.db).await.unwrap(), 3);
        let e = bob
            .relation("posts")
            .unwrap()
            .toggle(&w.db, [1])
            .await
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Unsupported);
        let e = bob
            .relation("posts")
            .unwrap()
            .add_with(1, [("since", 1)])
            .save(&w.db)
            .await
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::InvalidQuery);
        let e = bob
            .relation("heard")
            .unwrap()
            .add(1)
            .save(&w.db)
            .await
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Unsupported);
    });
}

#[test]
fn lists_are_changed_from_both_sides() {
    block_on(async {
        let w = peopled().await;
        let mut c = w.steps.find_required(&w.db, "c").await.unwrap();
        c.relation_mut("after")
            .unwrap()
            .remove("zzz")
            .remove("a")
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(c.get("step_ids"), Some(&Value::Text("b".into())));
        assert_eq!(texts(c.related("after").unwrap(), "id"), ["b"]);
        let mut a = w.steps.find_required(&w.db, "a").await.unwrap();
        a.relation_mut("before")
            .unwrap()
            .set(["c"])
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(texts(a.related("before").unwrap(), "id"), ["c"]);
        let lists: Vec<String> = w
            .steps
            .query()
            .order_by("id", Asc)
            .pluck(&w.db, "step_ids")
            .await
            .unwrap();
        assert_eq!(lists, ["", "", "a,b"]);
    });
}

#[test]
fn records_of_another_model_are_refused_with_both_names() {
    block_on(async {
        let w = peopled().await;
        let ada = w.users.find_required(&w.db, "ada").await.unwrap();
        let role = w.roles.find_required(&w.db, "r1").await.unwrap();
        let e = ada
            .relation("posts")
            .unwrap()
            .add(&role)
            .save(&w.db)
            .await
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::InvalidValue);
        assert_eq!(
            e.message(),
            "`users.posts` is related to `posts`; the record is a `roles`. Make records by the model's own `record`, \
             `find` or `query`"
        );
        let e = ada.relation("pots").unwrap_err();
        assert!(e.message().contains("it has `avatar`, `posts`"), "{e}");
        let e = Record::new().relation("posts").unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Configuration);
        let e = ada
            .relation("posts")
            .unwrap()
            .add(77)
            .save(&w.db)
            .await
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::NotFound);
        let e = ada
            .relation("posts")
            .unwrap()
            .add(("a", "b"))
            .save(&w.db)
            .await
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::InvalidQuery);
    });
}

/// All or nothing, and what was not written is not shown.
#[test]
fn a_failed_save_leaves_everything_as_it_was() {
    block_on(async {
        let w = peopled().await;
        w.db.execute_script(
            "create trigger no before insert on role_users when new.role_id = 'r2' begin select raise(abort, 'no'); end",
        )
        .await
        .unwrap();
        let mut bob = w.users.find_required(&w.db, "bob").await.unwrap();
        let failed = bob
            .relation_mut("roles")
            .unwrap()
            .set(["r2"])
            .add(record! { "id": "r9" })
            .save(&w.db)
            .await;
        assert!(failed.is_err() && !bob.is_loaded("roles"));
        assert_eq!(
            texts(&bob.relation("roles").unwrap().load(&w.db).await.unwrap(), "id"),
            ["r1"]
        );
        assert_eq!(w.roles.find(&w.db, "r9").await.unwrap(), None);
        // In a transaction that goes on, too.
        let tx = w.db.begin().await.unwrap();
        assert!(
            bob.relation("roles")
                .unwrap()
                .set(["r2"])
                .save(&tx)
                .await
                .is_err()
        );
        bob.relation("posts").unwrap().add(1).save(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            texts(&bob.relation("roles").unwrap().load(&w.db).await.unwrap(), "id"),
            ["r1"]
        );
        assert_eq!(
            bob.relation("posts").unwrap().query().count(&w.db).await.unwrap(),
            1
        );
    });
}

#[test]
fn hooks_run_on_writes_of_relations() {
    block_on(async {
        let w = peopled().await;
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        for (model, event, name) in [
            (&w.posts, Event::AfterUpdate, "post updated"),
            (&w.posts, Event::AfterInsert, "post inserted"),
            (&w.pivot, Event::AfterInsertMany, "pivots inserted"),
            (&w.pivot, Event::AfterDelete, "pivots deleted"),
        ] {
            let seen = std::sync::Arc::clone(&seen);
            w.db.hooks().on_model_sync(model, event, move |_| {
                seen.lock().unwrap().push(name);
                Ok(())
            });
        }
        let bob = w.users.find_required(&w.db, "bob").await.unwrap();
        bob.relation("posts")
            .unwrap()
            .add(1)
            .add(record! { "title": "New" })
            .save(&w.db)
            .await
            .unwrap();
        bob.relation("roles")
            .unwrap()
            .set(["r2"])
            .save(&w.db)
            .await
            .unwrap();
        assert_eq!(
            *seen.lock().unwrap(),
            [
                "post updated",
                "post inserted",
                "pivots deleted",
                "pivots inserted"
            ]
        );
    });
}

#[test]
fn the_query_of_a_relation_is_a_builder() {
    block_on(async {
        let w = peopled().await;
        let ada = w.users.find_required(&w.db, "ada").await.unwrap();
        let posts = || ada.relation("posts").unwrap().query();
        assert_eq!(posts().contains("title", "loom").count(&w.db).await.unwrap(), 1);
        assert_eq!(
            posts().update_columns(&w.db, [("title", "Same")]).await.unwrap(),
            2
        );
        assert_eq!(
            w.posts.query().equal("title", "Same").count(&w.db).await.unwrap(),
            2
        );
        assert_eq!(posts().equal("id", 1).delete(&w.db).await.unwrap(), 1);
        assert_eq!(
            ada.relation("roles").unwrap().query().count(&w.db).await.unwrap(),
            2
        );
        assert_eq!(
            ada.relation("heard").unwrap().query().count(&w.db).await.unwrap(),
            1
        );
        let unsaved = DynamicModel::new("x", ["id", "y"]);
        unsaved.has_many("xs", &unsaved).key("y").declare().unwrap();
        assert!(unsaved.record(()).unwrap().relation("xs").is_ok());
        assert_eq!(world().await.users.relation_names().len(), 6);
    });
}

#[test]
fn composite_keys_are_held_and_let_go() {
    block_on(async {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        db.execute_script(
            "create table places (country text, code integer, name text, primary key (country, code));
             create table visits (id integer primary key, country text, code integer);
             insert into places values ('de', 1, 'Ulm'), ('at', 1, 'Linz');
             insert into visits values (1, 'de', 1), (2, 'at', 1)",
        )
        .await
        .unwrap();
        let places = DynamicModel::new("places", ["country", "code", "name"]).ids(["country", "code"]);
        let visits = DynamicModel::new("visits", ["id", "country", "code"]).assigned_id();
        places
            .has_many("visits", &visits)
            .key(["country", "code"])
            .declare()
            .unwrap();
        visits
            .belongs_to("place", &places)
            .key(["country", "code"])
            .declare()
            .unwrap();
        let mut ulm = places.find_required(&db, ("de", 1)).await.unwrap();
        ulm.relation_mut("visits")
            .unwrap()
            .set([2])
            .save(&db)
            .await
            .unwrap();
        assert_eq!(texts(ulm.related("visits").unwrap(), "id"), ["2"]);
        let mut first = visits.find_required(&db, 1).await.unwrap();
        assert!(first.get("country").unwrap().is_null() && first.get("code").unwrap().is_null());
        first
            .relation_mut("place")
            .unwrap()
            .add(("at", 1))
            .save(&db)
            .await
            .unwrap();
        assert_eq!(texts(first.related("place").unwrap(), "name"), ["Linz"]);
    });
}
