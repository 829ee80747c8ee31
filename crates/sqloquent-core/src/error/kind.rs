//! The kinds of error.

/// What went wrong, for programs to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No row where one was required.
    NotFound,
    /// A table that the database, or the query, does not have.
    UnknownTable,
    /// A column that the table, or the model, does not have.
    UnknownColumn,
    /// The builder was asked for something that makes no query: a negative skip, an update without filter, ….
    InvalidQuery,
    /// A value that the column, or the engine, cannot hold.
    InvalidValue,
    /// What the database holds cannot be read as the column's type.
    Decode,
    /// A model, table or connection string that is declared wrongly.
    Configuration,
    /// A unique constraint, or the primary key, is violated.
    Unique,
    /// A foreign key points nowhere, or is pointed to.
    ForeignKey,
    /// NULL in a column that forbids it.
    NotNull,
    /// A check constraint is violated.
    Check,
    /// Another connection holds the lock.
    Busy,
    /// The engine could not serialise this transaction with others.
    Serialization,
    /// The engine broke a deadlock by failing this transaction.
    Deadlock,
    /// The row was changed by somebody else since it was read.
    StaleVersion,
    /// A relation was read before it was loaded.
    RelationNotLoaded,
    /// The transaction has ended inside the engine; only rolling back is possible.
    TransactionAborted,
    /// The `Db` was used inside its own transaction.
    OwnTransaction,
    /// Time ran out: waiting for a connection, or running a statement.
    Timeout,
    /// The operation was cancelled.
    Interrupted,
    /// Content does not match its id.
    ContentMismatch,
    /// A hook refused.
    Hook,
    /// The database, the file or the connection is read-only.
    ReadOnly,
    /// The disk is full.
    DiskFull,
    /// The file is no database, or is damaged.
    Corrupt,
    /// The database cannot be opened or reached.
    Connection,
    /// The `Db` was closed.
    Closed,
    /// The engine does not have the feature.
    Unsupported,
    /// Code called by the library panicked.
    Panic,
    /// An error of the caller's own, see [`Error::custom`](crate::Error::custom).
    Custom,
    /// Anything else that the engine reports; the source has its words.
    Database,
}

impl ErrorKind {
    /// Whether an error of this kind usually goes away when the transaction is run again.
    #[must_use]
    pub const fn is_usually_retryable(self) -> bool {
        matches!(self, Self::Busy | Self::Serialization | Self::Deadlock)
    }
}
