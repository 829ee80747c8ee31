//! What a driver for another database implements, in plain `async fn`s.

use crate::{
    Dialect, Error, ErrorKind, Flow, Outcome, OwnedRow, Result, RowAccess, RowSink, TxOptions, Value,
};

/// A way to reach one database: opens connections to it. The ORM pools them.
pub trait Driver: Send + Sync + 'static {
    /// A connection of this driver.
    type Connection: Connection;

    /// The dialect that statements must be written in.
    fn dialect(&self) -> Dialect;

    /// Where this database is, for messages; must not hold a password.
    fn describe(&self) -> String;

    /// Opens a connection.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] with the client's error as source.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection>> + Send;
}

/// One connection. No two calls on it overlap.
pub trait Connection: Send + 'static {
    /// Runs a statement that gives no rows (or whose rows are not wanted) and reports what it did.
    ///
    /// # Errors
    /// The engine's refusal as [`Error`] of the matching kind.
    fn execute(&mut self, sql: &str, params: &[Value]) -> impl Future<Output = Result<Outcome>> + Send;

    /// Runs a statement and pours its rows into `sink` until it has enough.
    ///
    /// # Errors
    /// The engine's refusal, or the sink's error.
    fn fetch(
        &mut self,
        sql: &str,
        params: &[Value],
        sink: &mut dyn RowSink,
    ) -> impl Future<Output = Result<Outcome>> + Send;

    /// Runs a script of several statements without parameters. No transaction is implied.
    ///
    /// # Errors
    /// The engine's refusal; what ran before the failing statement stays.
    fn execute_script(&mut self, sql: &str) -> impl Future<Output = Result<()>> + Send;

    /// Runs a statement once for each set of parameters and reports the sum.
    ///
    /// # Errors
    /// As [`execute`](Self::execute); sets before the failing one stay unless a transaction is open.
    fn execute_many(
        &mut self,
        sql: &str,
        sets: &[Vec<Value>],
    ) -> impl Future<Output = Result<Outcome>> + Send {
        async move {
            let mut total = Outcome::default();
            for set in sets {
                let one = self.execute(sql, set).await?;
                total.affected += one.affected;
                total.last_insert_id = one.last_insert_id.or(total.last_insert_id);
            }
            Ok(total)
        }
    }

    /// The first row of a statement, if it gives one.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    fn fetch_one(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> impl Future<Output = Result<Option<OwnedRow>>> + Send {
        async move {
            let mut found = None;
            let mut sink = |row: &dyn RowAccess| {
                found = Some(OwnedRow::copy(row, &mut None)?);
                Ok(Flow::Stop)
            };
            self.fetch(sql, params, &mut sink).await?;
            Ok(found)
        }
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    fn fetch_all(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> impl Future<Output = Result<Vec<OwnedRow>>> + Send {
        async move {
            let (mut rows, mut names) = (Vec::new(), None);
            let mut sink = |row: &dyn RowAccess| {
                rows.push(OwnedRow::copy(row, &mut names)?);
                Ok(Flow::Continue)
            };
            self.fetch(sql, params, &mut sink).await?;
            Ok(rows)
        }
    }

    /// Begins a transaction. The provided form sends `BEGIN`.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for options that the provided form cannot honour; else the engine's refusal.
    fn begin(&mut self, options: &TxOptions) -> impl Future<Output = Result<()>> + Send {
        let plain = !options.read_only && options.isolation.is_none();
        async move {
            if !plain {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    "this driver begins only plain transactions; leave out isolation and read_only",
                ));
            }
            self.execute("BEGIN", &[]).await.map(|_| ())
        }
    }

    /// Commits. The provided form sends `COMMIT`.
    ///
    /// # Errors
    /// The engine's refusal; the transaction is then rolled back.
    fn commit(&mut self) -> impl Future<Output = Result<()>> + Send {
        async move { self.execute("COMMIT", &[]).await.map(|_| ()) }
    }

    /// Rolls back. The provided form sends `ROLLBACK`.
    ///
    /// # Errors
    /// The engine's refusal; the connection is then thrown away.
    fn rollback(&mut self) -> impl Future<Output = Result<()>> + Send {
        async move { self.execute("ROLLBACK", &[]).await.map(|_| ()) }
    }

    /// Whether the engine is inside a transaction, where the client knows without asking. Asked after every failed
    /// statement, so that a transaction that ended silently is noticed.
    fn in_transaction(&self) -> Option<bool> {
        None
    }

    /// Whether the connection can be used again.
    fn is_usable(&self) -> bool {
        true
    }
}
