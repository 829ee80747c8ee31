//! Couples a client crate that knows nothing of sqloquent, here `tokio-rusqlite`, which keeps each connection on a
//! thread of its own. What a driver has to do is the same for any client; each step says why it is done.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use sqloquent_core::{
    Connection, Dialect, Driver, Error, ErrorKind, Flow, Outcome, OwnedRow, Result, RowSink, TxOptions,
    Value, ValueRef, text_form,
};
use tokio::sync::mpsc;
use tokio_rusqlite::{InterruptHandle, rusqlite};

/// How many rows travel from the connection's thread at a time.
const BATCH: usize = 64;

/// Step 1: the driver. It knows where the database is, and opens connections to it.
///
/// It takes a file: with `:memory:` every connection of the pool would get a database of its own.
#[derive(Debug)]
pub(crate) struct TokioRusqliteDriver {
    path: PathBuf,
}

impl TokioRusqliteDriver {
    /// A driver for the database in a file.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl Driver for TokioRusqliteDriver {
    type Connection = TokioRusqliteConnection;

    fn dialect(&self) -> Dialect {
        Dialect::SQLITE
    }

    fn describe(&self) -> String {
        format!("sqlite:{}", self.path.display())
    }

    async fn connect(&self) -> Result<Self::Connection> {
        let refused = |error| {
            let message = format!("cannot open {}", self.path.display());
            Error::new(ErrorKind::Connection, message).with_source(error)
        };
        let client = tokio_rusqlite::Connection::open(&self.path)
            .await
            .map_err(refused)?;
        let prepare = |connection: &mut rusqlite::Connection| {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            connection.busy_timeout(std::time::Duration::from_secs(10))?;
            Ok(connection.get_interrupt_handle())
        };
        let interrupt = client.call(prepare).await.map_err(|error| failure(error, ""))?;
        Ok(TokioRusqliteConnection {
            client,
            interrupt: Arc::new(interrupt),
            state: Arc::default(),
            query_only: false,
        })
    }
}

/// Step 2: the connection, with what must be known of it without asking.
pub(crate) struct TokioRusqliteConnection {
    client: tokio_rusqlite::Connection,
    interrupt: Arc<InterruptHandle>,
    state: Arc<State>,
    query_only: bool,
}

#[derive(Debug, Default)]
struct State {
    in_transaction: AtomicBool,
    gone: AtomicBool,
}

/// Stops the statement under way if its future is dropped before its end, so that closing need not wait for it.
struct Interrupt(Option<Arc<InterruptHandle>>);

impl Drop for Interrupt {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            handle.interrupt();
        }
    }
}

impl TokioRusqliteConnection {
    /// Runs code on the connection's thread. Afterwards the state is as the code left it, however it ended.
    async fn on_thread<T: Send + 'static>(
        &self,
        sql: &str,
        code: impl FnOnce(&mut rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut interrupt = Interrupt(Some(Arc::clone(&self.interrupt)));
        let state = Arc::clone(&self.state);
        let done = self.client.call(move |connection| {
            let result = code(connection);
            state.in_transaction.store(!connection.is_autocommit(), Relaxed);
            result
        });
        let done = done.await;
        interrupt.0 = None;
        if let Err(tokio_rusqlite::Error::ConnectionClosed) = &done {
            self.state.gone.store(true, Relaxed);
        }
        done.map_err(|error| failure(error, sql))
    }
}

