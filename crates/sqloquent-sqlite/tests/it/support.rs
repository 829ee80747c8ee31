//! Jobs and short forms for tests.

use std::{any::Any, sync::Arc};

use sqloquent_core::{
    Backend, CallContext, ChunkJob, Error, Flow, Job, Outcome, Plan, Result, RowAccess, Session, Statement,
    Tried, Value,
};
use sqloquent_sqlite::{SqliteBackend, SqliteOptions};
use tempfile::TempDir;

/// What happens at each row.
pub(crate) type OnRow = Box<dyn FnMut(u64, &dyn RowAccess) -> Result<Flow> + Send>;

/// A job of fixed statements that keeps all rows and outcomes.
pub(crate) struct Fixed {
    pub(crate) statements: Vec<Statement>,
    pub(crate) plan: Plan,
    pub(crate) at: usize,
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) outcomes: Vec<Outcome>,
    /// What each set did, as the job was told.
    pub(crate) sets: Vec<u64>,
    pub(crate) restartable: bool,
    pub(crate) restarts: usize,
    pub(crate) on_row: Option<OnRow>,
    pub(crate) chunk: usize,
}

impl Fixed {
    pub(crate) fn new(plan: Plan, statements: Vec<Statement>) -> Box<Self> {
        Box::new(Self {
            statements,
            plan,
            at: 0,
            rows: Vec::new(),
            outcomes: Vec::new(),
            sets: Vec::new(),
            restartable: true,
            restarts: 0,
            on_row: None,
            chunk: 0,
        })
    }

    pub(crate) fn on_row(
        mut self: Box<Self>,
        f: impl FnMut(u64, &dyn RowAccess) -> Result<Flow> + Send + 'static,
    ) -> Box<Self> {
        self.on_row = Some(Box::new(f));
        self
    }

    pub(crate) fn once(mut self: Box<Self>) -> Box<Self> {
        self.restartable = false;
        self
    }

    pub(crate) fn chunks(mut self: Box<Self>, rows: usize) -> Box<Self> {
        self.chunk = rows;
        self
    }
}

impl Job for Fixed {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn first(&self) -> Option<&Statement> {
        match &*self.statements {
            [only] if self.restartable => Some(only),
            _ => None,
        }
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        let next = self.statements.get(self.at).cloned();
        self.at += 1;
        Ok(next)
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if let Some(f) = &mut self.on_row {
            let flow = f(self.rows.len() as u64, row)?;
            if flow == Flow::Stop {
                return Ok(flow);
            }
        }
        let values = (0..row.column_count())
            .map(|i| row.get(i).map(|v| v.to_owned()))
            .collect::<Result<Vec<_>>>()?;
        self.rows.push(values);
        if self.chunk > 0 && self.rows.len() >= self.chunk {
            return Ok(Flow::Flush);
        }
        Ok(Flow::Continue)
    }

    fn set_done(&mut self, affected: u64) {
        self.sets.push(affected);
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        self.outcomes.push(outcome);
        Ok(())
    }

    fn restart(&mut self) -> bool {
        if self.restartable {
            self.at = 0;
            self.rows.clear();
            self.outcomes.clear();
            self.restarts += 1;
        }
        self.restartable
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl ChunkJob for Fixed {
    fn take_chunk(&mut self) -> Option<Box<dyn Any + Send>> {
        if self.rows.is_empty() {
            return None;
        }
        Some(Box::new(std::mem::take(&mut self.rows)))
    }
}

pub(crate) fn back(job: Box<dyn Job>) -> Box<Fixed> {
    job.into_any().downcast().unwrap()
}

pub(crate) fn one(plan: Plan, sql: &'static str, params: Vec<Value>) -> Box<Fixed> {
    Fixed::new(plan, vec![Statement::new(sql, params)])
}

/// A database in a file of its own.
pub(crate) struct TestDb {
    pub(crate) db: Arc<SqliteBackend>,
    pub(crate) folder: TempDir,
}

impl std::ops::Deref for TestDb {
    type Target = SqliteBackend;
    fn deref(&self) -> &SqliteBackend {
        &self.db
    }
}

impl TestDb {
    pub(crate) fn with(f: impl FnOnce(SqliteOptions) -> SqliteOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = f(SqliteOptions::file(folder.path().join("t.db")));
        Self {
            db: SqliteBackend::open_blocking(options).unwrap(),
            folder,
        }
    }

    pub(crate) fn new() -> Self {
        Self::with(|o| o)
    }

    /// A database with a table `t(id integer primary key, n integer)`.
    pub(crate) async fn with_table() -> Self {
        let this = Self::new();
        create(&this.db).await;
        this
    }

    /// Another connection to the same file, as another program would have.
    pub(crate) fn outsider(&self) -> rusqlite::Connection {
        let raw = rusqlite::Connection::open(self.folder.path().join("t.db")).unwrap();
        raw.busy_timeout(std::time::Duration::ZERO).unwrap();
        raw
    }
}

pub(crate) use sqloquent_sqlite::rusqlite;

pub(crate) async fn create(db: &SqliteBackend) {
    write(db, "create table t(id integer primary key, n integer)", vec![])
        .await
        .unwrap();
}

pub(crate) async fn write(db: &SqliteBackend, sql: &'static str, params: Vec<Value>) -> Result<Outcome> {
    let job = db.run(one(Plan::WRITE, sql, params), CallContext::here()).await?;
    Ok(back(job).outcomes[0])
}

pub(crate) async fn read(
    db: &SqliteBackend,
    sql: &'static str,
    params: Vec<Value>,
) -> Result<Vec<Vec<Value>>> {
    let job = db.run(one(Plan::READ, sql, params), CallContext::here()).await?;
    Ok(back(job).rows)
}

pub(crate) async fn count(db: &SqliteBackend) -> i64 {
    number(&read(db, "select count(*) from t", vec![]).await.unwrap())
}

pub(crate) fn number(rows: &[Vec<Value>]) -> i64 {
    match rows[0][0] {
        Value::Int(n) => n,
        ref other => panic!("{other:?} is no integer"),
    }
}

pub(crate) async fn run_in(
    session: &dyn Session,
    plan: Plan,
    sql: &'static str,
    params: Vec<Value>,
) -> Result<Box<Fixed>> {
    let job = one(plan, sql, params);
    match session.try_run(job, CallContext::here()) {
        Tried::Done(result) => result.map(back),
        Tried::NotNow(job) => session.run(job, CallContext::here()).await.map(back),
    }
}

/// Nothing is held and the writer works.
pub(crate) async fn at_rest(db: &SqliteBackend) {
    // Work that nobody waits for any more ends soon; a write waits in line behind it, reads in both places too.
    for _ in 0..2_000 {
        let s = db.stats();
        if s.in_use == 0 && s.open_transactions == 0 && s.waiting == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let s = db.stats();
    assert_eq!((s.in_use, s.open_transactions, s.waiting), (0, 0, 0), "{s:?}");
    write(db, "create table if not exists at_rest(x)", vec![])
        .await
        .unwrap();
}

pub(crate) fn kind<T: std::fmt::Debug>(result: Result<T>) -> sqloquent_core::ErrorKind {
    result.unwrap_err().kind()
}

pub(crate) fn message(error: &Error) -> String {
    error.to_string()
}
