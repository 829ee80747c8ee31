//! Opening: what works, and what is said when it does not.

use std::fs;

use sqloquent_core::{Backend, CallContext, Error, ErrorKind, Plan};
use sqloquent_sqlite::{Durability, Journal, SqliteBackend, SqliteOptions};

use crate::support::*;

async fn pragma(db: &SqliteBackend, sql: &'static str) -> String {
    let rows = db
        .with_raw(CallContext::here(), move |raw| {
            raw.query_row(sql, [], |r| r.get::<_, rusqlite::types::Value>(0))
        })
        .await
        .unwrap();
    format!("{:?}", rows.unwrap())
}

fn refused(options: SqliteOptions) -> Error {
    SqliteBackend::open_blocking(options).unwrap_err()
}

#[tokio::test]
async fn settings_reach_every_connection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b?.db");
    let url = format!(
        "sqlite:{}/a%20b%3F.db?synchronous=full&foreign_keys=off&cache=64k&statement_cache=3",
        folder.path().display()
    );
    let options = SqliteOptions::parse(&url)
        .unwrap()
        .on_connect(|raw| raw.execute_batch("pragma recursive_triggers = on"));
    let db = SqliteBackend::open(options).await.unwrap();
    assert!(path.exists());
    assert_eq!(pragma(&db, "pragma journal_mode").await, "Text(\"wal\")");
    assert_eq!(pragma(&db, "pragma synchronous").await, "Integer(2)");
    assert_eq!(pragma(&db, "pragma foreign_keys").await, "Integer(0)");
    assert_eq!(pragma(&db, "pragma cache_size").await, "Integer(-64)");
    let on_reader = read(&db, "select * from pragma_recursive_triggers", vec![])
        .await
        .unwrap();
    assert_eq!(number(&on_reader), 1);
    assert!(db.describe().ends_with("a b?.db"));
    db.close().await.unwrap();
    assert!(path.exists());
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(kind(write(&db, "select 1", vec![]).await), ErrorKind::Closed);
    db.close().await.unwrap();
}

#[tokio::test]
async fn an_existing_file_keeps_its_journal_mode_unless_asked() {
    let db = TestDb::with(|o| o.journal(Journal::Delete));
    create(&db).await;
    db.close().await.unwrap();
    let path = db.folder.path().join("t.db");
    let again = SqliteBackend::open(SqliteOptions::file(&path)).await.unwrap();
    assert_eq!(pragma(&again, "pragma journal_mode").await, "Text(\"delete\")");
    again.close().await.unwrap();
    let asked = SqliteBackend::open(SqliteOptions::file(&path).journal(Journal::Wal))
        .await
        .unwrap();
    assert_eq!(pragma(&asked, "pragma journal_mode").await, "Text(\"wal\")");
    asked.close().await.unwrap();
}

#[tokio::test]
async fn mistakes_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| SqliteOptions::file(folder.path().join(name));
    for (error, kind, says) in [
        (
            refused(at("no/where/x.db")),
            ErrorKind::Connection,
            "create it first",
        ),
        (refused(at("")), ErrorKind::Connection, "is a folder"),
        (
            refused(at("x.db").create(false)),
            ErrorKind::Connection,
            "does not exist",
        ),
        (
            refused(at("x.db").read_only(true)),
            ErrorKind::Connection,
            "does not exist",
        ),
    ] {
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(says), "{error}");
    }
    fs::write(
        folder.path().join("text.db"),
        "no database, but long enough to be looked at".repeat(100),
    )
    .unwrap();
    let error = refused(at("text.db"));
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().contains("no SQLite database"), "{error}");
    let bad = SqliteOptions::memory().on_connect(|raw| raw.execute_batch("nonsense"));
    assert_eq!(refused(bad).kind(), ErrorKind::InvalidQuery);
    assert_eq!(
        refused(SqliteOptions::memory().on_connect(|_| panic!("on purpose"))).kind(),
        ErrorKind::Panic
    );
}

