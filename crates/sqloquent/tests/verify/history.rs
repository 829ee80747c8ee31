//! The journal: what leaves rows in it, and reading versions back.

use std::time::SystemTime;

use sqloquent::{
    ColumnType, ContentId, DeletedRecord,
    history::{ChangeKind, HistoryEntry},
    prelude::*,
    record,
};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(history)]
pub struct Account {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub owner: String,
    pub cents: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, history, exclude_from_hash = ["note"])]
pub struct Doc {
    #[model(id)]
    pub id: ContentId,
    pub title: String,
    pub note: Option<String>,
}

async fn opened() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<(Account, Doc)>().await.unwrap();
    db
}

async fn assert_clean(db: &Db) {
    let report = db.verify().tables::<(Account, Doc)>().run().await.unwrap();
    assert_eq!(report.total(), 0, "{report}");
}

fn kinds(entries: &[HistoryEntry]) -> Vec<ChangeKind> {
    entries.iter().map(|e| e.kind).collect()
}

async fn rows(db: &Db) -> i64 {
    db.raw("select count(*) from journal", ()).scalar().await.unwrap()
}

#[tokio::test]
async fn every_way_of_writing_a_plain_model_is_noted() {
    let db = opened().await;
    let mut ada = Account::new("ada", 1).insert(&db).await.unwrap();
    ada.update(&db, |a| a.cents = 2).await.unwrap();
    ada.update(&db, |_| ()).await.unwrap();
    ada.cents = 3;
    ada.save(&db).await.unwrap();
    let changed = Account::query()
        .equal("owner", "ada")
        .update(&db, |a| [a.cents.add(1)])
        .await
        .unwrap();
    assert_eq!(changed, 1);
    let upserted = Account::upsert(&db, Account::new("ada", 5), |a| (a.owner,))
        .await
        .unwrap();
    assert_eq!(upserted.id, ada.id);
    assert!(
        Account::insert_or_ignore(&db, Account::new("ada", 9))
            .await
            .unwrap()
            .is_none()
    );
    Account::query().equal("owner", "ada").delete(&db).await.unwrap();

    let history = Account::history(&db, ada.id).await.unwrap();
    use ChangeKind::{Delete, Insert, Update};
    assert_eq!(
        kinds(history.entries()),
        [Insert, Update, Update, Update, Update, Delete]
    );
    let cents: Vec<i64> = (1..=6).map(|n| history.version(n).unwrap().cents).collect();
    assert_eq!(cents, [1, 2, 3, 4, 5, 5]);

    let mut new = Account::new("bob", 1);
    new.save(&db).await.unwrap();
    Account::upsert(&db, Account::new("eve", 1), |a| (a.owner,))
        .await
        .unwrap();
    let many = (0..20).map(|n| Account::new(format!("many {n}"), n));
    assert_eq!(Account::insert_many(&db, many).await.unwrap(), 20);
    let more = Account::insert_many_returning(&db, [Account::new("x", 0), Account::new("y", 0)])
        .await
        .unwrap();
    more[0].delete(&db).await.unwrap();
    assert_eq!(rows(&db).await, 6 + 2 + 20 + 2 + 1);
    assert_clean(&db).await;
}

#[tokio::test]
async fn every_way_of_writing_a_hashed_model_is_noted() {
    let db = opened().await;
    let mut doc = Doc::new("one").insert(&db).await.unwrap();
    let first = doc.id;
    // What is there already is the same record: nothing was written.
    Doc::new("one").insert(&db).await.unwrap();
    doc.update(&db, |d| d.note = Some("a note".into())).await.unwrap();
    assert_eq!(doc.id, first);
    doc.update(&db, |d| d.title = "two".into()).await.unwrap();
    Doc::query()
        .equal("title", "two")
        .update(&db, |d| [d.title.set("three")])
        .await
        .unwrap();
    let third = Doc::query().first_required(&db).await.unwrap();
    third.delete(&db).await.unwrap();

    use ChangeKind::{Delete, Insert, Replace, Update};
    let expected = [Insert, Update, Replace, Update, Replace, Update, Delete];
    for id in [first, doc.id, third.id] {
        let history = Doc::history(&db, id).await.unwrap();
        assert_eq!(kinds(history.entries()), expected);
        assert_eq!(history.as_of(2).unwrap().unwrap().note.as_deref(), Some("a note"));
        assert_eq!(history.as_of(4).unwrap().unwrap().title, "two");
        assert_eq!(history.as_of(7).unwrap(), None);
        let columns: Vec<_> = history
            .diff(2, 6)
            .unwrap()
            .into_iter()
            .map(|d| d.column)
            .collect();
        assert_eq!(columns, ["id", "title"]);
    }
    assert_clean(&db).await;
}

