//! A database that the Python library wrote; see `tests/python_library/README.md`.

use std::{fs, path::PathBuf};

use sqloquent::{
    ContentId,
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
    pub commit_ids: Option<String>,
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
