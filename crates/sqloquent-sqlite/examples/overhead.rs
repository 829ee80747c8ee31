//! What the driver adds to rusqlite: each workload through the driver and through rusqlite itself with cached
//! statements and its default automatic checkpoints, in alternating rounds; medians.
//!
//! Run with `cargo run --release -p sqloquent-sqlite --example overhead [rounds]`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    any::Any,
    hint::black_box,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Instant,
};

use sqloquent_core::{
    Backend, CallContext, Flow, Job, Outcome, Plan, Result, RowAccess, Session, Sql, Statement, Tried,
    TxOptions, Value, ValueRef,
};
use sqloquent_sqlite::{SqliteBackend, SqliteOptions, rusqlite};

const CREATE: &str = "create table users(id integer primary key, name text not null, email text not null, age integer, \
                      score real); create unique index emails on users(email)";
const INSERT: &str = "insert into users(name, email, age, score) values (?, ?, ?, ?)";
const FIND: &str = "select id, name, email, age, score from users where id = ?";
const UPDATE: &str = "update users set age = ? where id = ?";
const ALL: &str = "select id, name, email, age, score from users order by id limit 10000";

/// How often some workloads run in a round; the first time, with cold caches, is not counted.
const REPEATS: i64 = 6;

struct User {
    id: i64,
    name: String,
    email: String,
    age: i64,
    score: f64,
}

/// One statement; its rows become users where the engine steps, by position, as generated code would do.
struct UserJob {
    plan: Plan,
    statement: Option<Statement>,
    users: Vec<User>,
}

impl UserJob {
    fn boxed(plan: Plan, statement: Statement) -> Box<dyn Job> {
        Box::new(Self {
            plan,
            statement: Some(statement),
            users: Vec::new(),
        })
    }
}

fn user(row: &dyn RowAccess) -> Result<User> {
    let int = |i| match row.get(i) {
        Ok(ValueRef::Int(v)) => v,
        _ => 0,
    };
    let text = |i| match row.get(i) {
        Ok(ValueRef::Text(v)) => v.to_owned(),
        _ => String::new(),
    };
    Ok(User {
        id: int(0),
        name: text(1),
        email: text(2),
        age: int(3),
        score: match row.get(4)? {
            ValueRef::Float(v) => v,
            _ => 0.0,
        },
    })
}

impl Job for UserJob {
    fn plan(&self) -> Plan {
        self.plan
    }
    fn next(&mut self) -> Result<Option<Statement>> {
        Ok(self.statement.take())
    }
    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        self.users.push(user(row)?);
        // A find wants one row, as `query_row` does.
        Ok(if self.plan.by_key {
            Flow::Stop
        } else {
            Flow::Continue
        })
    }
    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }
    fn restart(&mut self) -> bool {
        false
    }
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// A new address each time, not in order.
fn mail(i: i64) -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(0);
    (NEXT.fetch_add(1, Relaxed) * 7_919 + i) % 1_000_003 * 1_000_000 + NEXT.load(Relaxed)
}

fn params(i: i64) -> Vec<Value> {
    vec![
        Value::Text(format!("user {i}")),
        Value::Text(format!("user{}@example.org", mail(i))),
        Value::Int(i % 90),
        Value::Float(i as f64 / 3.0),
    ]
}

fn st(sql: &'static str, params: Vec<Value>) -> Statement {
    Statement::new(Sql::Static(sql), params)
}

fn raw_open(path: &Path) -> rusqlite::Connection {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE
        | rusqlite::OpenFlags::SQLITE_OPEN_CREATE
        | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let raw = rusqlite::Connection::open_with_flags(path, flags).unwrap();
    raw.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on; pragma temp_store = memory",
    )
    .unwrap();
    raw
}

fn raw_insert(raw: &rusqlite::Connection, i: i64) {
    raw.prepare_cached(INSERT)
        .unwrap()
        .execute((
            format!("user {i}"),
            format!("user{}@example.org", mail(i)),
            i % 90,
            i as f64 / 3.0,
        ))
        .unwrap();
}

fn raw_user(row: &rusqlite::Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
    })
}

async fn call(db: &SqliteBackend, job: Box<dyn Job>) -> Box<dyn Job> {
    match db.try_run(job, CallContext::here()) {
        Tried::Done(done) => done.unwrap(),
        Tried::NotNow(job) => db.run(job, CallContext::here()).await.unwrap(),
    }
}

async fn call_in(tx: &dyn Session, job: Box<dyn Job>) {
    match tx.try_run(job, CallContext::here()) {
        Tried::Done(done) => drop(done.unwrap()),
        Tried::NotNow(job) => drop(tx.run(job, CallContext::here()).await.unwrap()),
    }
}

