//! How a transaction is to be opened.

use std::time::Duration;

/// How much of other transactions a transaction may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see one state.
    RepeatableRead,
    /// As if transactions ran one after the other. SQLite always gives this.
    Serializable,
}

/// Options of a transaction.
///
/// ```
/// use std::time::Duration;
/// use sqloquent_core::TxOptions;
///
/// let options = TxOptions::new().retries(3).timeout(Duration::from_secs(2));
/// assert_eq!(options.retries, 3);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TxOptions {
    /// Begins without taking the write lock (SQLite): for transactions that mostly read.
    pub deferred: bool,
    /// Refuses writes.
    pub read_only: bool,
    /// The isolation, the engine's default when none.
    pub isolation: Option<Isolation>,
    /// How long the whole transaction may take, from asking for the connection to the commit.
    pub timeout: Option<Duration>,
    /// How many times the retrying closure runs again after a conflict.
    pub retries: u32,
}

impl TxOptions {
    /// The defaults: takes the write lock at once, the engine's isolation, no time-out, no retries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins without taking the write lock (SQLite).
    #[must_use]
    pub fn deferred(mut self) -> Self {
        self.deferred = true;
        self
    }

    /// Refuses writes; on SQLite such a transaction runs beside the writer.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Sets the isolation.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Sets how long the whole transaction may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how many times the retrying closure runs again after a conflict.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
}
