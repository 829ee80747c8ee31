//! Several models in one journal: their rows have numbers and chains of their own, and none passes for one of another.

use sqloquent::{
    ContentId, Executor,
    history::ChangeKind,
    prelude::*,
    verify::{FindingKind, Report, Verify},
};

/// How many numbers each model has.
const SPAN: i64 = 1_000_000_000_000;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(history)]
struct Red {
    #[model(id)]
    id: i64,
    text: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(history)]
struct Blue {
    #[model(id)]
    id: i64,
    text: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, history)]
struct Leaf {
    #[model(id)]
    id: ContentId,
    text: String,
}

/// Two red and three blue rows, whose ids and texts are the same, and a leaf with two versions.
async fn interleaved() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<(Red, Blue, Leaf)>().await.unwrap();
    let mut leaf = Leaf::new("a").insert(&db).await.unwrap();
    for n in 0..3 {
        Blue::new(format!("text {n}")).insert(&db).await.unwrap();
        if n < 2 {
            Red::new(format!("text {n}")).insert(&db).await.unwrap();
        }
    }
    leaf.update(&db, |l| l.text = "b".into()).await.unwrap();
    db
}

async fn verified(db: &dyn Executor) -> Report {
    Verify::on(db).tables::<(Red, Blue, Leaf)>().run().await.unwrap()
}

/// What verifying finds after a script, which is undone.
async fn after(db: &Db, script: &str) -> Report {
    let tx = db.begin().await.unwrap();
    tx.execute_script(script).await.unwrap();
    let report = verified(&tx).await;
    tx.rollback().await.unwrap();
    report
}

#[tokio::test]
async fn each_model_counts_its_own_changes() {
    let db = interleaved().await;
    let ids: Vec<i64> = db
        .raw("select id from journal order by id", ())
        .scalars()
        .await
        .unwrap();
    let of = |model: i64, changes: i64| (1..=changes).map(move |n| model * SPAN + n);
    assert_eq!(ids, of(1, 3).chain(of(2, 3)).chain(of(3, 2)).collect::<Vec<_>>());
    let heads: Vec<(i64, String, i64)> = db
        .raw(
            "select number, model, sequence from journal_heads order by number",
            (),
        )
        .get_as()
        .await
        .unwrap();
    assert_eq!(
        heads,
        [(1, "Leaf".into(), 3), (2, "Blue".into(), 3), (3, "Red".into(), 2)]
    );
    // The records of both models have the same ids.
    for n in 1..=2 {
        let (red, blue) = (
            Red::history(&db, n).await.unwrap(),
            Blue::history(&db, n).await.unwrap(),
        );
        assert_eq!((red.entries().len(), blue.entries().len()), (1, 1));
        assert_eq!(
            (red.entries()[0].sequence, blue.entries()[0].sequence),
            (n as u64, n as u64)
        );
        assert!(red.entries()[0].is_intact() && blue.entries()[0].is_intact());
    }
    assert_eq!(Red::history(&db, 3).await.unwrap().entries().len(), 0);
    assert_eq!(verified(&db).await.total(), 0);
}

#[tokio::test]
async fn a_row_of_one_model_passes_for_none_of_another() {
    let db = interleaved().await;
    // The newest blue row becomes the newest red one, with the head that belongs to it.
    let moved = "update journal set id = 3000000000003 where id = 2000000000003;
                 update journal_heads set sequence = 2, hash = (select hash from journal where id = 2000000000002)
                  where model = 'Blue';
                 update journal_heads set sequence = 3, hash = (select hash from journal where id = 3000000000003)
                  where model = 'Red';
                 insert into reds select * from blues where id = 3;
                 delete from blues where id = 3";
    let report = after(&db, moved).await;
    let found = report.of(FindingKind::ChainBreak).next().unwrap();
    assert_eq!((&*found.model, found.sequence), ("Red", Some(3)), "{report}");

    // The models change names, and their tables rows.
    let swapped = "update journal_heads set model = 'x' where model = 'Red';
                   update journal_heads set model = 'Red' where model = 'Blue';
                   update journal_heads set model = 'Blue' where model = 'x';
                   insert into reds select * from blues where id = 3;
                   delete from blues where id = 3";
    let report = after(&db, swapped).await;
    assert_eq!(report.count(FindingKind::ChainBreak), 5, "{report}");

    // A model gets another number, and its rows with it.
    let renumbered = "update journal_heads set number = 9 where model = 'Red';
                      update journal set id = id + 6000000000000 where id > 3000000000000";
    let report = after(&db, renumbered).await;
    assert_eq!(report.count(FindingKind::ChainBreak), 2, "{report}");
    assert_eq!(verified(&db).await.total(), 0);
}