#[tokio::test]
async fn a_truncated_file_is_corrupt() {
    let db = TestDb::with(|o| o.journal(Journal::Delete));
    create(&db).await;
    write(
        &db,
        "insert into t(n) with recursive c(x) as (select 1 union all select x + 1 from c where x < 5000) select x from c",
        vec![],
    )
    .await
    .unwrap();
    db.close().await.unwrap();
    let path = db.folder.path().join("t.db");
    let content = fs::read(&path).unwrap();
    fs::write(&path, &content[..content.len() / 2]).unwrap();
    assert_eq!(refused(SqliteOptions::file(&path)).kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn read_only_files_are_read_and_not_written() {
    let db = TestDb::with_table().await;
    write(&db, "insert into t(n) values (1)", vec![]).await.unwrap();
    db.close().await.unwrap();
    let options = SqliteOptions::file(db.folder.path().join("t.db")).read_only(true);
    let reading = SqliteBackend::open(options).await.unwrap();
    assert_eq!(count(&reading).await, 1);
    assert_eq!(
        kind(write(&reading, "insert into t(n) values (1)", vec![]).await),
        ErrorKind::ReadOnly
    );
    reading.close().await.unwrap();
}

#[test]
#[ignore = "run by read_only_folders_work_for_those_who_cannot_write_there, as another user"]
fn reads_in_a_folder_of_somebody_else() {
    pollster::block_on(async {
        let path = std::env::var("READ_ONLY_DB").unwrap();
        let db = SqliteBackend::open(SqliteOptions::file(&path).read_only(true))
            .await
            .unwrap();
        assert_eq!(count(&db).await, 1);
        db.close().await.unwrap();
        let error = refused(SqliteOptions::file(&path));
        assert!(
            matches!(error.kind(), ErrorKind::ReadOnly | ErrorKind::Connection),
            "{error}"
        );
    });
}

/// Only root can become another user; for others the folder's own permissions do.
#[cfg(unix)]
#[tokio::test]
async fn read_only_folders_work_for_those_who_cannot_write_there() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};

    let db = TestDb::with_table().await;
    write(&db, "insert into t(n) values (1)", vec![]).await.unwrap();
    db.close().await.unwrap();
    let path = db.folder.path().join("t.db");
    let program = db.folder.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(db.folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let run = |other_user: bool| {
        let mut command = std::process::Command::new(&program);
        command
            .args([
                "--ignored",
                "--exact",
                "opening::reads_in_a_folder_of_somebody_else",
            ])
            .env("READ_ONLY_DB", &path);
        if other_user {
            command.uid(65_534).gid(65_534);
        }
        command.output()
    };
    let output = run(true).or_else(|_| run(false)).unwrap();
    fs::set_permissions(db.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[tokio::test]
async fn double_quoted_strings_are_off_and_two_memories_are_two() {
    let a = SqliteBackend::open(SqliteOptions::memory()).await.unwrap();
    let b = SqliteBackend::open(SqliteOptions::memory()).await.unwrap();
    create(&a).await;
    assert_eq!(
        kind(read(&b, "select * from t", vec![]).await),
        ErrorKind::UnknownTable
    );
    assert_eq!(
        kind(read(&a, "select \"text\"", vec![]).await),
        ErrorKind::UnknownColumn
    );
    assert_eq!(
        kind(write(&a, "create table v(x check (x <> \"text\"))", vec![]).await),
        ErrorKind::UnknownColumn
    );
}

#[tokio::test]
async fn close_waits_for_work_and_refuses_later_calls() {
    let db = TestDb::with_table().await;
    let tx = db.begin(Default::default(), CallContext::here()).await.unwrap();
    let closing = tokio::spawn({
        let db = db.db.clone();
        async move { db.close().await }
    });
    while db.stats().waiting == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(kind(read(&db, "select 1", vec![]).await), ErrorKind::Closed);
    run_in(&*tx, Plan::WRITE, "insert into t(n) values (1)", vec![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    closing.await.unwrap().unwrap();
    assert_eq!(db.stats().connections, 0);
    let raw = db.outsider();
    assert_eq!(
        raw.query_row("select count(*) from t", [], |r| r.get::<_, i64>(0))
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn full_durability_and_none_work() {
    for durability in [Durability::Full, Durability::Off] {
        let db = TestDb::with(|o| o.durability(durability));
        create(&db).await;
        let job = one(Plan::WRITE_BY_KEY, "insert into t(n) values (1)", vec![]);
        db.run(job, CallContext::here()).await.unwrap();
        assert_eq!(db.stats().on_the_spot, u64::from(durability == Durability::Off));
    }
}
