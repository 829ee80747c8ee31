//! What SQLite refuses becomes an error of the right kind, with table, column and constraint.

use sqloquent_core::{Backend, CallContext, Error, ErrorKind, Plan, Statement, Value};
use sqloquent_sqlite::{SqliteBackend, SqliteOptions};

use crate::support::*;

async fn schema() -> std::sync::Arc<SqliteBackend> {
    let db = SqliteBackend::open(SqliteOptions::memory()).await.unwrap();
    let script = "create table p(a integer, b text not null, c integer check (c > 0), d integer constraint small check \
                  (d < 9), unique (a, b));
                  create table k(id integer primary key);
                  create table f(k_id integer references k(id));
                  create table s(x integer) strict;
                  create unique index low on k(abs(id));";
    let session = db.acquire(CallContext::here()).await.unwrap();
    session.script(script.into(), CallContext::here()).await.unwrap();
    session.commit().await.unwrap();
    write(&db, "insert into p(a, b) values (1, 'x')", vec![])
        .await
        .unwrap();
    write(&db, "insert into k values (1)", vec![]).await.unwrap();
    db
}

type Parts<'a> = (ErrorKind, Option<&'a str>, Option<&'a str>, Option<&'a str>);

fn parts(error: &Error) -> Parts<'_> {
    (error.kind(), error.table(), error.column(), error.constraint())
}

#[tokio::test]
async fn kinds_and_places() {
    let db = schema().await;
    let cases: [(&'static str, Parts<'_>); 16] = [
        (
            "insert into p(a, b) values (1, 'x')",
            (ErrorKind::Unique, Some("p"), Some("a"), Some("p.a, p.b")),
        ),
        (
            "insert into k values (1)",
            (ErrorKind::Unique, Some("k"), Some("id"), Some("k.id")),
        ),
        (
            "insert into k values (-1)",
            (ErrorKind::Unique, None, None, Some("low")),
        ),
        (
            "insert into p(a) values (2)",
            (ErrorKind::NotNull, Some("p"), Some("b"), None),
        ),
        (
            "insert into p(b, c) values ('', 0)",
            (ErrorKind::Check, None, None, Some("c > 0")),
        ),
        (
            "insert into p(b, d) values ('', 9)",
            (ErrorKind::Check, None, None, Some("small")),
        ),
        (
            "insert into f values (7)",
            (ErrorKind::ForeignKey, None, None, None),
        ),
        (
            "insert into s values ('x')",
            (ErrorKind::InvalidValue, Some("s"), Some("x"), None),
        ),
        (
            "select * from nowhere",
            (ErrorKind::UnknownTable, Some("nowhere"), None, None),
        ),
        (
            "select missing from p",
            (ErrorKind::UnknownColumn, None, Some("missing"), None),
        ),
        (
            "select p.missing from p",
            (ErrorKind::UnknownColumn, Some("p"), Some("missing"), None),
        ),
        (
            "select \"missing\" from p",
            (ErrorKind::UnknownColumn, None, Some("missing"), None),
        ),
        (
            "insert into p(z) values (1)",
            (ErrorKind::UnknownColumn, Some("p"), Some("z"), None),
        ),
        ("selec 1", (ErrorKind::InvalidQuery, None, None, None)),
        ("select 1; select 2", (ErrorKind::InvalidQuery, None, None, None)),
        (
            "insert into k values ('x')",
            (ErrorKind::InvalidValue, None, None, None),
        ),
    ];
    for (sql, expected) in cases {
        let error = write(&db, sql, vec![]).await.unwrap_err();
        assert_eq!(parts(&error), expected, "{sql}: {error:?}");
        assert_eq!(error.sql(), Some(sql));
    }
    for sql in ["", "  ", "-- nothing"] {
        assert_eq!(
            kind(write(&db, sql, vec![]).await),
            ErrorKind::InvalidQuery,
            "{sql:?}"
        );
    }
    at_rest(&db).await;
}

#[tokio::test]
async fn counts_of_parameters_are_checked_and_values_never_shown() {
    let db = schema().await;
    let secret = || Value::Text("swordfish".into());
    for given in [vec![], vec![secret(), secret()]] {
        let error = write(&db, "insert into p(b) values (?)", given)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(!message(&error).contains("swordfish"));
    }
    let repeated = Statement::repeated(
        "insert into p(b) values (?)",
        vec![secret(), secret(), secret()],
        2,
    );
    let job = Fixed::new(Plan::WRITE, vec![repeated]);
    assert_eq!(
        kind(db.run(job, CallContext::here()).await.map(|_| ())),
        ErrorKind::InvalidQuery
    );
    write(&db, "insert into p(a, b) values (9, ?)", vec![secret()])
        .await
        .unwrap();
    let error = write(&db, "insert into p(a, b) values (9, ?)", vec![secret()])
        .await
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("swordfish"));
}

#[tokio::test]
async fn uncached_statements_work_and_fail_alike() {
    let db = schema().await;
    let job = |sql: &'static str| Fixed::new(Plan::READ, vec![Statement::new(sql, vec![]).uncached()]);
    let done = back(
        db.run(job("select id from k"), CallContext::here())
            .await
            .unwrap(),
    );
    assert_eq!(done.rows, [[Value::Int(1)]]);
    let failed = db
        .run(job("select id from nowhere"), CallContext::here())
        .await
        .map(|_| ());
    assert_eq!(kind(failed), ErrorKind::UnknownTable);
}

#[tokio::test]
async fn panics_and_errors_of_decoding_leave_nothing_behind() {
    let db = TestDb::with_table().await;
    let sql = "insert into t(n) values (1), (2) returning id";
    for plan in [Plan::WRITE, Plan::WRITE_BY_KEY, Plan::WRITE_TRANSACTION] {
        let job = one(plan, sql, vec![]).on_row(|_, _| panic!("on purpose"));
        assert_eq!(
            kind(db.run(job, CallContext::here()).await.map(|_| ())),
            ErrorKind::Panic
        );
        let job = one(plan, sql, vec![]).on_row(|_, _| Err(Error::new(ErrorKind::Decode, "no")));
        assert_eq!(
            kind(db.run(job, CallContext::here()).await.map(|_| ())),
            ErrorKind::Decode
        );
        assert_eq!(count(&db).await, 0, "{plan:?}");
    }
    write(&db, "insert into t(n) values (1)", vec![]).await.unwrap();
    for plan in [Plan::READ, Plan::READ_BY_KEY, Plan::READ_SNAPSHOT] {
        let job = one(plan, "select n from t", vec![]).on_row(|_, _| panic!("on purpose"));
        assert_eq!(
            kind(db.run(job, CallContext::here()).await.map(|_| ())),
            ErrorKind::Panic
        );
    }
    let tx = db.begin(Default::default(), CallContext::here()).await.unwrap();
    let job = one(Plan::READ_BY_KEY, "select n from t", vec![]).on_row(|_, _| panic!("on purpose"));
    assert_eq!(
        kind(tx.run(job, CallContext::here()).await.map(|_| ())),
        ErrorKind::Panic
    );
    run_in(&*tx, Plan::WRITE, "insert into t(n) values (2)", vec![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 2);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_write_run_as_a_read_is_refused() {
    let db = TestDb::with_table().await;
    assert_eq!(
        kind(read(&db, "insert into t(n) values (1)", vec![]).await),
        ErrorKind::ReadOnly
    );
}
