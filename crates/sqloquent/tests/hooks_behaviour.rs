//! What hooks can do, and what they are kept from doing.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqloquent::{DynamicModel, Hooks, Operation, hooks::Observer, prelude::*, record};

use Event::*;

#[derive(Model, Clone, Debug, PartialEq)]
pub struct User {
    #[model(id)]
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    #[model(default = 0)]
    pub logins: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Entry {
    #[model(id)]
    pub id: i64,
    pub what: String,
}

async fn open() -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(User, Entry)>().await?;
    Ok(db)
}

async fn entries(db: &dyn Executor) -> Result<Vec<String>> {
    let entries = Entry::query().order(|e| e.id.asc()).get(db).await?;
    Ok(entries.into_iter().map(|e| e.what).collect())
}

/// A hook that notes its event as a row.
fn note(hooks: &Hooks, event: Event) {
    hooks.on::<User>(event, async move |cx| {
        Entry::new(event.name()).insert(cx.db()).await?;
        Ok(())
    });
}

#[tokio::test]
async fn pitfall_e1_concurrent_hooks_are_joined() -> Result<()> {
    let db = open().await?;
    let seen: Arc<Mutex<Vec<&str>>> = Arc::default();
    let both = Arc::new(tokio::sync::Barrier::new(2));
    for name in ["first", "second"] {
        let (seen, both) = (Arc::clone(&seen), Arc::clone(&both));
        db.hooks().on::<User>(BeforeInsert, async move |cx| {
            // Each waits for the other.
            both.wait().await;
            Entry::new(name).insert(cx.db()).await?;
            seen.lock().unwrap().push(name);
            Ok(())
        });
    }
    let last = Arc::clone(&seen);
    db.hooks().on_sync::<User>(BeforeInsert, move |_| {
        last.lock().unwrap().push("sync");
        Ok(())
    });
    User::new("a").insert(&db.parallel_events()).await?;
    let mut order = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(order.remove(0), "sync");
    order.sort_unstable();
    assert_eq!(order, ["first", "second"]);
    assert_eq!(entries(&db).await?.len(), 2);
    // One after the other they would wait for ever.
    let alone = User::new("b");
    let waiting = tokio::time::timeout(Duration::from_millis(50), alone.insert(&db)).await;
    assert!(waiting.is_err());
    assert_eq!(User::query().count(&db).await?, 1);
    assert_eq!(db.stats().open_transactions, 0);
    Ok(())
}

#[tokio::test]
async fn concurrent_hooks_fail_by_order_of_registration() -> Result<()> {
    let db = open().await?;
    let done = Arc::new(AtomicUsize::new(0));
    for (pause, name) in [(20, "slow"), (0, "fast")] {
        let done = Arc::clone(&done);
        db.hooks().on::<User>(AfterInsert, async move |cx| {
            // Writes of concurrent hooks with hooks of their own are kept apart.
            Entry::new(name).insert(cx.db()).await?;
            tokio::time::sleep(Duration::from_millis(pause)).await;
            done.fetch_add(1, Ordering::Relaxed);
            Err(cx.refuse(name))
        });
    }
    db.hooks().on::<Entry>(AfterInsert, async |cx| {
        let _: i64 = cx.db().raw("select count(*) from entries", ()).scalar().await?;
        tokio::task::yield_now().await;
        Ok(())
    });
    let error = User::new("a").insert(&db.parallel_events()).await.unwrap_err();
    assert_eq!(error.message(), "slow");
    assert_eq!(done.load(Ordering::Relaxed), 2);
    assert_eq!(entries(&db).await?, [""; 0]);
    Ok(())
}

mod other {
    use super::*;

    #[derive(Model, Clone, Debug)]
    #[model(table = "users")]
    pub(crate) struct User {
        #[model(id)]
        pub(crate) id: String,
        pub(crate) email: String,
    }
}

