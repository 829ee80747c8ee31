//! Many records inserted at once: what is noted is what the database holds, whatever the table makes of it.

use sqloquent::{ContentId, history::ChangeKind, prelude::*, verify::FindingKind};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(history, table = "readings")]
pub struct Reading {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub place: String,
    pub degrees: f64,
    pub seen: bool,
    pub at: std::time::SystemTime,
    pub note: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, history)]
pub struct Doc {
    #[model(id)]
    pub id: ContentId,
    pub title: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, history, exclude_from_hash = ["name"])]
pub struct Place {
    #[model(id)]
    pub id: ContentId,
    pub number: i64,
    pub name: String,
}

fn readings(count: i64) -> Vec<Reading> {
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_micros(1_700_000_000_123_456);
    (0..count)
        .map(|n| Reading {
            id: 0,
            place: format!("{n:03}"),
            degrees: n as f64 / 4.0 - 1.0,
            seen: n % 2 == 0,
            at,
            note: (n % 3 == 0).then(|| format!("{n}")),
        })
        .collect()
}

async fn empty() -> Db {
    Db::connect("sqlite::memory:").await.unwrap()
}

async fn opened() -> Db {
    let db = empty().await;
    db.create_tables::<(Reading, Doc)>().await.unwrap();
    db
}

async fn assert_noted(db: &Db, rows: u64) {
    let report = db.verify().tables::<(Reading, Doc)>().run().await.unwrap();
    assert_eq!(report.total(), 0, "{report}");
    assert_eq!(report.journal_rows, rows, "{report}");
}

/// A table of readings that someone else made, with a journal.
async fn table_of(columns: &str, more: &str) -> Db {
    let db = opened().await;
    db.execute_script(format!(
        "drop table readings; create table readings({columns}); {more}"
    ))
    .await
    .unwrap();
    db
}

#[tokio::test]
async fn records_are_numbered_and_noted_as_stored() {
    let db = opened().await;
    assert_eq!(Reading::insert_many(&db, readings(2_500)).await.unwrap(), 2_500);
    // Behind a gap, with a number of their own in the middle, and some given by the program.
    Reading::query().equal("place", "2499").delete(&db).await.unwrap();
    let mut more = readings(20);
    for (n, row) in more.iter_mut().enumerate() {
        row.place = format!("more {n}");
    }
    more[5].id = 9_000;
    more[6].id = 8_000;
    assert_eq!(Reading::insert_many(&db, more).await.unwrap(), 20);
    assert_noted(&db, 2_500 + 1 + 20).await;
    let numbers: Vec<i64> = db
        .raw(
            "select id from readings where place like 'more %' order by rowid",
            (),
        )
        .scalars()
        .await
        .unwrap();
    let expected: Vec<i64> = (2_500..2_505).chain([8_000]).chain(9_000..9_014).collect();
    assert_eq!(numbers, expected);
    let seventh = Reading::history(&db, 7).await.unwrap();
    assert_eq!(
        seventh.version(7).unwrap(),
        Reading::find_required(&db, 7).await.unwrap()
    );
}

#[tokio::test]
async fn values_that_a_column_changes_are_noted_as_they_are_stored() {
    // Text that looks like a number becomes one, and numbers become text.
    let db = table_of(
        "id integer primary key, place numeric, degrees text, seen any, at text, note integer",
        "",
    )
    .await;
    assert_eq!(Reading::insert_many(&db, readings(30)).await.unwrap(), 30);
    let report = db.verify().tables::<(Reading,)>().run().await.unwrap();
    assert_eq!(report.count(FindingKind::Unreadable), report.total(), "{report}");
    assert_eq!(report.journal_rows, 30);
    let db = table_of(
        "id integer primary key, place text, degrees numeric, seen boolean, at datetime, note varchar(2)",
        "",
    )
    .await;
    assert_eq!(Reading::insert_many(&db, readings(30)).await.unwrap(), 30);
    assert_noted(&db, 30).await;
    // A key that the database does not count.
    let db = table_of(
        "id int primary key, place text, degrees real, seen integer, at text, note text",
        "",
    )
    .await;
    let mut rows = readings(30);
    for (n, row) in (1..).zip(&mut rows) {
        row.id = n;
    }
    assert_eq!(Reading::insert_many(&db, rows).await.unwrap(), 30);
    assert_noted(&db, 30).await;
    // The sign of zero is not stored.
    let db = opened().await;
    let mut rows = readings(30);
    rows[3].degrees = -0.0;
    assert_eq!(Reading::insert_many(&db, rows).await.unwrap(), 30);
    assert_noted(&db, 30).await;
    // So some rows among many are read back, and the others are not.
    let db = opened().await;
    let mut rows = readings(2_500);
    rows[1_700].degrees = -0.0;
    assert_eq!(Reading::insert_many(&db, rows).await.unwrap(), 2_500);
    assert_noted(&db, 2_500).await;
    let places: Vec<String> = db
        .raw("select place from readings order by id", ())
        .scalars()
        .await
        .unwrap();
    assert_eq!(places.len(), 2_500);
    assert!(
        places
            .iter()
            .enumerate()
            .all(|(n, place)| *place == format!("{n:03}"))
    );
}

