//! Pools the connections of any `sqloquent` driver.
//!
//! A driver implements [`Driver`](sqloquent_core::Driver) and [`Connection`](sqloquent_core::Connection) in plain
//! `async fn`s; [`Pool`] makes a [`Backend`](sqloquent_core::Backend) of it. No runtime is required: time-outs have
//! their own timer. `examples/other-driver` of the repository couples a client crate step by step.
//!
//! # Dropped futures
//!
//! A future may be dropped at any await. The rule is that a connection is lent again only when it is at rest: no
//! statement under way, no transaction open. How it comes to rest depends on where the call was made.
//!
//! | dropped | inside a tokio runtime (feature `tokio`, on by default) | elsewhere |
//! |---|---|---|
//! | a call that waits for a connection | never happens | never happens |
//! | a call that reads | stops at its next row; past [`wind_down`](PoolOptions::wind_down) the connection is closed | the connection is closed |
//! | a write by itself | completes | the connection is closed; whether the write was stored is up to the engine, one with a transaction of its own was not unless its commit had been sent |
//! | a commit that was sent | completes | the connection is closed; the commit may or may not have happened |
//! | a call on a session | the next call, or the commit, lets it complete first; a reading one stops at its next row | the same |
//! | a transaction | is rolled back | the connection is closed, so that its locks do not outlast it |
//! | a cursor | as a call that reads | as a call that reads |
//!
//! "Completes" lasts as long as the runtime is run: one that is shut down closes the connections instead. A
//! current-thread runtime that nobody runs any more keeps such a connection, and its locks, until it is dropped.
//!
//! On a session that is not used any further, a call that was dropped midway rests where it was dropped. A cursor on a
//! session holds its turn: other calls, and the commit, wait until it has ended or is dropped.
//!
//! # What a driver has to do
//!
//! * Dropping a connection must close it, and the engine then roll back what is open: all databases with a server do.
//! * [`is_usable`](sqloquent_core::Connection::is_usable) answers false once the client knows the connection is dead:
//!   it is then thrown away.
//! * [`in_transaction`](sqloquent_core::Connection::in_transaction) is asked after every statement. A transaction that
//!   has ended inside the engine refuses every later call and its commit, with
//!   [`TransactionAborted`](sqloquent_core::ErrorKind::TransactionAborted). An engine that turns the COMMIT of a failed
//!   transaction into a ROLLBACK without saying so, as PostgreSQL does, needs a `commit` that looks and returns that
//!   error.
//! * [`begin`](sqloquent_core::Connection::begin) gets the options as they are. What it does not support it refuses
//!   with [`Unsupported`](sqloquent_core::ErrorKind::Unsupported) before it sends anything. Jobs of several reads ask
//!   for a read-only transaction of repeatable reads, and where that is unsupported for a plain one.
//! * [`fetch`](sqloquent_core::Connection::fetch) awaits [`pause`] when the sink answers
//!   [`Flush`](sqloquent_core::Flow::Flush): memory then stays at one chunk, whatever the size of the result.
//!
//! # Time-outs
//!
//! Every wait for a connection ends at [`wait_timeout`](PoolOptions::wait_timeout) or at the call's deadline, with an
//! error that names who holds the connections, since when and from where. Connecting has a limit of its own. A deadline
//! that passes while a statement runs has the effect of dropping the call.
#![forbid(unsafe_code)]

mod background;
mod counters;
mod cursor;
mod holders;
mod lease;
mod limit;
mod options;
mod panics;
mod pause;
mod pool;
mod run;
mod session;
mod shared;
mod slots;
mod work;

pub use options::PoolOptions;
pub use pause::pause;
pub use pool::Pool;