/// Step 3: the statements.
impl Connection for TokioRusqliteConnection {
    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        let (text, params) = (sql.to_owned(), bind(params)?);
        self.on_thread(sql, move |connection| step(connection, &text, params, |_| true))
            .await
    }

    /// The rows come over a channel with room for one batch, so that the thread waits when nobody takes them.
    async fn fetch(&mut self, sql: &str, params: &[Value], sink: &mut dyn RowSink) -> Result<Outcome> {
        let (text, params) = (sql.to_owned(), bind(params)?);
        let (give, mut take) = mpsc::channel::<Vec<OwnedRow>>(1);
        let stepping = self.on_thread(sql, move |connection| {
            let mut batch = Vec::with_capacity(BATCH);
            let outcome = step(connection, &text, params, |row| {
                batch.push(row);
                // Sending fails when the sink has had enough: that is the end, and no error.
                batch.len() < BATCH || give.blocking_send(std::mem::take(&mut batch)).is_ok()
            })?;
            let _ = give.blocking_send(batch);
            Ok(outcome)
        });
        let pouring = async move {
            while let Some(batch) = take.recv().await {
                for row in &batch {
                    match sink.row(row)? {
                        Flow::Continue => {}
                        Flow::Stop => return Ok(()),
                        // A chunk is full: back to the executor, so that it can be handed over.
                        Flow::Flush => sqloquent_pool::pause().await,
                    }
                }
            }
            Ok(())
        };
        // Both at once. The statement is waited for even when the sink refused: the connection must be at rest when
        // this returns.
        let (outcome, poured): (_, Result<()>) = tokio::join!(stepping, pouring);
        poured?;
        outcome
    }

    async fn execute_script(&mut self, sql: &str) -> Result<()> {
        let text = sql.to_owned();
        self.on_thread(sql, move |connection| connection.execute_batch(&text))
            .await
    }

    /// Worth overriding: one hop to the thread instead of one for each set.
    async fn execute_many(&mut self, sql: &str, sets: &[Vec<Value>]) -> Result<Outcome> {
        let text = sql.to_owned();
        let sets = sets.iter().map(|set| bind(set)).collect::<Result<Vec<_>>>()?;
        let run = move |connection: &mut rusqlite::Connection| {
            let mut total = Outcome::default();
            for set in sets {
                let one = step(connection, &text, set, |_| true)?;
                total.affected += one.affected;
                total.last_insert_id = one.last_insert_id.or(total.last_insert_id);
            }
            Ok(total)
        };
        self.on_thread(sql, run).await
    }

    /// Step 4: transactions. SQLite's are serializable, which satisfies every isolation.
    async fn begin(&mut self, options: &TxOptions) -> Result<()> {
        let deferred = options.deferred || options.read_only;
        let begin = if deferred { "BEGIN" } else { "BEGIN IMMEDIATE" };
        self.query_only = options.read_only;
        let query_only = options.read_only;
        let run = move |connection: &mut rusqlite::Connection| {
            connection.execute_batch(begin)?;
            connection.pragma_update(None, "query_only", query_only)
        };
        self.on_thread(begin, run).await
    }

    async fn commit(&mut self) -> Result<()> {
        self.end("COMMIT").await
    }

    async fn rollback(&mut self) -> Result<()> {
        self.end("ROLLBACK").await
    }

    /// Step 5: what the pool must know. SQLite ends a transaction by itself on some errors.
    fn in_transaction(&self) -> Option<bool> {
        Some(self.state.in_transaction.load(Relaxed))
    }

    fn is_usable(&self) -> bool {
        !self.state.gone.load(Relaxed)
    }
}

impl TokioRusqliteConnection {
    async fn end(&mut self, sql: &'static str) -> Result<()> {
        let query_only = self.query_only;
        let run = move |connection: &mut rusqlite::Connection| {
            connection.execute_batch(sql)?;
            if query_only {
                connection.pragma_update(None, "query_only", false)?;
            }
            Ok(())
        };
        self.on_thread(sql, run).await?;
        self.query_only = false;
        Ok(())
    }
}

/// Runs one statement and gives its rows away until they are not wanted any more.
fn step(
    connection: &rusqlite::Connection,
    sql: &str,
    params: Vec<rusqlite::types::Value>,
    mut row_wanted: impl FnMut(OwnedRow) -> bool,
) -> rusqlite::Result<Outcome> {
    let changes_before = connection.total_changes();
    let mut statement = connection.prepare_cached(sql)?;
    let names: Arc<[Box<str>]> = statement.column_names().into_iter().map(Box::from).collect();
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    while let Some(row) = rows.next()? {
        let values = (0..names.len())
            .map(|i| row.get_ref(i).map(owned)?)
            .collect::<rusqlite::Result<_>>()?;
        let Ok(row) = OwnedRow::new(Arc::clone(&names), values) else {
            continue;
        };
        if !row_wanted(row) {
            break;
        }
    }
    drop(rows);
    // `changes` keeps the count of an earlier statement when this one changed nothing.
    if connection.total_changes() == changes_before {
        return Ok(Outcome::default());
    }
    let outcome = Outcome::affected(connection.changes());
    let inserts = ["insert", "replace"].iter().any(|word| {
        let start = sql.trim_start().get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    });
    Ok(if inserts {
        outcome.with_last_insert_id(connection.last_insert_rowid())
    } else {
        outcome
    })
}

