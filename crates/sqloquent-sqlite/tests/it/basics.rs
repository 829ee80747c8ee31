//! Single jobs: what goes in comes out, outcomes are right, any executor will do.

use sqloquent_core::{Backend, CallContext, ErrorKind, Flow, Plan, Statement, Tried, Value};
use sqloquent_sqlite::{SqliteBackend, SqliteOptions};

use crate::support::*;

#[test]
fn works_under_a_plain_block_on() {
    pollster::block_on(async {
        let db = TestDb::with_table().await;
        for i in 0..500 {
            write(&db, "insert into t(n) values (?)", vec![Value::Int(i)])
                .await
                .unwrap();
        }
        assert_eq!(count(&db).await, 500);
        let tx = db.begin(Default::default(), CallContext::here()).await.unwrap();
        for i in 1..=500 {
            run_in(
                &*tx,
                Plan::WRITE_BY_KEY,
                "update t set n = n + 1 where id = ?",
                vec![Value::Int(i)],
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let rows = read(&db, "select sum(n) from t", vec![]).await.unwrap();
        assert_eq!(number(&rows), 499 * 500 / 2 + 500);
        db.close().await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a1_a_thousand_concurrent_inserts_are_all_stored() {
    let db = TestDb::with_table().await;
    let mut tasks = Vec::new();
    for i in 0..1_000 {
        let db = db.db.clone();
        tasks.push(tokio::spawn(async move {
            let plan = if i % 2 == 0 {
                Plan::WRITE
            } else {
                Plan::WRITE_BY_KEY
            };
            let job = one(plan, "insert into t(n) values (?)", vec![Value::Int(i)]);
            match db.try_run(job, CallContext::here()) {
                Tried::Done(done) => done.is_ok(),
                Tried::NotNow(job) => db.run(job, CallContext::here()).await.is_ok(),
            }
        }));
    }
    let mut acknowledged = 0;
    for task in tasks {
        acknowledged += i64::from(task.await.unwrap());
    }
    assert_eq!(acknowledged, 1_000);
    assert_eq!(count(&db).await, acknowledged);
    at_rest(&db).await;
}

#[tokio::test]
async fn every_value_is_stored_in_its_form() {
    let db = SqliteBackend::open(SqliteOptions::memory()).await.unwrap();
    assert!(db.single_connection());
    let cases = [
        (Value::Null, "null", Value::Null),
        (Value::Bool(true), "integer", Value::Int(1)),
        (Value::Int(i64::MIN), "integer", Value::Int(i64::MIN)),
        (
            Value::Float(f64::NEG_INFINITY),
            "real",
            Value::Float(f64::NEG_INFINITY),
        ),
        (Value::Float(0.1), "real", Value::Float(0.1)),
        (Value::Text("a\0b".into()), "text", Value::Text("a\0b".into())),
        (Value::Text(String::new()), "text", Value::Text(String::new())),
        (Value::Bytes(vec![]), "blob", Value::Bytes(vec![])),
        (Value::Bytes(vec![0, 255]), "blob", Value::Bytes(vec![0, 255])),
        (
            Value::Uuid([0x12; 16]),
            "text",
            Value::Text("12121212-1212-1212-1212-121212121212".into()),
        ),
        (
            Value::Decimal("-12.50".into()),
            "text",
            Value::Text("-12.50".into()),
        ),
        (Value::Json("{}".into()), "text", Value::Text("{}".into())),
        (
            Value::Timestamp(0),
            "text",
            Value::Text("1970-01-01 00:00:00".into()),
        ),
        (
            Value::DateTime(1),
            "text",
            Value::Text("1970-01-01 00:00:00.000001".into()),
        ),
        (Value::Date(-1), "text", Value::Text("1969-12-31".into())),
        (Value::Time(1_000_000), "text", Value::Text("00:00:01".into())),
    ];
    for (given, type_name, stored) in cases {
        let rows = read(&db, "select typeof(?1), ?1", vec![given.clone()])
            .await
            .unwrap();
        assert_eq!(rows, [[Value::Text(type_name.into()), stored]], "{given:?}");
    }
    let nan = read(&db, "select ?", vec![Value::Float(f64::NAN)]).await;
    assert_eq!(kind(nan), ErrorKind::InvalidValue);
}

#[tokio::test]
async fn invalid_text_names_its_column() {
    let db = SqliteBackend::open(SqliteOptions::memory()).await.unwrap();
    let error = read(&db, "select 1 as a, cast(x'6180' as text) as b", vec![])
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::Decode, Some("b")));
}

#[tokio::test]
async fn outcomes_count_what_the_statement_itself_did() {
    let db = TestDb::with_table().await;
    let insert = |n| write(&db, "insert into t(n) values (?)", vec![Value::Int(n)]);
    let first = insert(1).await.unwrap();
    assert_eq!((first.affected, first.last_insert_id), (1, Some(1)));
    insert(2).await.unwrap();
    let updated = write(&db, "update t set n = 5", vec![]).await.unwrap();
    assert_eq!((updated.affected, updated.last_insert_id), (2, None));
    for sql in [
        "create table u(x)",
        "select * from t",
        "update t set n = 1 where id = 99",
        "pragma user_version",
    ] {
        assert_eq!(
            write(&db, sql, vec![]).await.unwrap(),
            Default::default(),
            "{sql}"
        );
    }
    let ignored = write(&db, "insert or ignore into t(id) values (1)", vec![])
        .await
        .unwrap();
    assert_eq!(ignored, Default::default());
    let upsert = "insert into t(id, n) values (1, 9) on conflict do update set n = 9";
    let upserted = write(&db, upsert, vec![]).await.unwrap();
    assert_eq!((upserted.affected, upserted.last_insert_id), (1, None));
    let returning = db
        .run(
            one(
                Plan::WRITE,
                "insert into t(n) values (1), (2) returning id",
                vec![],
            ),
            CallContext::here(),
        )
        .await
        .unwrap();
    let returning = back(returning);
    assert_eq!(returning.rows.len(), 2);
    assert_eq!(
        (
            returning.outcomes[0].affected,
            returning.outcomes[0].last_insert_id
        ),
        (2, Some(4))
    );
}

#[tokio::test]
async fn stopping_early_at_returned_rows_still_writes_all() {
    let db = TestDb::with_table().await;
    let job = one(
        Plan::WRITE,
        "insert into t(n) values (1), (2), (3) returning id",
        vec![],
    )
    .on_row(|n, _| Ok(if n == 1 { Flow::Stop } else { Flow::Continue }));
    let done = back(db.run(job, CallContext::here()).await.unwrap());
    assert_eq!((done.rows.len(), done.outcomes[0].affected), (1, 3));
    assert_eq!(count(&db).await, 3);
}

#[tokio::test]
async fn many_sets_are_one_statement_and_all_or_nothing() {
    let db = TestDb::with_table().await;
    let params = (0..1_000)
        .flat_map(|i| [Value::Int(i), Value::Int(i * 2)])
        .collect();
    let sql = "insert into t(id, n) values (?, ?)";
    let job = Fixed::new(Plan::WRITE, vec![Statement::repeated(sql, params, 1_000)]);
    let done = back(db.run(job, CallContext::here()).await.unwrap());
    assert_eq!(
        (done.outcomes[0].affected, done.outcomes[0].last_insert_id),
        (1_000, Some(999))
    );
    let params = vec![Value::Int(2_000), Value::Int(1), Value::Int(5), Value::Int(1)];
    let job = Fixed::new(Plan::WRITE, vec![Statement::repeated(sql, params, 2)]);
    assert_eq!(
        kind(db.run(job, CallContext::here()).await.map(|_| ())),
        ErrorKind::Unique
    );
    assert_eq!(count(&db).await, 1_000);
    let job = Fixed::new(Plan::WRITE, vec![Statement::repeated(sql, vec![], 0)]);
    assert_eq!(
        back(db.run(job, CallContext::here()).await.unwrap()).outcomes[0],
        Default::default()
    );
    at_rest(&db).await;
}

#[tokio::test]
async fn a_job_of_several_statements_is_one_transaction() {
    let db = TestDb::with_table().await;
    let insert = |id: i64| Statement::new("insert into t(id) values (?)", vec![Value::Int(id)]);
    let job = Fixed::new(Plan::WRITE_TRANSACTION, vec![insert(1), insert(2), insert(1)]);
    assert_eq!(
        kind(db.run(job, CallContext::here()).await.map(|_| ())),
        ErrorKind::Unique
    );
    assert_eq!(count(&db).await, 0);
    let job = Fixed::new(Plan::WRITE_TRANSACTION, vec![insert(1), insert(2)]);
    db.run(job, CallContext::here()).await.unwrap();
    assert_eq!(count(&db).await, 2);
    at_rest(&db).await;
}

#[tokio::test]
async fn on_the_spot_runs_without_waiting_and_can_be_switched_off() {
    let db = TestDb::with_table().await;
    write(&db, "insert into t(n) values (7)", vec![]).await.unwrap();
    read(&db, "select 1", vec![]).await.unwrap();
    let find = || {
        one(
            Plan::READ_BY_KEY,
            "select n from t where id = ?",
            vec![Value::Int(1)],
        )
    };
    let Tried::Done(Ok(job)) = db.try_run(find(), CallContext::here()) else {
        panic!("did not run on the spot");
    };
    assert_eq!(back(job).rows, [[Value::Int(7)]]);
    assert!(matches!(
        db.try_run(one(Plan::READ, "select 1", vec![]), CallContext::here()),
        Tried::NotNow(_)
    ));
    let off = TestDb::with(|o| o.on_the_spot(false));
    create(&off).await;
    assert!(matches!(
        off.try_run(find(), CallContext::here()),
        Tried::NotNow(_)
    ));
    off.run(find(), CallContext::here()).await.unwrap();
    assert_eq!(off.stats().on_the_spot, 0);
}

#[tokio::test]
async fn a_job_that_asks_is_told_of_each_set() {
    let db = TestDb::with_table().await;
    let sql = "insert into t(id, n) values (?, ?) on conflict do nothing";
    let params = [1, 2, 1, 3]
        .into_iter()
        .flat_map(|id| [Value::Int(id), Value::Int(0)]);
    let told = Statement::repeated(sql, params.collect(), 4).per_set();
    let once = Statement::new(sql, vec![Value::Int(3), Value::Int(0)]).per_set();
    let untold = Statement::repeated(sql, (10..14).map(Value::Int).collect(), 2);
    // The statement that does not ask tells nothing.
    let job = Fixed::new(Plan::WRITE_TRANSACTION, vec![told, once, untold]);
    let done = back(db.run(job, CallContext::here()).await.unwrap());
    assert_eq!(done.sets, [1, 1, 0, 1, 0]);
    let affected: Vec<u64> = done.outcomes.iter().map(|o| o.affected).collect();
    assert_eq!(affected, [3, 0, 2]);
    at_rest(&db).await;
}
