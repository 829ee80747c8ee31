//! Files and disks that make trouble: typed errors that say what to do, and nothing that was stored is lost.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by it; figures are printed"
)]
#![cfg(all(feature = "sqlite", feature = "derive"))]

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use sqloquent::{SqliteOptions, prelude::*, rusqlite};
use tempfile::TempDir;

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    #[model(id)]
    id: i64,
    text: String,
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn open(options: SqliteOptions) -> Db {
    let db = Db::connect_with(options).await.unwrap();
    db.create_tables::<(Note,)>().await.unwrap();
    db
}

/// An error of the kind whose message holds the words.
#[track_caller]
fn refused<T: Debug>(result: Result<T>, kind: ErrorKind, words: &str) -> Error {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    assert!(error.to_string().contains(words), "`{words}` is not in: {error}");
    error
}

async fn sound(db: &Db) {
    let sound: String = db.raw("pragma integrity_check", ()).scalar().await.unwrap();
    assert_eq!(sound, "ok");
}

/// Writes until the disk is full, by itself and in a transaction; then makes room, and all that was acknowledged is
/// there.
async fn fill_up(db: &Db, make_room: impl AsyncFnOnce()) {
    let text = "filling ".repeat(500);
    let mut stored = 0;
    let error = loop {
        match Note::new(text.as_str()).insert(db).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 100_000, "a disk without end");
    };
    refused::<()>(Err(error), ErrorKind::DiskFull, "free some space");
    assert_eq!(Note::query().count(db).await.unwrap(), stored, "reading goes on");
    let many = Note::insert_many(db, (0..2_000).map(|_| Note::new(text.as_str()))).await;
    refused(many, ErrorKind::DiskFull, "free some space");
    let in_transaction = db
        .transaction(async |tx| {
            Note::new("short").insert(tx).await?;
            for _ in 0..2_000 {
                Note::new(text.as_str()).insert(tx).await?;
            }
            Ok::<_, Error>(())
        })
        .await;
    refused(in_transaction, ErrorKind::DiskFull, "free some space");
    make_room().await;
    assert_eq!(
        Note::query().count(db).await.unwrap(),
        stored,
        "no half of a failed call was stored"
    );
    Note::new(text.as_str()).insert(db).await.unwrap();
    assert_eq!(Note::query().count(db).await.unwrap(), stored + 1);
    sound(db).await;
}

#[tokio::test]
async fn a_file_that_may_not_grow() {
    let folder = folder();
    let db = open(SqliteOptions::file(folder.path().join("a.db"))).await;
    let limit = async |pages: u32| {
        let set = move |raw: &mut rusqlite::Connection| {
            raw.query_row(&format!("pragma max_page_count = {pages}"), [], |row| {
                row.get::<_, u32>(0)
            })
        };
        db.with_rusqlite(set).await.unwrap().unwrap();
    };
    limit(60).await;
    fill_up(&db, async || limit(1_000_000).await).await;
    db.close().await.unwrap();
}

/// A file system of its own, taken off when dropped.
struct Tiny(TempDir);

