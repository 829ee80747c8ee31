//! The database under test.

use std::{any::Any, fmt};

use sqloquent::{Db, Result};

use crate::models;

/// A fresh database, with whatever must outlive it.
pub struct Subject {
    /// The database.
    pub db: Db,
    single: bool,
    kept: Vec<Box<dyn Any + Send>>,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("db", &self.db)
            .field("single", &self.single)
            .field("kept", &self.kept.len())
            .finish()
    }
}

impl From<Db> for Subject {
    fn from(db: Db) -> Self {
        Self::new(db)
    }
}

impl Subject {
    /// A database of at least four connections.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self {
            db,
            single: false,
            kept: Vec::new(),
        }
    }

    /// Says that the database has one connection, so that nothing can happen beside a transaction.
    #[must_use]
    pub fn one_connection(mut self) -> Self {
        self.single = true;
        self
    }

    /// Keeps something, such as a folder, until the case is over.
    #[must_use]
    pub fn keeping(mut self, what: impl Any + Send) -> Self {
        self.kept.push(Box::new(what));
        self
    }

    /// Whether there is only one connection.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.single
    }

    /// Makes the tables of the cases.
    pub(crate) async fn prepare(&self) -> Result<()> {
        models::create(&self.db).await
    }

    /// Closes the database and checks that nothing was left behind.
    pub(crate) async fn finish(&self) -> Result<()> {
        self.db.close().await?;
        let stats = self.db.stats();
        assert_eq!(
            (stats.in_use, stats.waiting, stats.open_transactions),
            (0, 0, 0),
            "something is still held: {stats:?}"
        );
        Ok(())
    }
}