#[tokio::test]
async fn dynamic_models_are_noted_and_read_back() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let users = DynamicModel::new("users", ["id", "email"])
        .column("active", ColumnType::Bool)
        .history();
    db.create_table_defs([users.clone()]).await.unwrap();
    let mut ada = users
        .insert(&db, record! { "email": "a@b", "active": true })
        .await
        .unwrap();
    ada.update(&db.as_actor("root"), record! { "active": false })
        .await
        .unwrap();
    users.query().equal("active", false).delete(&db).await.unwrap();
    let id: String = ada.read("id").unwrap();
    let history = users.history_of(&db, id.as_str()).await.unwrap();
    assert_eq!(history.entries().len(), 3);
    assert_eq!(history.entries()[1].actor.as_deref(), Some("root"));
    let back = history.restore(&db, 1).await.unwrap();
    assert!(back.read::<bool>("active").unwrap());
    let report = db.verify().table(&users).run().await.unwrap();
    assert_eq!(report.total(), 0, "{report}");
    let plain = DynamicModel::new("users", ["id", "email"]);
    let error = plain.history_of(&db, "x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn a_write_that_is_undone_leaves_no_journal_row() {
    let db = opened().await;
    let tx = db.begin().await.unwrap();
    Account::new("ada", 1).insert(&tx).await.unwrap();
    tx.rollback().await.unwrap();
    let hook = db
        .hooks()
        .on_sync::<Account>(Event::AfterInsert, |cx| Err(cx.refuse("no")));
    assert_eq!(
        Account::new("bob", 1).insert(&db).await.unwrap_err().kind(),
        ErrorKind::Hook
    );
    db.hooks().remove(hook);
    Account::new("eve", 1).insert(&db).await.unwrap();
    let twice = Account::new("eve", 2).insert(&db).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Unique);
    assert_eq!(rows(&db).await, 1);
    assert_clean(&db).await;
}