#[tokio::test]
async fn numbers_that_the_database_counts_by_itself_are_noted() {
    let columns =
        "id integer primary key autoincrement, place text, degrees real, seen integer, at text, note text";
    let db = table_of(columns, "").await;
    assert_eq!(Reading::insert_many(&db, readings(30)).await.unwrap(), 30);
    Reading::query().all_rows().delete(&db).await.unwrap();
    assert_eq!(Reading::insert_many(&db, readings(30)).await.unwrap(), 30);
    let least: i64 = db.raw("select min(id) from readings", ()).scalar().await.unwrap();
    assert_eq!(least, 31);
    assert_noted(&db, 90).await;
}

#[tokio::test]
async fn what_a_trigger_or_a_conflict_clause_does_is_not_foreseen() {
    let columns = "id integer primary key, place text unique on conflict ignore, degrees real, seen integer, at text, \
                   note text not null on conflict replace default 'none'";
    let db = table_of(columns, "").await;
    let mut rows = readings(30);
    rows[20].place = rows[10].place.clone();
    assert_eq!(Reading::insert_many(&db, rows).await.unwrap(), 29);
    assert_noted(&db, 29).await;
    let none: i64 = db
        .raw("select count(*) from readings where note = 'none'", ())
        .scalar()
        .await
        .unwrap();
    assert!(none > 0);

    let columns = "id integer primary key, place text, degrees real, seen integer, at text, note text";
    let ignoring = "create trigger some before insert on readings when new.place like '%5' begin select raise(ignore); end";
    let db = table_of(columns, ignoring).await;
    assert_eq!(Reading::insert_many(&db, readings(30)).await.unwrap(), 27);
    assert_noted(&db, 27).await;
    let temporary = "create temp trigger some before insert on READINGS when new.place like '%5' \
                     begin select raise(ignore); end";
    let db = table_of(columns, temporary).await;
    assert_eq!(Reading::insert_many(&db, readings(30)).await.unwrap(), 27);
    assert_noted(&db, 27).await;
}

#[tokio::test]
async fn content_that_is_there_is_noted_once() {
    let db = opened().await;
    let docs = |range: std::ops::Range<u32>| range.map(|n| Doc::new(format!("{n}"))).collect::<Vec<_>>();
    assert_eq!(Doc::insert_many(&db, docs(40..60)).await.unwrap(), 20);
    // Half of it twice, some of it there already.
    let mut many = docs(0..1_200);
    many.extend(docs(600..1_300));
    assert_eq!(Doc::insert_many(&db, many).await.unwrap(), 1_280);
    assert_eq!(Doc::insert_many(&db, docs(0..1_300)).await.unwrap(), 0);
    assert_noted(&db, 1_300).await;
    let history = Doc::history(&db, Doc::new("700").id).await.unwrap();
    assert_eq!(history.entries().len(), 1);
    assert_eq!(history.entries()[0].kind, ChangeKind::Insert);

    // Content that was forged under its id is not taken for what is inserted.
    db.execute_script("update docs set title = 'forged' where title = '50'")
        .await
        .unwrap();
    let error = Doc::insert_many(&db, docs(45..2_000)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ContentMismatch);
    assert_eq!(Doc::query().count(&db).await.unwrap(), 1_300);
}

