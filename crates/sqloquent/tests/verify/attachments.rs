//! Attachments whose record is gone.

use sqloquent::{
    Attachment, DeletedRecord,
    prelude::*,
    record,
    verify::{FindingKind, Report},
};

use super::{history::Account, pitfalls::Note};

async fn opened() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<(Account, Note, Attachment)>().await.unwrap();
    db
}

async fn verified(db: &Db) -> Report {
    db.verify()
        .tables::<(Account, Note, Attachment)>()
        .run()
        .await
        .unwrap()
}

fn named(report: &Report, kind: FindingKind) -> Vec<&str> {
    report.of(kind).filter_map(|f| f.record_id.as_deref()).collect()
}

#[tokio::test]
async fn an_attachment_whose_hashed_record_is_nowhere_is_found() {
    let db = opened().await;
    let note = Note::new("one").insert(&db).await.unwrap();
    let other = Note::new("two").insert(&db).await.unwrap();
    let attached = Attachment::of(&note).unwrap().insert(&db).await.unwrap();
    Attachment::of(&other).unwrap().insert(&db).await.unwrap();
    assert_eq!(verified(&db).await.total(), 0);

    // Deleted as it should be: the record is among the deleted ones.
    note.delete(&db).await.unwrap();
    assert_eq!(verified(&db).await.total(), 0);
    let deleted = DeletedRecord::query().first_required(&db).await.unwrap();
    deleted.delete(&db).await.unwrap();
    let report = verified(&db).await;
    assert_eq!(
        named(&report, FindingKind::DanglingReference),
        [attached.id.to_string()],
        "{report}"
    );
    assert!(report.total() == 1 && !report.is_clean());
}

#[tokio::test]
async fn an_attachment_whose_plain_record_is_gone_is_told_and_no_damage() {
    let db = opened().await;
    let ada = Account::new("ada", 1).insert(&db).await.unwrap();
    Account::new("eve", 1).insert(&db).await.unwrap();
    let attached = Attachment::of(&ada).unwrap().insert(&db).await.unwrap();
    assert_eq!(verified(&db).await.total(), 0);
    ada.delete(&db).await.unwrap();
    let report = verified(&db).await;
    assert_eq!(
        named(&report, FindingKind::Orphan),
        [attached.id.to_string()],
        "{report}"
    );
    assert!(report.total() == 1 && report.is_clean());
}

#[tokio::test]
async fn models_of_attachments_are_found_among_the_registered_ones() {
    let db = opened().await;
    let users = DynamicModel::new("users", ["id", "email"]);
    db.create_table_defs([users.clone()]).await.unwrap();
    let ada = users.insert(&db, record! { "email": "a@b" }).await.unwrap();
    let mut attached = Attachment::new("", "");
    attached.attach_to_record(&ada).unwrap();
    let attached = attached.insert(&db).await.unwrap();
    let report = verified(&db).await;
    assert_eq!(
        named(&report, FindingKind::UnknownModel),
        [attached.id.to_string()],
        "{report}"
    );
    assert!(report.is_clean());

    db.models().register_dynamic(&users).unwrap();
    assert_eq!(verified(&db).await.total(), 0);
    ada.delete(&db).await.unwrap();
    assert_eq!(verified(&db).await.count(FindingKind::Orphan), 1);
    db.execute_script("drop table users").await.unwrap();
    assert_eq!(verified(&db).await.count(FindingKind::UnknownModel), 1);
}

/// More attachments than are read at a time, of which every third leads nowhere.
#[tokio::test]
async fn many_attachments_are_looked_at() {
    let db = opened().await;
    let notes: Vec<Note> = (0..700).map(|n| Note::new(n.to_string())).collect();
    Note::insert_many(&db, notes.clone()).await.unwrap();
    let attached = notes.iter().map(|note| Attachment::of(note).unwrap());
    Attachment::insert_many(&db, attached).await.unwrap();
    db.execute_script("delete from notes where text % 3 = 0")
        .await
        .unwrap();
    let report = verified(&db).await;
    assert_eq!(report.count(FindingKind::DanglingReference), 234, "{report}");
    assert_eq!(report.total(), 234);
}
