//! A database that the Python library wrote; see `tests/python_library/README.md`.

use std::{fs, path::PathBuf, process::Command};

use sqloquent::{
    Attachment, ContentId, DeletedRecord, HashedRecord, IdList,
    prelude::*,
    verify::{FindingKind, Report},
};
use tempfile::TempDir;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "papers", hashed, exclude_from_hash = ["note"])]
pub struct Paper {
    #[model(id)]
    pub id: ContentId,
    pub title: String,
    pub pages: i64,
    pub score: Option<f64>,
    #[model(default = true)]
    pub draft: bool,
    pub body: Option<Vec<u8>>,
    pub note: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "switches", hashed)]
pub struct Switch {
    #[model(id)]
    pub id: ContentId,
    pub name: String,
    pub lit: bool,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "commits", hashed)]
pub struct Commit {
    #[model(id)]
    pub id: ContentId,
    pub message: String,
    pub commit_ids: Option<IdList<ContentId>>,
    #[model(contains(key = commit_ids))]
    pub parents: Related<Vec<Commit>>,
    #[model(within(key = commit_ids))]
    pub children: Related<Vec<Commit>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "people")]
pub struct Person {
    #[model(id)]
    pub id: String,
    pub name: String,
}

fn library() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python_library"))
}

/// A copy of the database, and what `make_database.py` says of it.
pub async fn opened() -> (TempDir, Db, serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("python_library.sqlite");
    fs::copy(library().join("python_library.sqlite"), &path).unwrap();
    let db = Db::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let facts = fs::read_to_string(library().join("python_library.json")).unwrap();
    (folder, db, serde_json::from_str(&facts).unwrap())
}

async fn verified(db: &Db) -> Report {
    db.verify()
        .tables::<(Paper, Switch, Commit)>()
        .run()
        .await
        .unwrap()
}

fn ids(report: &Report, kind: FindingKind) -> Vec<String> {
    report.of(kind).filter_map(|f| f.record_id.clone()).collect()
}

#[tokio::test]
async fn every_intact_record_of_the_python_library_verifies_and_the_bad_archive_is_named() {
    let (_folder, db, facts) = opened().await;
    let report = verified(&db).await;
    println!("{report}");
    assert_eq!(report.records, 19);
    assert_eq!(report.archives, facts["deleted_records"].as_u64().unwrap());
    assert_eq!(report.count(FindingKind::ContentMismatch), 0);
    assert_eq!(
        ids(&report, FindingKind::ArchiveMismatch),
        [facts["mismatch_id"].as_str().unwrap()]
    );
    assert!(!report.is_clean());
}

#[tokio::test]
async fn booleans_in_another_form_are_told_from_tampering() {
    let (_folder, db, facts) = opened().await;
    let forms = ids(&verified(&db).await, FindingKind::OtherForm);
    for name in ["switch_live_int", "switch_renamed", "switch_int"] {
        assert!(
            forms.iter().any(|id| *id == facts[name].as_str().unwrap()),
            "{name}: {forms:?}"
        );
    }
    for name in ["switch_live", "switch_bool", "paper", "deleted"] {
        assert!(
            forms.iter().all(|id| *id != facts[name].as_str().unwrap()),
            "{name}: {forms:?}"
        );
    }
    // A changed truth value is no other form of it.
    db.execute_script("update switches set lit = 1 - lit")
        .await
        .unwrap();
    let report = verified(&db).await;
    assert_eq!(report.count(FindingKind::ContentMismatch), 3);
}

#[tokio::test]
async fn its_deleted_record_restores_and_its_bad_archive_does_not() {
    let (_folder, db, facts) = opened().await;
    let archive = |name: &str| DeletedRecord::query().equal("record_id", facts[name].as_str().unwrap());
    let deleted = archive("deleted").first_required(&db).await.unwrap();
    assert_eq!(deleted.id, facts["deleted_archive"].as_str().unwrap());
    let paper = deleted.restore::<Paper>(&db).await.unwrap();
    assert_eq!(paper.id.to_string(), facts["deleted"].as_str().unwrap());
    assert_eq!(
        (paper.pages, paper.score, paper.body),
        (99, Some(0.25), Some(b"gone".to_vec()))
    );
    // One whose archive holds 1 where the id is of `true`.
    let switch = archive("switch_int").first_required(&db).await.unwrap();
    assert!(switch.restore::<Switch>(&db).await.unwrap().lit);

    let bad = archive("mismatch_id").first_required(&db).await.unwrap();
    let error = bad.restore::<Paper>(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ContentMismatch);
    assert_eq!(Paper::find(&db, bad.record_id.as_str()).await.unwrap(), None);
    assert_eq!(verified(&db).await.archives, 4);
}