#[tokio::test]
async fn a_failure_in_the_middle_leaves_neither_records_nor_journal_rows() {
    let db = opened().await;
    Reading::insert_many(&db, readings(10)).await.unwrap();
    let mut rows: Vec<Reading> = readings(2_500).split_off(10);
    rows[2_200].place = "003".into();
    let error = Reading::insert_many(&db, rows.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_noted(&db, 10).await;
    assert_eq!(Reading::query().count(&db).await.unwrap(), 10);
    // Inside a transaction that goes on.
    let tx = db.begin().await.unwrap();
    Reading::insert_many(&tx, rows).await.unwrap_err();
    Reading::insert_many(&tx, readings(30).split_off(20))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_noted(&db, 20).await;
    let full = Reading::insert_many(
        &db,
        readings(60)
            .into_iter()
            .skip(40)
            .map(|r| Reading { id: i64::MAX, ..r }),
    );
    assert_eq!(full.await.unwrap_err().kind(), ErrorKind::Unique);
    assert_noted(&db, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_insert_the_same_content_at_once_note_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("a.db").display()))
        .await
        .unwrap();
    db.create_tables::<(Reading, Doc)>().await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(
                async move { Doc::insert_many(&db, (0..100).map(|n| Doc::new(format!("{n}")))).await },
            )
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        new += task.await.unwrap().unwrap();
    }
    assert_eq!(new, 100);
    assert_noted(&db, 100).await;
    db.close().await.unwrap();
}

#[tokio::test]
async fn updates_of_a_query_are_noted_in_order_over_all_their_parts() {
    let db = opened().await;
    Reading::insert_many(&db, readings(1_200)).await.unwrap();
    let seen = Reading::query().equal("seen", true);
    let changed = seen
        .update(&db, |r| [r.degrees.add(1), r.note.set(None::<String>)])
        .await;
    assert_eq!(changed.unwrap(), 600);
    assert_noted(&db, 1_200 + 600).await;
    let history = Reading::history(&db, 1_199).await.unwrap();
    assert_eq!(history.entries().len(), 2);
    assert_eq!(history.entries()[1].sequence, 1_200 + 600);

    // Records that become one, within a part and across parts.
    let docs = (0..1_200).map(|n| Doc::new(format!("{n}")));
    Doc::insert_many(&db, docs).await.unwrap();
    let changed = Doc::query()
        .all_rows()
        .update(&db, |d| [d.title.set("same")])
        .await;
    assert_eq!(changed.unwrap(), 1_200);
    assert_eq!(Doc::query().count(&db).await.unwrap(), 1);
    assert_noted(&db, 1_800 + 1_200 + 2 * 1_200).await;
    let history = Doc::history(&db, Doc::new("7").id).await.unwrap();
    assert_eq!(history.entries().len(), 3 * 1_200);

    // One that fails in the second part undoes all.
    let failing = Reading::query()
        .all_rows()
        .update(&db, |r| [r.place.set("x")])
        .await;
    assert_eq!(failing.unwrap_err().kind(), ErrorKind::Unique);
    assert_noted(&db, 1_800 + 1_200 + 2 * 1_200).await;
}

#[tokio::test]
async fn records_that_take_each_others_content_are_noted_so_that_all_are_there() {
    let db = empty().await;
    db.create_tables::<(Place,)>().await.unwrap();
    let places = (0..7).map(|n| Place::new(n, format!("{n}")));
    Place::insert_many(&db, places).await.unwrap();
    // A circle of three, one that gets the content of one of them, and a chain whose end stays as it is.
    let next = raw::<i64>(
        "case number when 0 then 1 when 1 then 2 when 2 then 0 when 3 then 0 when 4 then 5 else 6 end",
        (),
    );
    let changed = Place::query()
        .all_rows()
        .update(&db, |p| [p.number.set(next)])
        .await;
    assert_eq!(changed.unwrap(), 7);
    let places = Place::query().order_by("number", Asc).get(&db).await.unwrap();
    let found: Vec<_> = places.iter().map(|p| (p.number, &*p.name)).collect();
    assert_eq!(found, [(0, "2"), (1, "0"), (2, "1"), (5, "4"), (6, "6")]);
    let report = db.verify().tables::<(Place,)>().run().await.unwrap();
    assert_eq!(report.total(), 0, "{report}");
    assert_eq!(report.records, 5);
}