/// Name, operations per round, and the seconds of each round: raw, driver.
type Times = Vec<(&'static str, u64, Vec<f64>, Vec<f64>)>;

fn note(times: &mut Times, name: &'static str, n: u64, is_driver: bool, started: Instant) {
    let time = started.elapsed().as_secs_f64();
    let at = times.iter().position(|t| t.0 == name).unwrap_or_else(|| {
        times.push((name, n, Vec::new(), Vec::new()));
        times.len() - 1
    });
    if is_driver {
        times[at].3.push(time);
    } else {
        times[at].2.push(time);
    }
}

fn raw_round(times: &mut Times) {
    let folder = tempfile::tempdir().unwrap();
    let raw = raw_open(&folder.path().join("raw.db"));
    raw.execute_batch(CREATE).unwrap();

    let t = Instant::now();
    for i in 0..2_000 {
        raw_insert(&raw, i);
    }
    note(times, "insert one by one", 2_000, false, t);

    let t = Instant::now();
    raw.execute_batch("begin immediate").unwrap();
    for i in 0..10_000 {
        raw_insert(&raw, i);
    }
    raw.execute_batch("commit").unwrap();
    note(times, "insert 10,000", 1, false, t);

    let t = Instant::now();
    for i in 0..10_000_i64 {
        let found = raw
            .prepare_cached(FIND)
            .unwrap()
            .query_row([i * 7 % 12_000 + 1], raw_user)
            .unwrap();
        black_box((found.id, found.name, found.email, found.age, found.score));
    }
    note(times, "find by key", 10_000, false, t);

    for round in 0..REPEATS {
        let t = Instant::now();
        raw.execute_batch("begin immediate").unwrap();
        for i in 0..2_000_i64 {
            raw.prepare_cached(UPDATE)
                .unwrap()
                .execute((i + round, i + 1))
                .unwrap();
        }
        raw.execute_batch("commit").unwrap();
        if round > 0 {
            note(times, "update in a transaction", 2_000, false, t);
        }
    }

    for i in 0..REPEATS {
        let t = Instant::now();
        let all: Vec<User> = raw
            .prepare_cached(ALL)
            .unwrap()
            .query_map([], raw_user)
            .unwrap()
            .map(rusqlite::Result::unwrap)
            .collect();
        assert_eq!(all.len(), 10_000);
        if i > 0 {
            note(times, "select 10,000", 1, false, t);
        }
    }
}

async fn driver_round(times: &mut Times) {
    let folder = tempfile::tempdir().unwrap();
    let db: Arc<SqliteBackend> = SqliteBackend::open(SqliteOptions::file(folder.path().join("d.db")))
        .await
        .unwrap();
    db.with_raw(CallContext::here(), |raw| raw.execute_batch(CREATE))
        .await
        .unwrap()
        .unwrap();

    let t = Instant::now();
    for i in 0..2_000 {
        call(&db, UserJob::boxed(Plan::WRITE_BY_KEY, st(INSERT, params(i)))).await;
    }
    note(times, "insert one by one", 2_000, true, t);

    let t = Instant::now();
    let all = (0..10_000).flat_map(params).collect();
    let statement = Statement::repeated(Sql::Static(INSERT), all, 10_000);
    call(&db, UserJob::boxed(Plan::WRITE_TRANSACTION, statement)).await;
    note(times, "insert 10,000", 1, true, t);

    let t = Instant::now();
    for i in 0..10_000 {
        let job = UserJob::boxed(Plan::READ_BY_KEY, st(FIND, vec![Value::Int(i * 7 % 12_000 + 1)]));
        let found = call(&db, job)
            .await
            .into_any()
            .downcast::<UserJob>()
            .unwrap()
            .users
            .pop()
            .unwrap();
        black_box((found.id, found.name, found.email, found.age, found.score));
    }
    note(times, "find by key", 10_000, true, t);

    for round in 0..REPEATS {
        let t = Instant::now();
        let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
        for i in 0..2_000 {
            let update = st(UPDATE, vec![Value::Int(i + round), Value::Int(i + 1)]);
            call_in(&*tx, UserJob::boxed(Plan::WRITE_BY_KEY, update)).await;
        }
        tx.commit().await.unwrap();
        if round > 0 {
            note(times, "update in a transaction", 2_000, true, t);
        }
    }

    for i in 0..REPEATS {
        let t = Instant::now();
        let all = call(&db, UserJob::boxed(Plan::READ, st(ALL, vec![]))).await;
        assert_eq!(all.into_any().downcast::<UserJob>().unwrap().users.len(), 10_000);
        if i > 0 {
            note(times, "select 10,000", 1, true, t);
        }
    }
    db.close().await.unwrap();
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[tokio::main]
async fn main() {
    let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(11);
    let mut times = Times::new();
    for round in 0..rounds {
        if round % 2 == 0 {
            raw_round(&mut times);
            driver_round(&mut times).await;
        } else {
            driver_round(&mut times).await;
            raw_round(&mut times);
        }
    }
    println!(
        "{:<26} {:>10} {:>10} {:>7} {:>14}",
        "", "raw ms", "driver ms", "ratio", "added us/op"
    );
    for (name, n, raw, driver) in &times {
        let (raw, driver) = (median(raw), median(driver));
        println!(
            "{name:<26} {:>10.2} {:>10.2} {:>6.2}x {:>14.2}",
            raw * 1e3,
            driver * 1e3,
            driver / raw,
            (driver - raw) * 1e6 / *n as f64
        );
    }
}
