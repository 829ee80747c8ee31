//! Section C of the pitfalls, as far as it is about history and verifying.

use sqloquent::{
    ContentId,
    prelude::*,
    verify::{FindingKind, Report, Stage},
};
use std::sync::Mutex;

use super::history::{Account, Doc};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "notes", hashed)]
pub struct Note {
    #[model(id)]
    pub id: ContentId,
    pub text: String,
}

async fn opened() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<(Account, Doc, Note)>().await.unwrap();
    db
}

async fn verified(db: &Db) -> Report {
    db.verify().tables::<(Account, Doc, Note)>().run().await.unwrap()
}

/// Archives can be edited by anyone with access to the database; the journal and a checkpoint show that.
#[tokio::test]
async fn pitfall_c4_edited_archives_and_journals_are_seen() {
    let db = opened().await;
    let doc = Doc {
        note: Some("kept".into()),
        ..Doc::new("one")
    }
    .insert(&db)
    .await
    .unwrap();
    doc.delete(&db).await.unwrap();
    Account::new("ada", 1).insert(&db).await.unwrap();
    let checkpoint = db.checkpoint().await.unwrap();
    assert_eq!(verified(&db).await.total(), 0);

    // The note is no part of the hash, so only the journal tells.
    let tx = db.begin().await.unwrap();
    tx.execute_script("update deleted_records set record = cast(replace(record, 'kept', 'lost') as blob)")
        .await
        .unwrap();
    let report = sqloquent::verify::Verify::on(&tx)
        .tables::<(Account, Doc)>()
        .run()
        .await
        .unwrap();
    assert_eq!(report.count(FindingKind::ArchiveMismatch), 1, "{report}");
    tx.rollback().await.unwrap();

    // A chain that was computed anew is sound by itself; the checkpoint tells.
    let forged = opened().await;
    forged
        .execute_script("delete from journal; delete from journal_heads")
        .await
        .unwrap();
    let doc = Doc {
        note: Some("lost".into()),
        ..Doc::new("one")
    }
    .insert(&forged)
    .await
    .unwrap();
    doc.delete(&forged).await.unwrap();
    Account::new("ada", 1).insert(&forged).await.unwrap();
    assert_eq!(verified(&forged).await.total(), 0);
    let report = forged.verify_against(&checkpoint).await.unwrap();
    assert_eq!(report.count(FindingKind::Rewritten), 2, "{report}");
    assert!(db.verify_against(&checkpoint).await.unwrap().is_clean());
}

/// A row changed past the library is not taken for good.
#[tokio::test]
async fn pitfall_c6_tampered_rows_are_found_by_record_query_table_and_database() {
    let db = opened().await;
    let sound = Note::new("sound").insert(&db).await.unwrap();
    let forged = Note::new("forged").insert(&db).await.unwrap();
    let doc = Doc::new("doc").insert(&db).await.unwrap();
    let account = Account::new("ada", 1).insert(&db).await.unwrap();
    db.execute_script(
        "update notes set text = 'changed' where text = 'forged';
         update docs set note = 'added';
         update accounts set cents = 1000000",
    )
    .await
    .unwrap();
    let is = |report: &Report, kind, id: &str| report.of(kind).any(|f| f.record_id.as_deref() == Some(id));

    let record = Note::query()
        .equal("id", sound.id.to_string())
        .verify(&db)
        .await
        .unwrap();
    assert!(record.is_clean() && record.records == 1);
    let query = Note::query()
        .starts_with("text", "chan")
        .verify(&db)
        .await
        .unwrap();
    assert!(
        is(&query, FindingKind::ContentMismatch, &forged.id.to_string()),
        "{query}"
    );
    let table = db.verify().tables::<Note>().run().await.unwrap();
    assert_eq!((table.records, table.total()), (2, 1), "{table}");
    let all = verified(&db).await;
    assert!(
        is(&all, FindingKind::ContentMismatch, &forged.id.to_string()),
        "{all}"
    );
    assert!(
        is(&all, FindingKind::ChangedOutside, &doc.id.to_string()),
        "{all}"
    );
    assert!(
        is(&all, FindingKind::ChangedOutside, &account.id.to_string()),
        "{all}"
    );
    assert_eq!(all.total(), 3, "{all}");
}

#[tokio::test]
async fn rows_added_and_removed_past_the_library_are_found() {
    let db = opened().await;
    let kept = Account::new("ada", 1).insert(&db).await.unwrap();
    Account::new("eve", 1).insert(&db).await.unwrap();
    db.execute_script("delete from accounts where owner = 'eve'; insert into accounts values (7, 'bob', 1)")
        .await
        .unwrap();
    // A record with the right id, which only the journal does not know.
    Doc::new("smuggled in").insert(&db.bypass()).await.unwrap();
    kept.delete(&db.bypass()).await.unwrap();
    let report = verified(&db).await;
    assert_eq!(report.count(FindingKind::DeletedOutside), 2, "{report}");
    assert_eq!(report.count(FindingKind::NotInJournal), 2, "{report}");
    assert_eq!(report.total(), 4, "{report}");
}

#[tokio::test]
async fn a_report_counts_all_and_keeps_some_and_progress_is_told() {
    let db = opened().await;
    Note::insert_many(&db, (0..2_500).map(|n| Note::new(n.to_string())))
        .await
        .unwrap();
    db.execute_script("update notes set text = text || '!'")
        .await
        .unwrap();
    let told = Mutex::new(Vec::new());
    let report = db
        .verify()
        .tables::<Note>()
        .keep(10)
        .on_progress(|p| {
            if p.stage == Stage::Records {
                told.lock().unwrap().push(p.records);
            }
        })
        .run()
        .await
        .unwrap();
    assert_eq!(report.findings().len(), 10);
    assert_eq!(report.count(FindingKind::ContentMismatch), 2_500);
    assert!(report.to_string().ends_with("… and 2490 more"), "{report}");
    assert_eq!(*told.lock().unwrap(), [1_000, 2_000, 2_500]);
}

#[tokio::test]
async fn queries_of_several_tables_or_groups_are_refused() {
    let db = opened().await;
    let joined = Note::query().join::<Doc>(|(n, d)| n.text.eq(d.title));
    assert_eq!(
        joined.verify(&db).await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
}