#[tokio::test]
async fn its_attachments_read() {
    let (_folder, db, facts) = opened().await;
    let found = |name: &str| Attachment::query().equal("id", facts[name].as_str().unwrap());
    let attachment = found("attachment").first_required(&db).await.unwrap();
    assert!(attachment.is_intact());
    let details = attachment.details().unwrap();
    let field = |name: &str| details.as_dict().and_then(|d| d.field(name)).unwrap().clone();
    assert_eq!(field("kind"), packify::Value::from("photo"));
    assert_eq!(field("sizes"), packify::Value::list([1, 2]));
    assert_eq!(
        field("big"),
        packify::unpack(&[0x04, 9, 64, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap()
    );
    assert_eq!(
        attachment.related::<Person>(&db).await.unwrap().unwrap().name,
        "Ada"
    );
    let attachment = found("attachment_of_paper").first_required(&db).await.unwrap();
    let paper = attachment.related::<Paper>(&db).await.unwrap().unwrap();
    assert_eq!(paper.title, "On Records");
    let record = HashedRecord::query().first_required(&db).await.unwrap();
    assert_eq!(record.id.to_string(), facts["details"].as_str().unwrap());
    assert!(record.is_intact());
    let report = db
        .verify()
        .tables::<(Attachment, HashedRecord)>()
        .run()
        .await
        .unwrap();
    assert!(report.is_clean() && report.records == 3, "{report}");
}

#[tokio::test]
async fn its_dag_walks() {
    let (_folder, db, facts) = opened().await;
    let id = |name: &str| facts["dag"][name]["id"].as_str().unwrap();
    let mut commits = Commit::query()
        .with(|c| (c.parents, c.children))
        .get(&db)
        .await
        .unwrap();
    commits.sort_by(|a, b| a.message.cmp(&b.message));
    let names = |related: &Related<Vec<Commit>>| -> Vec<String> {
        let mut names: Vec<_> = related
            .try_get()
            .unwrap()
            .iter()
            .map(|c| c.message.clone())
            .collect();
        names.sort();
        names
    };
    let all: Vec<_> = commits
        .iter()
        .map(|c| (c.message.as_str(), names(&c.parents), names(&c.children)))
        .collect();
    let strings = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        all,
        [
            ("left", strings(&["root"]), strings(&["merge"])),
            ("merge", strings(&["left", "right"]), strings(&["tip"])),
            ("right", strings(&["root"]), strings(&["merge"])),
            ("root", strings(&[]), strings(&["left", "right"])),
            ("tip", strings(&["merge"]), strings(&[])),
        ]
    );
    let tip: ContentId = id("tip").parse().unwrap();
    let before = Commit::query()
        .ancestors_of(tip, None, |c| c.commit_ids)
        .count(&db)
        .await
        .unwrap();
    assert_eq!(before, 4);

    let verify = || {
        db.verify()
            .tables::<Commit>()
            .references::<Commit, Commit, _>(|c| c.commit_ids)
            .run()
    };
    assert_eq!(verify().await.unwrap().count(FindingKind::DanglingReference), 0);
    db.raw("delete from commits where id = ?", (id("left"),))
        .execute()
        .await
        .unwrap();
    let report = verify().await.unwrap();
    let merge = report.of(FindingKind::DanglingReference).next().unwrap();
    assert_eq!(merge.record_id.as_deref(), Some(id("merge")));
    assert!(merge.detail.contains(id("left")), "{report}");
}

/// The interpreter that has the package; none where there is none.
fn python() -> Option<String> {
    let named = std::env::var("SQLOQUENT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&named)
        .args(["-c", "import sqloquent.asyncql"])
        .output();
    there.is_ok_and(|o| o.status.success()).then_some(named)
}

#[tokio::test]
async fn what_is_written_here_is_read_by_the_python_library() {
    let Some(python) = python() else {
        println!("skipped: no python3 that has the package `sqloquent`; set SQLOQUENT_PYTHON to one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.db");
    let db = Db::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    db.create_tables::<(Paper, Commit, Attachment)>().await.unwrap();
    let paper = |title: &str, pages: i64| Paper {
        score: Some(1.0),
        body: (pages > 1).then(|| vec![0, 255]),
        note: Some("aside".into()),
        ..Paper::new(title, pages)
    };
    let first = paper("Ünïcode ✓", 1).insert(&db).await.unwrap();
    Paper::insert_many(&db, [paper("two", 2), paper("three", -3)])
        .await
        .unwrap();
    paper("gone", 4)
        .insert(&db)
        .await
        .unwrap()
        .delete(&db)
        .await
        .unwrap();
    let mut attachment = Attachment::of(&first).unwrap();
    attachment
        .set_details(packify::Value::list(["checked", "twice"]))
        .unwrap();
    attachment.insert(&db).await.unwrap();
    let commit = |message: &str, parents: &[&Commit]| Commit {
        commit_ids: Some(IdList::of(parents.iter().map(|p| p.id)).unwrap()),
        ..Commit::new(message)
    };
    let root = Commit::new("root").insert(&db).await.unwrap();
    let left = commit("left", &[&root]).insert(&db).await.unwrap();
    let right = commit("right", &[&root]).insert(&db).await.unwrap();
    commit("merge", &[&left, &right]).insert(&db).await.unwrap();
    db.close().await.unwrap();

    let read = Command::new(python)
        .arg(library().join("read_database.py"))
        .arg(&file)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&read.stdout);
    assert!(
        read.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&read.stderr)
    );
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    println!("the Python library read {told}");
    assert_eq!(
        (told["papers"].as_u64(), told["commits"].as_u64()),
        (Some(3), Some(4))
    );
    assert_eq!(told["restored"], "gone");
    assert_eq!(told["parents"], serde_json::json!(["left", "right"]));
    assert_eq!(told["children"], serde_json::json!(["left", "right"]));
}