#[tokio::test]
async fn a_write_whose_journal_row_fails_is_undone() {
    let db = opened().await;
    db.execute_script("drop table journal").await.unwrap();
    let error = Account::new("ada", 1).insert(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTable);
    assert!(error.to_string().contains("create_tables"), "{error}");
    assert_eq!(Account::query().count(&db).await.unwrap(), 0);

    let db = opened().await;
    Account::new("ada", 1).insert(&db).await.unwrap();
    db.execute_script("update journal_heads set hash = x'00'")
        .await
        .unwrap();
    let error = Account::new("bob", 1).insert(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ContentMismatch);
    assert_eq!(Account::query().count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn actor_and_reason_hold_for_the_handle_and_inside_transactions() {
    let db = opened().await;
    let ada = db.as_actor("ada").because("spring");
    Account::new("a", 1).insert(&ada).await.unwrap();
    Account::new("b", 1).insert(&db).await.unwrap();
    let tx = ada.begin().await.unwrap();
    Account::new("c", 1).insert(&tx).await.unwrap();
    Account::new("d", 1).insert(&tx.as_actor("eve")).await.unwrap();
    tx.commit().await.unwrap();
    let who: Vec<(Option<String>, Option<String>)> = db
        .raw("select actor, reason from journal order by id", ())
        .get_as()
        .await
        .unwrap();
    let said = |actor: Option<&str>, reason: Option<&str>| (actor.map(Into::into), reason.map(Into::into));
    assert_eq!(
        who,
        [
            said(Some("ada"), Some("spring")),
            said(None, None),
            said(Some("ada"), Some("spring")),
            said(Some("eve"), Some("spring")),
        ]
    );
}

#[tokio::test]
async fn any_version_is_restored_and_the_restore_is_noted() {
    let db = opened().await;
    let mut account = Account::new("ada", 1).insert(&db).await.unwrap();
    account.update(&db, |a| a.cents = 2).await.unwrap();
    let history = Account::history(&db, account.id).await.unwrap();
    assert_eq!(history.restore(&db, 1).await.unwrap().cents, 1);
    account.delete(&db).await.unwrap();
    let history = Account::history(&db, account.id).await.unwrap();
    assert_eq!(history.restore(&db.as_actor("ada"), 2).await.unwrap(), account);
    let history = Account::history(&db, account.id).await.unwrap();
    use ChangeKind::{Delete, Insert, Restore, Update};
    assert_eq!(
        kinds(history.entries()),
        [Insert, Update, Restore, Delete, Restore]
    );

    let mut doc = Doc::new("one").insert(&db).await.unwrap();
    let (id, first) = (doc.id, doc.clone());
    doc.update(&db, |d| d.title = "two".into()).await.unwrap();
    let history = Doc::history(&db, doc.id).await.unwrap();
    assert_eq!(history.restore(&db, 1).await.unwrap(), first);
    assert_eq!(Doc::find(&db, doc.id).await.unwrap(), None);
    first.delete(&db).await.unwrap();
    let history = Doc::history(&db, id).await.unwrap();
    let newest = history.entries().last().unwrap();
    assert_eq!(newest.kind, Delete);
    assert_eq!(history.restore(&db, newest.sequence).await.unwrap().title, "one");
    let missing = history.restore(&db, 99).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert_clean(&db).await;
}

#[tokio::test]
async fn restoring_a_deleted_record_is_noted_as_a_restore() {
    let db = opened().await;
    let doc = Doc::new("one").insert(&db).await.unwrap();
    doc.delete(&db).await.unwrap();
    let deleted = DeletedRecord::query().first_required(&db).await.unwrap();
    let restored = deleted.restore::<Doc>(&db.as_actor("ada")).await.unwrap();
    assert_eq!(restored, doc);
    let history = Doc::history(&db, doc.id).await.unwrap();
    use ChangeKind::{Delete, Insert, Restore};
    assert_eq!(kinds(history.entries()), [Insert, Delete, Restore]);
    assert_eq!(history.entries()[2].actor.as_deref(), Some("ada"));
    assert_clean(&db).await;
}

#[tokio::test]
async fn a_changed_journal_row_is_no_version() {
    let db = opened().await;
    let account = Account::new("ada", 1).insert(&db).await.unwrap();
    db.execute_script("update journal set actor = 'nobody'")
        .await
        .unwrap();
    let history = Account::history(&db, account.id).await.unwrap();
    assert_eq!(history.version(1).unwrap_err().kind(), ErrorKind::ContentMismatch);
    assert_eq!(
        history.as_of(SystemTime::now()).unwrap_err().kind(),
        ErrorKind::ContentMismatch
    );
    assert_eq!(
        history.restore(&db, 1).await.unwrap_err().kind(),
        ErrorKind::ContentMismatch
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_writers_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("a.db").display()))
        .await
        .unwrap();
    db.create_tables::<(Account, Doc)>().await.unwrap();
    let tasks: Vec<_> = (0..60)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut account = Account::new(format!("{n}"), n).insert(&db).await.unwrap();
                Doc::new(format!("{}", n % 7)).insert(&db).await.unwrap();
                account.update(&db, |a| a.cents += 1).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(rows(&db).await, 120 + 7);
    assert_clean(&db).await;
    db.close().await.unwrap();
}

#[tokio::test]
async fn an_update_by_key_notes_what_changes_and_nothing_else() {
    let db = opened().await;
    let ada = Account::new("ada", 1).insert(&db).await.unwrap();
    Account::new("bob", 1).insert(&db).await.unwrap();
    let tx = db.begin().await.unwrap();
    let of = |id: i64| Account::query().equal("id", id);
    assert_eq!(of(ada.id).update(&tx, |a| [a.cents.set(7)]).await.unwrap(), 1);
    // The row is there, and as it is to be.
    assert_eq!(of(ada.id).update(&tx, |a| [a.cents.set(7)]).await.unwrap(), 1);
    assert_eq!(of(99).update(&tx, |a| [a.cents.set(7)]).await.unwrap(), 0);
    assert_eq!(of(ada.id).update(&tx, |a| [a.cents.add(1)]).await.unwrap(), 1);
    // Undone as a whole, and the transaction goes on.
    let taken = of(ada.id)
        .update(&tx, |a| [a.owner.set("bob")])
        .await
        .unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Unique);
    let no_number = of(ada.id)
        .update_columns(&tx, [("cents", "many")])
        .await
        .unwrap_err();
    assert_eq!(no_number.column(), Some("cents"), "{no_number}");
    let back = of(ada.id)
        .update_returning(&tx, [("owner", "eve")])
        .await
        .unwrap();
    assert_eq!((&*back[0].owner, back[0].cents), ("eve", 8));
    tx.commit().await.unwrap();
    let history = Account::history(&db, ada.id).await.unwrap();
    let cents: Vec<i64> = history
        .entries()
        .iter()
        .map(|e| history.version(e.sequence).unwrap().cents)
        .collect();
    assert_eq!(cents, [1, 7, 8, 8]);
    assert_eq!(rows(&db).await, 5);
    assert_clean(&db).await;
}
