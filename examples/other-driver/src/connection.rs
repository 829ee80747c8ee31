//! Steps 2 to 5: the connection, its statements, its transactions, and what the pool must know.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use sqloquent_core::{Connection, Flow, Outcome, OwnedRow, Result, RowSink, TxOptions, Value};
use tokio::sync::mpsc;
use tokio_rusqlite::{InterruptHandle, rusqlite};

use crate::{
    errors::failure,
    values::{bind, owned},
};

/// How many rows travel from the connection's thread at a time.
const BATCH: usize = 64;

/// A connection, with what must be known of it without asking.
pub struct TokioRusqliteConnection {
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
    pub(crate) fn new(client: tokio_rusqlite::Connection, interrupt: InterruptHandle) -> Self {
        Self {
            client,
            interrupt: Arc::new(interrupt),
            state: Arc::default(),
            query_only: false,
        }
    }

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
    let mut names: Option<Arc<[Box<str>]>> = None;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    while let Some(row) = rows.next()? {
        // Only now: a statement that was prepared before a table changed is prepared again at its first step.
        let names = names.get_or_insert_with(|| {
            let names = row.as_ref().column_names();
            names.into_iter().map(Box::from).collect()
        });
        let values = (0..names.len())
            .map(|i| row.get_ref(i).map(owned)?)
            .collect::<rusqlite::Result<_>>()?;
        let Ok(row) = OwnedRow::new(Arc::clone(names), values) else {
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

impl fmt::Debug for TokioRusqliteConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokioRusqliteConnection")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