/// Step 6: values. Logical types take the storage forms that sqloquent gives them on SQLite.
fn bind(params: &[Value]) -> Result<Vec<rusqlite::types::Value>> {
    use rusqlite::types::Value as Stored;
    let stored = |value: &Value| {
        Ok(match value.as_ref() {
            ValueRef::Null => Stored::Null,
            ValueRef::Bool(v) => Stored::Integer(v.into()),
            ValueRef::Int(v) => Stored::Integer(v),
            ValueRef::Float(v) => Stored::Real(v),
            ValueRef::Text(v) | ValueRef::Decimal(v) | ValueRef::Json(v) => Stored::Text(v.to_owned()),
            ValueRef::Bytes(v) => Stored::Blob(v.to_owned()),
            ValueRef::Uuid(v) => Stored::Text(text_form::uuid_text(v)),
            ValueRef::Timestamp(v) | ValueRef::DateTime(v) => Stored::Text(text_form::datetime_text(v)),
            ValueRef::Date(v) => Stored::Text(text_form::date_text(v)),
            ValueRef::Time(v) => Stored::Text(text_form::time_text(v)),
            other => {
                let message = format!("this driver cannot store a value of type {}", other.type_name());
                return Err(Error::new(ErrorKind::InvalidValue, message));
            }
        })
    };
    params.iter().map(stored).collect()
}

fn owned(value: rusqlite::types::ValueRef<'_>) -> rusqlite::Result<Value> {
    use rusqlite::types::ValueRef as Stored;
    Ok(match value {
        Stored::Null => Value::Null,
        Stored::Integer(v) => Value::Int(v),
        Stored::Real(v) => Value::Float(v),
        Stored::Text(v) => Value::Text(std::str::from_utf8(v)?.to_owned()),
        Stored::Blob(v) => Value::Bytes(v.to_owned()),
    })
}

/// Step 7: errors. The kind is what programs act on; the client's own error travels along as the source.
fn failure(error: tokio_rusqlite::Error, sql: &str) -> Error {
    use rusqlite::{ErrorCode, ffi};
    let tokio_rusqlite::Error::Error(error) = error else {
        return Error::new(ErrorKind::Connection, "the connection's thread has ended").with_source(error);
    };
    let kind = match &error {
        rusqlite::Error::SqliteFailure(code, _) => match (code.code, code.extended_code) {
            (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => ErrorKind::Unique,
            (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => ErrorKind::ForeignKey,
            (_, ffi::SQLITE_CONSTRAINT_NOTNULL) => ErrorKind::NotNull,
            (_, ffi::SQLITE_CONSTRAINT_CHECK) => ErrorKind::Check,
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => ErrorKind::Busy,
            (ErrorCode::OperationInterrupted, _) => ErrorKind::Interrupted,
            (ErrorCode::ReadOnly, _) => ErrorKind::ReadOnly,
            (ErrorCode::DiskFull, _) => ErrorKind::DiskFull,
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => ErrorKind::Corrupt,
            (ErrorCode::CannotOpen, _) => ErrorKind::Connection,
            _ => ErrorKind::Database,
        },
        rusqlite::Error::Utf8Error(..) => ErrorKind::Decode,
        _ => ErrorKind::Database,
    };
    let failure = Error::new(kind, error.to_string()).with_source(error);
    if sql.is_empty() {
        failure
    } else {
        failure.with_sql(sql.to_owned())
    }
}
