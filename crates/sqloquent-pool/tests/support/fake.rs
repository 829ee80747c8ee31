//! A driver without a database, whose every step the tests can see and hold up.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

use sqloquent_core::{
    Connection, Dialect, Driver, Error, ErrorKind, Flow, Outcome, OwnedRow, Result, RowSink, TxOptions, Value,
};
use sqloquent_pool::{Pool, PoolOptions, pause};
use tokio::sync::Semaphore;

/// What the tests see of the driver and tell it.
pub(crate) struct World {
    log: Mutex<Vec<String>>,
    /// Statements named `hold` wait here.
    pub(crate) gate: Semaphore,
    /// A permit for each `hold` that has begun to wait.
    pub(crate) arrived: Semaphore,
    pub(crate) connected: AtomicUsize,
    pub(crate) open: AtomicUsize,
    /// Calls on a connection whose last call was cut off, and connections lent with a transaction open.
    pub(crate) misused: AtomicUsize,
    pub(crate) rows_poured: AtomicUsize,
    pub(crate) no_connections: AtomicBool,
    pub(crate) plain_only: AtomicBool,
    pub(crate) commit_fails: AtomicBool,
    /// Whether the driver does not know if a transaction is open.
    pub(crate) ignorant: AtomicBool,
}

pub(crate) struct FakeDriver(Arc<World>);

pub(crate) struct FakeConnection {
    number: usize,
    world: Arc<World>,
    in_transaction: bool,
    usable: bool,
    busy: bool,
}

pub(crate) fn pool(options: PoolOptions) -> (Pool<FakeDriver>, Arc<World>) {
    let world = Arc::new(World {
        log: Mutex::default(),
        gate: Semaphore::new(0),
        arrived: Semaphore::new(0),
        connected: AtomicUsize::new(0),
        open: AtomicUsize::new(0),
        misused: AtomicUsize::new(0),
        rows_poured: AtomicUsize::new(0),
        no_connections: AtomicBool::new(false),
        plain_only: AtomicBool::new(false),
        commit_fails: AtomicBool::new(false),
        ignorant: AtomicBool::new(false),
    });
    let pool = Pool::new(FakeDriver(Arc::clone(&world)), options).expect("the options are in order");
    (pool, world)
}

impl World {
    fn note(&self, what: impl Into<String>) {
        self.log.lock().expect("no test panics here").push(what.into());
    }

    /// What has happened since the last call.
    pub(crate) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().expect("no test panics here"))
    }

    /// Waits until a `hold` waits.
    pub(crate) async fn held(&self) {
        self.arrived.acquire().await.expect("never closed").forget();
    }

    pub(crate) fn let_one_go(&self) {
        self.gate.add_permits(1);
    }
}

impl Driver for FakeDriver {
    type Connection = FakeConnection;

    fn dialect(&self) -> Dialect {
        Dialect::SQLITE
    }

    fn describe(&self) -> String {
        "fake:".into()
    }

    async fn connect(&self) -> Result<FakeConnection> {
        pause().await;
        while self.0.no_connections.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        self.0.open.fetch_add(1, SeqCst);
        Ok(FakeConnection {
            number: self.0.connected.fetch_add(1, SeqCst),
            world: Arc::clone(&self.0),
            in_transaction: false,
            usable: true,
            busy: false,
        })
    }
}

impl Drop for FakeConnection {
    fn drop(&mut self) {
        self.world.open.fetch_sub(1, SeqCst);
        self.world.note(format!("closed {}", self.number));
    }
}

impl FakeConnection {
    async fn step(&mut self, what: &str) {
        if std::mem::replace(&mut self.busy, true) {
            self.world.misused.fetch_add(1, SeqCst);
        }
        pause().await;
        self.world.note(what);
        pause().await;
    }

    fn refuse<T>(&mut self, kind: ErrorKind, message: &'static str) -> Result<T> {
        self.busy = false;
        Err(Error::new(kind, message))
    }
}

impl Connection for FakeConnection {
    async fn execute(&mut self, sql: &str, _: &[Value]) -> Result<Outcome> {
        self.step(sql).await;
        if sql == "fail" {
            return self.refuse(ErrorKind::Check, "refused");
        }
        self.busy = false;
        Ok(Outcome::affected(1))
    }

    async fn fetch(&mut self, sql: &str, _: &[Value], sink: &mut dyn RowSink) -> Result<Outcome> {
        self.step(sql).await;
        let (verb, rest) = sql.split_once(' ').unwrap_or((sql, ""));
        match verb {
            "hold" => {
                self.world.arrived.add_permits(1);
                self.world.gate.acquire().await.expect("never closed").forget();
            }
            "rows" => {
                for i in 0..rest.parse().expect("a number of rows") {
                    self.world.rows_poured.fetch_add(1, SeqCst);
                    let row = OwnedRow::new(Arc::new(["n".into()]), vec![Value::Int(i)])?;
                    match sink.row(&row) {
                        Ok(Flow::Continue) => {}
                        Ok(Flow::Flush) => pause().await,
                        Ok(Flow::Stop) => break,
                        Err(error) => {
                            self.busy = false;
                            return Err(error);
                        }
                    }
                }
            }
            "fail" => return self.refuse(ErrorKind::Check, "refused"),
            "die" => {
                self.in_transaction = false;
                return self.refuse(ErrorKind::DiskFull, "the disk is full");
            }
            "break" => {
                self.usable = false;
                return self.refuse(ErrorKind::Connection, "the server has gone away");
            }
            "panic" => panic!("the driver has a fault"),
            _ => {}
        }
        self.world.note(format!("{sql} done"));
        self.busy = false;
        Ok(Outcome::affected(1))
    }

    async fn execute_script(&mut self, sql: &str) -> Result<()> {
        self.step(sql).await;
        self.in_transaction |= sql == "BEGIN";
        self.busy = false;
        Ok(())
    }

    async fn begin(&mut self, options: &TxOptions) -> Result<()> {
        if self.in_transaction {
            self.world.misused.fetch_add(1, SeqCst);
        }
        if options.read_only && self.world.plain_only.load(SeqCst) {
            return Err(Error::new(ErrorKind::Unsupported, "only plain transactions"));
        }
        let read_only = if options.read_only { " read only" } else { "" };
        self.step(&format!("BEGIN{read_only}")).await;
        self.in_transaction = true;
        self.busy = false;
        Ok(())
    }

    async fn commit(&mut self) -> Result<()> {
        self.step("COMMIT").await;
        if self.world.commit_fails.load(SeqCst) {
            return self.refuse(ErrorKind::Busy, "not now");
        }
        self.in_transaction = false;
        self.world.note("COMMIT done");
        self.busy = false;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<()> {
        self.step("ROLLBACK").await;
        self.in_transaction = false;
        self.busy = false;
        Ok(())
    }

    fn in_transaction(&self) -> Option<bool> {
        (!self.world.ignorant.load(SeqCst)).then_some(self.in_transaction)
    }

    fn is_usable(&self) -> bool {
        self.usable
    }
}