#[tokio::test]
async fn rows_out_of_their_places_are_found() {
    let db = interleaved().await;
    for script in [
        "update journal set id = 0 where id = 2000000000002;
         update journal set id = 2000000000002 where id = 2000000000003;
         update journal set id = 2000000000003 where id = 0",
        "insert into journal select id - 1, time, actor, reason, kind, record_id, previous_id, archive_id, content, \
         hash, record_key from journal where id = 2000000000001",
        "update journal set id = 2000000000004 where id = 2000000000003",
        "update journal set id = 7 where id = 2000000000003",
        "update journal set id = -7 where id = 2000000000003",
        "update journal set id = 9223372036854775807 where id = 2000000000003",
        "delete from journal where id = 2000000000001",
        "delete from journal where id = 2000000000003",
    ] {
        let report = after(&db, script).await;
        assert!(report.count(FindingKind::ChainBreak) > 0, "{script}: {report}");
    }
}

#[tokio::test]
async fn rows_whose_head_is_gone_are_found_and_no_checkpoint_is_made_of_them() {
    let db = interleaved().await;
    let kept = db.checkpoint().await.unwrap();
    let sizes: Vec<(&str, u64)> = kept.trees.iter().map(|t| (&*t.model, t.size)).collect();
    assert_eq!(sizes, [("Blue", 3), ("Leaf", 3), ("Red", 2)]);
    db.execute_script("delete from journal_heads where model = 'Red'")
        .await
        .unwrap();
    let report = verified(&db).await;
    let found = report.of(FindingKind::ChainBreak).next().unwrap();
    assert_eq!(found.model, "3", "{report}");
    assert_eq!(report.count(FindingKind::NotInJournal), 2, "{report}");
    let report = db.verify_against(&kept).await.unwrap();
    assert_eq!(report.count(FindingKind::CutOff), 1, "{report}");
    let refused = db.checkpoint().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ContentMismatch, "{refused}");
    // A new chain does not take the place of what is left of the old one.
    let refused = Red::new("more").insert(&db).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unique, "{refused}");
}

#[tokio::test]
async fn a_second_head_of_a_model_is_found() {
    let db = interleaved().await;
    let script = "create table heads as select * from journal_heads;
                  drop table journal_heads;
                  alter table heads rename to journal_heads;
                  insert into journal_heads select 8, model, sequence, hash from journal_heads where model = 'Red'";
    let report = after(&db, script).await;
    let found = report.of(FindingKind::ChainBreak).next().unwrap();
    assert_eq!(found.model, "Red", "{report}");
}

#[tokio::test]
async fn an_id_of_one_text_is_not_kept_twice_and_versions_have_it() {
    let db = interleaved().await;
    let leaf = Leaf::query().first_required(&db).await.unwrap();
    let history = Leaf::history(&db, leaf.id).await.unwrap();
    let kinds: Vec<_> = history.entries().iter().map(|e| e.kind).collect();
    assert_eq!(
        kinds,
        [ChangeKind::Insert, ChangeKind::Replace, ChangeKind::Update]
    );
    for entry in history.entries() {
        let text = entry.record_id.as_bytes();
        assert!(!entry.content.windows(text.len()).any(|part| part == text));
        assert!(entry.is_intact());
    }
    assert_eq!(history.version(3).unwrap(), leaf);
    let first = history.version(1).unwrap();
    assert_eq!((first.id, &*first.text), (first.content_id().unwrap(), "a"));
    let mut forged = history.entries()[1].clone();
    forged.sequence += 1;
    assert!(!forged.is_intact());
}

#[derive(FromRow)]
struct Line {
    model: String,
    change: i64,
    when: String,
    what: String,
}

/// As the guide has it.
#[tokio::test]
async fn the_journal_is_read_with_plain_sql() {
    let db = interleaved().await;
    let guide = include_str!("../../../../docs/guide/14-history.md");
    let sql = guide
        .split("```sql")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let sql = sqloquent::TrustedSql::new(sql.trim().trim_end_matches(';'));
    let rows: Vec<Line> = db.raw(sql, ()).get_as().await.unwrap();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}", row.model, row.change, row.what))
        .collect();
    assert_eq!(
        lines[..4],
        [
            "Leaf 1 insert",
            "Leaf 2 replace",
            "Leaf 3 update",
            "Blue 1 insert"
        ]
    );
    assert!(rows[0].when.starts_with("20"));
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_writers_of_several_models_make_a_chain_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("a.db").display()))
        .await
        .unwrap();
    db.create_tables::<(Red, Blue, Leaf)>().await.unwrap();
    let tasks: Vec<_> = (0..30)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut red = Red::new(format!("{n}")).insert(&db).await.unwrap();
                Blue::insert_many(&db, (0..20).map(|m| Blue::new(format!("{n} {m}"))))
                    .await
                    .unwrap();
                Leaf::insert_many(&db, (0..20).map(|m| Leaf::new(format!("{}", n + m))))
                    .await
                    .unwrap();
                let tx = db.begin().await.unwrap();
                red.update(&tx, |r| r.text.push('!')).await.unwrap();
                Blue::query()
                    .equal("id", red.id)
                    .update(&tx, |b| [b.text.set("found")])
                    .await
                    .unwrap();
                if n % 3 == 0 {
                    tx.rollback().await.unwrap();
                } else {
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let report = verified(&db).await;
    assert_eq!(report.total(), 0, "{report}");
    assert_eq!(report.records, 30 + 600 + 49);
    db.checkpoint().await.unwrap();
    db.close().await.unwrap();
}