impl Tiny {
    fn mount() -> Option<Self> {
        let folder = folder();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .output();
        match mounted {
            Ok(done) if done.status.success() => Some(Self(folder)),
            _ => None,
        }
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

#[tokio::test]
async fn a_disk_that_is_full() {
    let Some(disk) = Tiny::mount() else {
        println!("skipped: this user may not mount a file system");
        return;
    };
    // Takes half of it, to be freed.
    let ballast = disk.0.path().join("ballast");
    fs::write(&ballast, vec![0; 500_000]).unwrap();
    let db = open(SqliteOptions::file(disk.0.path().join("a.db"))).await;
    fill_up(&db, async || fs::remove_file(&ballast).unwrap()).await;
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_program_has_locked() {
    let folder = folder();
    let path = folder.path().join("a.db");
    let db = open(SqliteOptions::file(&path)).await;
    let impatient = open(SqliteOptions::file(&path).busy_timeout(Duration::from_millis(30))).await;
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("begin immediate; insert into notes (text) values ('theirs')")
        .unwrap();
    let error = refused(
        Note::new("late").insert(&impatient).await,
        ErrorKind::Busy,
        "busy_timeout",
    );
    assert!(error.is_retryable());
    refused(impatient.begin().await, ErrorKind::Busy, "holds the lock");
    assert_eq!(
        Note::query().count(&impatient).await.unwrap(),
        0,
        "reading goes on"
    );
    let retries = db.stats().busy_retries;
    let waiting = tokio::spawn({
        let db = db.clone();
        async move { Note::new("patient").insert(&db).await }
    });
    while db.stats().busy_retries == retries {
        tokio::task::yield_now().await;
    }
    other.execute_batch("commit").unwrap();
    waiting.await.unwrap().unwrap();
    let texts: Vec<String> = Note::query()
        .order_by("id", Asc)
        .pluck(&db, "text")
        .await
        .unwrap();
    assert_eq!(texts, ["theirs", "patient"]);
}

#[tokio::test]
async fn a_file_that_may_not_be_written() {
    let folder = folder();
    let path = folder.path().join("a.db");
    let db = open(SqliteOptions::file(&path)).await;
    Note::new("there").insert(&db).await.unwrap();
    db.close().await.unwrap();
    let url = format!("sqlite:{}?mode=ro", path.display());
    let db = Db::connect(&url).await.unwrap();
    assert_eq!(Note::query().count(&db).await.unwrap(), 1);
    refused(
        Note::new("no").insert(&db).await,
        ErrorKind::ReadOnly,
        "read-only",
    );
    db.close().await.unwrap();

    let mut rights = fs::metadata(&path).unwrap().permissions();
    rights.set_readonly(true);
    fs::set_permissions(&path, rights).unwrap();
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        println!("skipped in part: this user may write every file");
        return;
    }
    refused(
        Db::connect_with(SqliteOptions::file(&path)).await,
        ErrorKind::ReadOnly,
        "mode=ro",
    );
    let db = Db::connect(&url).await.unwrap();
    assert_eq!(Note::query().count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_no_database() {
    let folder = folder();
    let path = folder.path().join("a.db");
    fs::write(&path, "Dear diary, ".repeat(1_000)).unwrap();
    refused(connect(&path).await, ErrorKind::Corrupt, "no SQLite database");
    assert_eq!(
        fs::read_to_string(&path).unwrap().len(),
        12_000,
        "it was left as it was"
    );
}

async fn connect(path: &Path) -> Result<Db> {
    Db::connect(&format!("sqlite:{}", path.display())).await
}

#[tokio::test]
async fn a_file_that_was_cut_off() {
    let folder = folder();
    let path = folder.path().join("a.db");
    let db = open(SqliteOptions::file(&path)).await;
    Note::insert_many(&db, (0..500).map(|i| Note::new("page ".repeat(300 + i))))
        .await
        .unwrap();
    db.close().await.unwrap();
    let length = fs::metadata(&path).unwrap().len();
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(length / 2)
        .unwrap();
    let read = async {
        let db = connect(&path).await?;
        Note::query().get(&db).await
    };
    refused(
        read.await.map(|rows| rows.len()),
        ErrorKind::Corrupt,
        "restore a backup",
    );
}

#[tokio::test]
async fn folders() {
    let folder = folder();
    let missing: PathBuf = folder.path().join("not/there/a.db");
    refused(connect(&missing).await, ErrorKind::Connection, "create it first");
    refused(connect(folder.path()).await, ErrorKind::Connection, "is a folder");
    let absent = format!("sqlite:{}?mode=rw", folder.path().join("b.db").display());
    refused(
        Db::connect(&absent).await,
        ErrorKind::Connection,
        "does not exist",
    );
    refused(
        Db::connect("postgres://ada:secret@host/db").await,
        ErrorKind::Configuration,
        "postgres",
    );
}
