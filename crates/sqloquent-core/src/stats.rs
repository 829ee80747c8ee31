//! Figures about a database handle.

/// A snapshot of what a `Db` is doing and has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Connections that are open.
    pub connections: usize,
    /// Connections that somebody holds at the moment.
    pub in_use: usize,
    /// Calls that wait for a connection at the moment.
    pub waiting: usize,
    /// Transactions that are open at the moment.
    pub open_transactions: usize,
    /// Statements run since the start.
    pub statements: u64,
    /// Jobs that ran on the caller's thread since the start.
    pub on_the_spot: u64,
    /// Jobs that ran on an executor thread since the start.
    pub handed_over: u64,
    /// Transactions committed since the start.
    pub commits: u64,
    /// Transactions rolled back since the start.
    pub rollbacks: u64,
    /// Times a statement found the database locked and was tried again.
    pub busy_retries: u64,
    /// Background checkpoints since the start (SQLite).
    pub checkpoints: u64,
    /// Waits for a connection that timed out since the start.
    pub timeouts: u64,
    /// Jobs that ran in one transaction with those of other callers since the start (SQLite).
    pub combined: u64,
}
