//! What the driver adds to rusqlite: each workload through the driver and through rusqlite itself with cached
//! statements and its default automatic checkpoints, in small batches that take turns; medians of the batches.
//!
//! Run with `cargo run --release -p sqloquent-sqlite --example overhead [batches [workload]]`.
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

/// Seconds of each batch.
#[derive(Default)]
struct Times {
    raw: Vec<f64>,
    driver: Vec<f64>,
}

/// Both sides of the comparison, each with a database of its own.
struct Pair {
    raw: rusqlite::Connection,
    db: Arc<SqliteBackend>,
    next: i64,
}

const BATCH: i64 = 500;

impl Pair {
    fn raw_batch(&self, what: &str) {
        match what {
            "insert one by one" => (0..BATCH).for_each(|i| raw_insert(&self.raw, i)),
            "insert 10,000" => {
                self.raw.execute_batch("begin immediate").unwrap();
                (0..10_000).for_each(|i| raw_insert(&self.raw, i));
                self.raw.execute_batch("commit").unwrap();
            }
            "find by key" => {
                for i in 0..BATCH {
                    let id = (self.next + i * 7) % 10_000 + 1;
                    let found = self
                        .raw
                        .prepare_cached(FIND)
                        .unwrap()
                        .query_row([id], raw_user)
                        .unwrap();
                    black_box((found.id, found.name, found.email, found.age, found.score));
                }
            }
            "update in a transaction" => {
                self.raw.execute_batch("begin immediate").unwrap();
                for i in 0..BATCH {
                    self.raw
                        .prepare_cached(UPDATE)
                        .unwrap()
                        .execute((self.next, i + 1))
                        .unwrap();
                }
                self.raw.execute_batch("commit").unwrap();
            }
            _ => {
                let mut select = self.raw.prepare_cached(ALL).unwrap();
                let all: Vec<User> = select
                    .query_map([], raw_user)
                    .unwrap()
                    .map(rusqlite::Result::unwrap)
                    .collect();
                assert_eq!(all.len(), 10_000);
            }
        }
    }

    async fn driver_batch(&self, what: &str) {
        let db = &*self.db;
        match what {
            "insert one by one" => {
                for i in 0..BATCH {
                    call(db, UserJob::boxed(Plan::WRITE_BY_KEY, st(INSERT, params(i)))).await;
                }
            }
            "insert 10,000" => {
                let all = (0..10_000).flat_map(params).collect();
                let statement = Statement::repeated(Sql::Static(INSERT), all, 10_000);
                call(db, UserJob::boxed(Plan::WRITE_TRANSACTION, statement)).await;
            }
            "find by key" => {
                for i in 0..BATCH {
                    let id = (self.next + i * 7) % 10_000 + 1;
                    let job = UserJob::boxed(Plan::READ_BY_KEY, st(FIND, vec![Value::Int(id)]));
                    let mut found = call(db, job).await.into_any().downcast::<UserJob>().unwrap();
                    let found = found.users.pop().unwrap();
                    black_box((found.id, found.name, found.email, found.age, found.score));
                }
            }
            "update in a transaction" => {
                let tx = db.begin(TxOptions::new(), CallContext::here()).await.unwrap();
                for i in 0..BATCH {
                    let update = st(UPDATE, vec![Value::Int(self.next), Value::Int(i + 1)]);
                    call_in(&*tx, UserJob::boxed(Plan::WRITE_BY_KEY, update)).await;
                }
                tx.commit().await.unwrap();
            }
            _ => {
                let all = call(db, UserJob::boxed(Plan::READ, st(ALL, vec![]))).await;
                assert_eq!(all.into_any().downcast::<UserJob>().unwrap().users.len(), 10_000);
            }
        }
    }
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[tokio::main]
async fn main() {
    let rounds: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(61);
    let only = std::env::args().nth(2);
    let folder = tempfile::tempdir().unwrap();
    let raw = raw_open(&folder.path().join("raw.db"));
    raw.execute_batch(CREATE).unwrap();
    let db = SqliteBackend::open(SqliteOptions::file(folder.path().join("driver.db")))
        .await
        .unwrap();
    db.with_raw(CallContext::here(), |raw| raw.execute_batch(CREATE))
        .await
        .unwrap()
        .unwrap();
    let mut pair = Pair { raw, db, next: 0 };
    pair.raw_batch("insert 10,000");
    pair.driver_batch("insert 10,000").await;
    println!(
        "{:<26} {:>10} {:>10} {:>7} {:>14}",
        "per batch", "raw ms", "driver ms", "ratio", "added us/op"
    );
    for (what, operations) in [
        ("find by key", BATCH),
        ("update in a transaction", BATCH),
        ("select 10,000", 1),
        ("insert one by one", BATCH),
        ("insert 10,000", 1),
    ] {
        if only.as_deref().is_some_and(|o| !what.starts_with(o)) {
            continue;
        }
        let mut times = Times::default();
        for round in 0..rounds {
            pair.next += 13;
            for turn in 0..2 {
                let started = Instant::now();
                if (round + turn) % 2 == 0 {
                    pair.raw_batch(what);
                    times.raw.push(started.elapsed().as_secs_f64());
                } else {
                    pair.driver_batch(what).await;
                    times.driver.push(started.elapsed().as_secs_f64());
                }
            }
        }
        let (raw, driver) = (median(&times.raw), median(&times.driver));
        println!(
            "{what:<26} {:>10.3} {:>10.3} {:>6.2}x {:>14.2}",
            raw * 1e3,
            driver * 1e3,
            driver / raw,
            (driver - raw) * 1e6 / operations as f64
        );
    }
    pair.db.close().await.unwrap();
}
