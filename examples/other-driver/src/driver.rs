//! Step 1: the driver.

use std::path::PathBuf;

use sqloquent_core::{Dialect, Driver, Error, ErrorKind, Result};
use tokio_rusqlite::rusqlite;

use crate::{connection::TokioRusqliteConnection, errors::failure};

/// It knows where the database is, and opens connections to it.
///
/// It takes a file: with `:memory:` every connection of the pool would get a database of its own.
#[derive(Debug)]
pub struct TokioRusqliteDriver {
    path: PathBuf,
}

impl TokioRusqliteDriver {
    /// A driver for the database in a file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
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
        Ok(TokioRusqliteConnection::new(client, interrupt))
    }
}