#[tokio::test]
async fn pitfall_e3_same_named_types_do_not_share_hooks() -> Result<()> {
    let db = open().await?;
    db.hooks()
        .on_sync::<User>(BeforeInsert, |cx| cx.set("email", "one"));
    db.hooks()
        .on_sync::<other::User>(BeforeInsert, |cx| cx.set("email", "two"));
    db.execute_script(
        "drop table users; create table users (id text primary key, email text, bio text, logins integer)",
    )
    .await?;
    assert_eq!(User::new("x").insert(&db).await?.email, "one");
    assert_eq!(other::User::new("x").insert(&db).await?.email, "two");
    // Nor do dynamic models of the table; another database has hooks of its own.
    let users = DynamicModel::new("users", ["id", "email"]);
    assert_eq!(
        users
            .insert(&db, record! { "email": "x" })
            .await?
            .read::<String>("email")?,
        "x"
    );
    let elsewhere = open().await?;
    assert_eq!(User::new("x").insert(&elsewhere).await?.email, "x");
    Ok(())
}

#[tokio::test]
async fn pitfall_e4_validation_comes_first_and_hooks_are_in_the_transaction() -> Result<()> {
    let db = open().await?;
    let calls = Arc::new(AtomicUsize::new(0));
    for &event in Event::ALL {
        let calls = Arc::clone(&calls);
        db.hooks().on_table_sync("users", event, move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
    }
    // What cannot be written runs no hook.
    let users = DynamicModel::new("users", ["id", "email"]);
    let unknown = users.insert(&db, record! { "emial": "x" }).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::UnknownColumn);
    let unknown = User::query()
        .all_rows()
        .update_columns(&db, [("emial", 1)])
        .await
        .unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::UnknownColumn);
    let all = User::query().delete(&db).await.unwrap_err();
    assert_eq!(all.kind(), ErrorKind::InvalidQuery);
    let none: [sqloquent::Assignment; 0] = [];
    assert!(User::query().all_rows().update(&db, |_| none).await.is_err());
    assert!(User::query().equal("emial", 1).delete(&db).await.is_err());
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    db.hooks().clear_table("users", None);

    // A hook after the write that fails undoes it; the end is told apart.
    note(db.hooks(), AfterInsert);
    let hook = db
        .hooks()
        .on_sync::<User>(AfterInsert, |cx| Err(cx.refuse("never")));
    let refused = User::new("a").insert(&db).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.table()),
        (ErrorKind::Hook, Some("users"))
    );
    assert_eq!(
        (User::query().count(&db).await?, entries(&db).await?.len()),
        (0, 0)
    );
    db.hooks().remove(hook);
    let stored = Arc::new(Mutex::new(None));
    let at_end = Arc::clone(&stored);
    db.hooks().on::<User>(AfterCommit, async move |cx| {
        assert!(!cx.db().in_transaction());
        let n = User::query().count(cx.db()).await?;
        *at_end.lock().unwrap() = Some((cx.operation(), n, cx.read::<String>("email")?));
        Err(cx.refuse("too late"))
    });
    User::new("a").insert(&db).await?;
    assert_eq!(
        stored.lock().unwrap().take(),
        Some((Operation::Insert, 1, "a".to_owned()))
    );
    assert_eq!(entries(&db).await?, ["after_insert"]);
    Ok(())
}

