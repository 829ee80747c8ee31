//! The program on repositories made for the purpose.

use std::{fs, path::Path, process::Command};

use sqloquent::{prelude::*, verify::FindingKind};

use crate::{
    git::Repository,
    load::{Loaded, load},
    parse::{Change, Commits},
    proof,
    records::Commit,
    report,
};

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Ada \"L\" Ö", "-c", "user.email=ada@example.org"])
        .args(["-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A repository with a renamed file of an odd name, a binary file, a merge and a commit without files.
fn make(folder: &Path) {
    git(folder, &["init", "-q"]);
    fs::write(folder.join("tab\tand \"quotes\"é"), "1\n2\n").unwrap();
    fs::write(folder.join("b.txt"), "1\n").unwrap();
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "first\n\nwith a body"]);
    git(folder, &["mv", "tab\tand \"quotes\"é", "a.txt"]);
    git(folder, &["commit", "-qm", "rename"]);
    git(folder, &["checkout", "-qb", "side"]);
    fs::write(folder.join("image"), [0, 1, 2]).unwrap();
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "binary"]);
    git(folder, &["checkout", "-q", "main"]);
    for _ in 0..2 {
        for name in ["a.txt", "b.txt"] {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            fs::write(folder.join(name), format!("{text}more\n")).unwrap();
        }
        git(folder, &["commit", "-qam", "both"]);
    }
    git(folder, &["merge", "-q", "--no-edit", "side"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "empty"]);
}

#[tokio::test]
async fn a_history_is_read_once_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let open = || Repository::open(folder.path()).unwrap();
    assert_eq!(open().count().unwrap(), Some(7));
    let loaded = load(&db, open(), |_| {}).await.unwrap();
    let expected = Loaded {
        authors: 1,
        commits: 7,
        changes: 8,
    };
    assert_eq!(loaded, expected);
    let again = load(&db, open(), |_| {}).await.unwrap();
    assert_eq!(again, Loaded::default(), "what is known is not stored again");

    let renamed = crate::records::Change::query().filter(|c| c.old_path.not_null());
    let renamed = renamed.first_required(&db).await.unwrap();
    assert_eq!(renamed.path, "a.txt");
    assert_eq!(renamed.old_path.as_deref(), Some("tab\tand \"quotes\"é"));
    let commits = Commit::query()
        .with(|c| (c.parents, c.children))
        .get(&db)
        .await
        .unwrap();
    assert!(commits.iter().all(Commit::is_intact));
    let merge = commits.iter().find(|c| c.parent_ids.len() == 2).unwrap();
    assert_eq!(merge.subject, "Merge branch 'side'");
    assert_eq!(merge.parents.try_get().unwrap().len(), 2);
    let first = commits.iter().find(|c| c.parent_ids.is_empty()).unwrap();
    assert_eq!((first.subject.as_str(), first.files), ("first", 2));
    assert_eq!(first.children.try_get().unwrap().len(), 1);

    let newest = proof::newest(&db).await.unwrap().unwrap();
    assert_eq!(newest.subject, "empty");
    assert_eq!(proof::before(&db, &newest).await.unwrap(), 6);
    let report = proof::verify(&db).await.unwrap();
    assert_eq!((report.records, report.total()), (7, 0), "{report}");
    let report = proof::tampered(&db, first).await.unwrap();
    let found: Vec<_> = report
        .of(FindingKind::ContentMismatch)
        .filter_map(|f| f.record_id.clone())
        .collect();
    assert_eq!(found, [first.id.to_string()]);
    assert!(
        proof::verify(&db).await.unwrap().is_clean(),
        "the tampering was undone"
    );

    let months = report::months(&db, 10).await.unwrap();
    assert_eq!(
        months.iter().map(|m| (m.commits, m.authors)).collect::<Vec<_>>(),
        [(7, 1)]
    );
    let authors = report::authors(&db, 10).await.unwrap();
    assert_eq!(authors, [("Ada \"L\" Ö".to_owned(), 7, Some(7), Some(0))]);
    let files = report::files(&db, 2).await.unwrap();
    assert_eq!(
        files,
        [
            ("a.txt".to_owned(), 3, Some(2), Some(0)),
            ("b.txt".to_owned(), 3, Some(3), Some(0))
        ]
    );
    let pairs = report::pairs(&db, 10).await.unwrap();
    assert_eq!(pairs, [("a.txt".to_owned(), "b.txt".to_owned(), 2)]);
}

#[test]
fn empty_and_missing_repositories_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Repository::open(&folder.path().join("nowhere"));
    assert!(missing.is_err_and(|e| e.to_string().contains("no git repository")));
    git(folder.path(), &["init", "-q"]);
    assert_eq!(Repository::open(folder.path()).unwrap().count().unwrap(), None);
}

#[test]
fn names_with_line_feeds_and_renames_are_read() {
    let text =
        "\u{1}aa\0\0Ada\0a@b\x005\0subject\0\n1\t0\t\nline\0-\t-\t\0old\0new\0\u{1}bb\0aa\0Ada\0a@b\x006\0\0";
    let commits: Vec<_> = Commits::new(text.as_bytes()).collect::<Result<_, _>>().unwrap();
    assert_eq!(commits.len(), 2);
    assert_eq!((commits[1].hash.as_str(), commits[1].authored_at), ("bb", 6));
    let renamed = Change {
        path: "new".to_owned(),
        old_path: Some("old".to_owned()),
        added: None,
        removed: None,
    };
    assert_eq!(commits[0].changes[0].path, "\nline");
    assert_eq!(commits[0].changes[1], renamed);
}

#[test]
fn a_broken_answer_is_an_error() {
    for text in [
        "aa\0",
        "\u{1}aa\0",
        "\u{1}aa\0\0n\0e\x001\0s\0\nnonsense\0",
        "\u{1}aa\0\0n\0e\x001\0s\0\n1\t2",
    ] {
        let read: Result<Vec<_>, _> = Commits::new(text.as_bytes()).collect();
        assert!(read.is_err(), "{text:?}");
    }
}
