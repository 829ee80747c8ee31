//! Section C of the pitfalls, as far as it is about history and verifying.

use sqloquent::{
    ColumnType, ContentId, OnChange,
    prelude::*,
    record,
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

/// Verifying is an option of reading, too.
#[tokio::test]
async fn pitfall_c6_a_tampered_row_is_not_read_where_reading_verifies() {
    let db = opened().await;
    let sound = Note::new("sound").insert(&db).await.unwrap();
    let forged = Note::new("forged").insert(&db).await.unwrap();
    let notes = || Note::query().order_by("text", Asc).verified();
    assert_eq!(notes().get(&db).await.unwrap(), [forged.clone(), sound.clone()]);
    db.execute_script("update notes set text = 'forgery' where text = 'forged'")
        .await
        .unwrap();
    assert_eq!(
        Note::query().count(&db).await.unwrap(),
        2,
        "plain reading looks at nothing"
    );
    let mut chunks = notes().chunk(&db, 1);
    let dynamic = DynamicModel::of::<Note>();
    let kinds = [
        notes().get(&db).await.map(|_| ()),
        notes().first(&db).await.map(|_| ()),
        notes()
            .equal("id", forged.id)
            .first_required(&db)
            .await
            .map(|_| ()),
        notes().paginate(&db, 1, 5).await.map(|_| ()),
        chunks.next().await.map(|_| ()),
        dynamic.query().verified().get(&db).await.map(|_| ()),
    ]
    .map(|read| read.unwrap_err().kind());
    assert_eq!(kinds, [ErrorKind::ContentMismatch; 6]);
    drop(chunks);
    let read = notes().equal("id", sound.id).first(&db).await.unwrap();
    assert_eq!(read, Some(sound));

    let plain = Account::query().verified().get(&db).await.unwrap_err();
    assert_eq!(plain.kind(), ErrorKind::Configuration);
    let joined = Note::query().join::<Doc>(|(n, d)| n.text.eq(d.title)).verified();
    assert_eq!(joined.get(&db).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
}

/// The journal row that speaks for a record is itself looked at, also where only a query is verified.
#[tokio::test]
async fn a_record_and_its_journal_row_that_were_changed_alike_are_found_by_a_query() {
    let db = opened().await;
    let (ada, eve) = (Account::new("ada", 1), Account::new("eve", 1));
    let (ada, eve) = (ada.insert(&db).await.unwrap(), eve.insert(&db).await.unwrap());
    let other = opened().await;
    let mut rich = Account::new("ada", 1_000).insert(&other).await.unwrap();
    let content = "select content from journal order by id desc limit 1";
    let content: Vec<u8> = other.raw(content, ()).scalar().await.unwrap();
    db.execute_script("update accounts set cents = 1000 where owner = 'ada'")
        .await
        .unwrap();
    db.raw("update journal set content = ? where record_id = '1'", (content,))
        .execute()
        .await
        .unwrap();
    let of = |id: i64| Account::query().equal("id", id).verify(&db);
    let report = of(ada.id).await.unwrap();
    assert_eq!(report.count(FindingKind::ChainBreak), 1, "{report}");
    assert_eq!(report.total(), 1);
    assert!(of(eve.id).await.unwrap().is_clean());
    rich.update(&other, |a| a.cents = 7).await.unwrap();
    let sound = Account::query()
        .equal("id", rich.id)
        .verify(&other)
        .await
        .unwrap();
    assert_eq!((sound.records, sound.total()), (1, 0), "{sound}");
}

/// What the engine does by itself leaves no journal row, and would be taken for tampering.
#[tokio::test]
async fn foreign_keys_that_delete_or_change_noted_rows_are_refused() {
    let model = || {
        DynamicModel::new("lines", ["id", "account_id"])
            .column("account_id", ColumnType::Int64)
            .nullable("account_id")
    };
    let with = |action| model().references("account_id", "accounts", "id", action);
    for action in [OnChange::Cascade, OnChange::SetNull, OnChange::SetDefault] {
        assert!(with(action).check().is_ok());
        let error = with(action).history().check().unwrap_err();
        assert_eq!(
            (error.kind(), error.table()),
            (ErrorKind::Configuration, None),
            "{error}"
        );
        let left_out = with(action).exclude_from_hash(["account_id"]).history();
        assert_eq!(left_out.check().unwrap_err().kind(), ErrorKind::Configuration);
    }
    for action in [OnChange::NoAction, OnChange::Restrict] {
        assert!(with(action).history().check().is_ok());
    }
}

/// The journal has the rows of a model under its name.
#[tokio::test]
async fn two_models_of_one_name_do_not_share_a_journal() {
    mod elsewhere {
        use sqloquent::prelude::*;

        #[derive(Model, Clone, Debug)]
        #[model(history, table = "bills")]
        pub(super) struct Account {
            #[model(id)]
            pub(super) id: i64,
            pub(super) euros: i64,
        }
    }
    let db = opened().await;
    let ada = Account::new("ada", 1).insert(&db).await.unwrap();
    let made = db.create_tables::<elsewhere::Account>().await.unwrap_err();
    assert_eq!(
        (made.kind(), made.table()),
        (ErrorKind::Configuration, Some("bills"))
    );
    db.execute_script("create table bills (id integer primary key, euros integer not null)")
        .await
        .unwrap();
    let bill = elsewhere::Account::new(5);
    let refused = [
        bill.clone().insert(&db).await.map(|_| ()),
        elsewhere::Account::insert_many(&db, [bill.clone()])
            .await
            .map(|_| ()),
        elsewhere::Account::query()
            .all_rows()
            .delete(&db)
            .await
            .map(|_| ()),
    ];
    assert_eq!(
        refused.map(|r| r.unwrap_err().kind()),
        [ErrorKind::Configuration; 3]
    );
    assert_eq!(Account::history(&db, ada.id).await.unwrap().entries().len(), 1);
    // Under a name of its own it has a journal of its own.
    let bills = DynamicModel::of::<elsewhere::Account>().named("Bill");
    bills.insert(&db, record! { "euros": 5 }).await.unwrap();
    let report = db.verify().tables::<Account>().table(&bills).run().await.unwrap();
    assert_eq!((report.records, report.total()), (2, 0), "{report}");
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