#[tokio::test]
async fn pitfall_e10_deleting_what_is_not_stored_is_an_error_without_events() -> Result<()> {
    let db = open().await?;
    let calls = Arc::new(AtomicUsize::new(0));
    for event in [BeforeDelete, AfterDelete, AfterCommit, AfterRollback] {
        let calls = Arc::clone(&calls);
        db.hooks().on_table_sync("entries", event, move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
    }
    let unstored = Entry::new("x").delete(&db).await.unwrap_err();
    assert_eq!(unstored.kind(), ErrorKind::NotFound);
    let dynamic = DynamicModel::new("entries", ["id", "what"]).assigned_id();
    let unstored = dynamic
        .record(record! { "what": "x" })?
        .delete(&db)
        .await
        .unwrap_err();
    assert_eq!(unstored.kind(), ErrorKind::NotFound);
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    // A row that is gone: refused, and undone.
    let entry = Entry::new("x").insert(&db.muted()).await?;
    entry.delete(&db.muted()).await?;
    assert_eq!(entry.delete(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    Ok(())
}

#[tokio::test]
async fn hooks_change_what_is_written() -> Result<()> {
    let db = open().await?;
    let hooks = db.hooks();
    hooks.on_sync::<User>(BeforeInsert, |cx| {
        cx.set("email", cx.read::<String>("email")?.to_lowercase())
    });
    let mut ada = User::new("ADA").insert(&db).await?;
    assert_eq!(ada.email, "ada");

    hooks.on_sync::<User>(BeforeInsertMany, |cx| {
        assert_eq!((cx.row_count(), cx.get("email")), (Some(2), None));
        cx.set("bio", "many")?;
        cx.set_at(1, "logins", 7)?;
        assert!(cx.set_at(2, "logins", 7).is_err());
        assert_eq!(cx.get_at(0, "email"), Some("b".into()));
        Ok(())
    });
    User::insert_many(&db, [User::new("b"), User::new("c")]).await?;
    let many = User::query()
        .equal("bio", "many")
        .order_by("email", Asc)
        .get(&db)
        .await?;
    assert_eq!(many.iter().map(|u| u.logins).collect::<Vec<_>>(), [0, 7]);

    hooks.on_sync::<User>(BeforeUpdate, |cx| {
        if cx.query().is_some() {
            assert_eq!(cx.changed(), ["bio", "logins"]);
            assert_eq!(
                (cx.get("bio"), cx.get("logins"), cx.row_count()),
                (Some("q".into()), None, None)
            );
            return cx.set("logins", 100);
        }
        assert_eq!(
            (cx.old("bio"), cx.get("bio")),
            (Some(Value::Null), Some("x".into()))
        );
        assert!(cx.set("id", "other").is_err());
        assert!(cx.set("emial", "other").is_err());
        assert!(cx.set("logins", "text").is_err());
        cx.set("logins", 1)?;
        assert_eq!(cx.changed(), ["bio", "logins"]);
        Ok(())
    });
    ada.update(&db, |u| u.bio = Some("x".into())).await?;
    assert_eq!(ada.logins, 1);
    let n = User::query()
        .equal("bio", "many")
        .update(&db, |u| [u.bio.set("q"), u.logins.add(1)])
        .await?;
    assert_eq!((n, User::query().equal("logins", 100).count(&db).await?), (2, 2));

    hooks.clear::<User>(None);
    hooks.on_sync::<User>(BeforeSave, |cx| cx.set("logins", 50));
    ada.save(&db).await?;
    assert_eq!(ada.logins, 50);
    let bob = User::upsert(&db, User::new("bob"), |u| (u.email,)).await?;
    assert_eq!(bob.logins, 50);
    // With the parts of a save: the save first, then the update.
    hooks.on_sync::<User>(BeforeUpdate, |cx| {
        assert_eq!(cx.get("logins"), Some(Value::Int(50)));
        assert_eq!(cx.old("bio"), Some("x".into()));
        cx.set("logins", 51)
    });
    hooks.on_sync::<User>(AfterSave, |cx| {
        assert_eq!(cx.instance::<User>()?.logins, 51);
        assert_eq!(cx.record()?.get("logins"), Some(&Value::Int(51)));
        assert!(cx.set("logins", 52).is_err());
        Ok(())
    });
    ada.bio = None;
    ada.save(&db).await?;
    assert_eq!(User::find_required(&db, &ada.id).await?, ada);
    assert_eq!((ada.logins, ada.bio), (51, None));
    Ok(())
}

#[tokio::test]
async fn hooks_after_a_write_see_what_was_stored() -> Result<()> {
    let db = open().await?;
    db.hooks().on::<Entry>(AfterInsert, async |cx| {
        let entry: Entry = cx.instance()?;
        assert!(entry.id > 0);
        assert_eq!(cx.ids().await?, [Value::Int(entry.id)]);
        assert_eq!(cx.affected(), Some(1));
        // Not committed yet, but seen here.
        assert_eq!(Entry::find(cx.db(), entry.id).await?, Some(entry));
        Ok(())
    });
    db.hooks().on::<Entry>(BeforeInsert, async |cx| {
        let unknown = cx.ids().await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::NotFound);
        Ok(())
    });
    assert_eq!(Entry::new("x").insert(&db).await?.id, 1);
    Ok(())
}

#[tokio::test]
async fn ids_are_read_before_the_write_and_remembered() -> Result<()> {
    let db = open().await?;
    for what in ["a", "a", "b"] {
        Entry::new(what).insert(&db).await?;
    }
    let seen: Arc<Mutex<Vec<Value>>> = Arc::default();
    let before = db.hooks().on::<Entry>(BeforeUpdate, async |cx| {
        assert_eq!(cx.ids().await?, [Value::Int(1), Value::Int(2)]);
        Ok(())
    });
    let after = Arc::clone(&seen);
    db.hooks().on::<Entry>(AfterUpdate, async move |cx| {
        *after.lock().unwrap() = cx.ids().await?;
        assert_eq!(cx.affected(), Some(2));
        Ok(())
    });
    let query = Entry::query().equal("what", "a");
    assert_eq!(query.update(&db, |e| e.what.set("c")).await?, 2);
    assert_eq!(*seen.lock().unwrap(), [Value::Int(1), Value::Int(2)]);
    // Afterwards it is too late to ask.
    db.hooks().remove(before);
    let late = Entry::query()
        .equal("what", "c")
        .update(&db, |e| e.what.set("d"))
        .await
        .unwrap_err();
    assert!(late.to_string().contains("before_update"), "{late}");
    assert_eq!(Entry::query().equal("what", "c").count(&db).await?, 2);

    // Of joins each row once; of limits those that are meant.
    db.hooks().clear_all(None);
    db.hooks().on::<Entry>(BeforeDelete, async |cx| {
        assert_eq!(cx.keys().await?, [[Value::Int(3)]]);
        Ok(())
    });
    let last = Entry::query().order_by("id", Desc).limit(1);
    assert_eq!(last.delete(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn hooks_that_cause_each_other_without_end_are_told() -> Result<()> {
    let db = open().await?;
    let hook = db.hooks().on::<Entry>(AfterInsert, async |cx| {
        Entry::new("again").insert(cx.db()).await?;
        Ok(())
    });
    let error = Entry::new("x").insert(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Hook);
    assert!(error.message().contains("`Entry` on before_insert"), "{error}");
    assert_eq!(Entry::query().count(&db).await?, 0);
    // Also by way of the database itself, after the end.
    db.hooks().remove(hook);
    let inner = db.clone();
    let depth = Arc::new(AtomicUsize::new(0));
    let deep = Arc::clone(&depth);
    db.hooks().on::<Entry>(AfterCommit, async move |_| {
        deep.fetch_add(1, Ordering::Relaxed);
        Entry::new("again").insert(&inner).await?;
        Ok(())
    });
    Entry::new("x").insert(&db).await?;
    assert_eq!(
        (depth.load(Ordering::Relaxed), Entry::query().count(&db).await?),
        (16, 16)
    );
    // Muted it is fine.
    db.hooks().clear::<Entry>(None);
    db.hooks().on::<Entry>(AfterInsert, async |cx| {
        Entry::new("once").insert(&cx.db().muted()).await?;
        Ok(())
    });
    Entry::new("x").insert(&db).await?;
    assert_eq!(Entry::query().count(&db).await?, 18);
    Ok(())
}

#[tokio::test]
async fn the_database_itself_is_refused_inside_of_a_write() -> Result<()> {
    let db = open().await?;
    let captured = db.clone();
    db.hooks().on::<User>(BeforeInsert, async move |_| {
        Entry::new("x").insert(&captured).await?;
        Ok(())
    });
    let error = User::new("a").insert(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OwnTransaction);
    let tx = db.begin().await?;
    let error = User::new("a").insert(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OwnTransaction);
    Ok(())
}

#[derive(Debug)]
struct Closed;
impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed on Sundays")
    }
}
impl std::error::Error for Closed {}

#[tokio::test]
async fn an_error_comes_out_as_the_hook_returned_it() -> Result<()> {
    let db = open().await?;
    db.hooks()
        .on_sync::<User>(BeforeInsert, |_| Err(Error::custom(Closed)));
    let error = User::new("a").insert(&db).await.unwrap_err();
    assert!(error.downcast_ref::<Closed>().is_some());
    db.hooks().clear::<User>(BeforeInsert);
    db.hooks().on::<User>(AfterInsert, async |cx| {
        User::new("a").insert(&cx.db().muted()).await?;
        Ok(())
    });
    let error = User::new("a").insert(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    Ok(())
}

#[derive(Default)]
struct Audit(Arc<Mutex<Vec<String>>>);

impl Observer for Audit {
    async fn after_insert(&self, cx: &HookCx<'_>) -> Result<()> {
        tokio::task::yield_now().await;
        self.0
            .lock()
            .unwrap()
            .push(format!("{} {}", cx.event(), cx.table().name));
        Ok(())
    }

    async fn before_delete(&self, cx: &HookCx<'_>) -> Result<()> {
        Err(cx.refuse("kept"))
    }

    fn events(&self) -> &[Event] {
        &[AfterInsert, BeforeDelete]
    }
}

#[tokio::test]
async fn observers_have_state_and_functions_for_events() -> Result<()> {
    let db = open().await?;
    let audit = Audit::default();
    let seen = Arc::clone(&audit.0);
    let id = db.hooks().observe::<User>(audit);
    let ada = User::new("a").insert(&db).await?;
    assert_eq!(ada.delete(&db).await.unwrap_err().kind(), ErrorKind::Hook);
    assert_eq!(*seen.lock().unwrap(), ["after_insert users"]);
    // Of an observer one event can go by itself.
    db.hooks().clear::<User>(BeforeDelete);
    ada.delete(&db).await?;
    User::new("b").insert(&db).await?;
    assert_eq!(seen.lock().unwrap().len(), 2);
    assert!(db.hooks().remove(id));
    assert!(!db.hooks().remove(id));
    User::new("c").insert(&db).await?;
    assert_eq!(seen.lock().unwrap().len(), 2);
    Ok(())
}

#[tokio::test]
async fn hooks_run_in_the_order_of_registration() -> Result<()> {
    let db = open().await?;
    let seen: Arc<Mutex<Vec<u8>>> = Arc::default();
    let push = |n: u8| {
        let seen = Arc::clone(&seen);
        move || seen.lock().unwrap().push(n)
    };
    let (a, b, c, d) = (push(1), push(2), push(3), push(4));
    db.hooks().on::<User>(BeforeInsert, async move |_| {
        tokio::task::yield_now().await;
        a();
        Ok(())
    });
    db.hooks().on_table_sync("users", BeforeInsert, move |_| {
        b();
        Ok(())
    });
    db.hooks().on_sync::<User>(BeforeInsert, move |_| {
        c();
        Ok(())
    });
    let gone = db
        .hooks()
        .on_sync::<User>(BeforeInsert, |_| panic!("it was removed"));
    db.hooks().on_table("users", BeforeInsert, async move |_| {
        d();
        Ok(())
    });
    db.hooks().remove(gone);
    User::new("a").insert(&db).await?;
    assert_eq!(*seen.lock().unwrap(), [1, 2, 3, 4]);
    db.hooks().clear::<User>(BeforeInsert);
    User::new("b").insert(&db).await?;
    assert_eq!(*seen.lock().unwrap(), [1, 2, 3, 4, 2, 4]);
    Ok(())
}

#[tokio::test]
async fn hooks_can_be_invoked_by_hand() -> Result<()> {
    let db = open().await?;
    db.hooks()
        .on_sync::<User>(BeforeRestore, |cx| cx.set("bio", "restored"));
    note(db.hooks(), AfterRestore);
    let mut user = User::new("a");
    db.hooks().invoke(&db, BeforeRestore, &mut user).await?;
    assert_eq!(user.bio.as_deref(), Some("restored"));
    db.hooks().invoke(&db, AfterRestore, &mut user).await?;
    db.hooks().invoke(&db.muted(), AfterRestore, &mut user).await?;
    assert_eq!(entries(&db).await?, ["after_restore"]);
    let users = DynamicModel::new("users", ["id", "bio"]);
    db.hooks()
        .on_model_sync(&users, BeforeRestore, |cx| cx.set("bio", "dynamic"));
    let mut user = users.record(record! { "bio": "x" })?;
    db.hooks().invoke_record(&db, BeforeRestore, &mut user).await?;
    assert_eq!(user.read::<String>("bio")?, "dynamic");
    Ok(())
}
