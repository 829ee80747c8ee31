//! The connection of rusqlite itself, for what this library does not cover.

use std::panic::Location;

use sqloquent_core::{Access, Error, ErrorKind};
use sqloquent_sqlite::{SqliteBackend, SqliteSession, rusqlite};

use crate::{
    call::Call,
    db::Db,
    executor::Executor,
    tx::{Exclusive, Lease, Tx},
};

impl Db {
    /// Runs a closure with the writing connection of rusqlite: for functions, extensions, backups. It has not begun
    /// when the call is dropped early, or completes. A transaction that it leaves open is rolled back.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
    /// # let db = sqloquent::Db::connect("sqlite::memory:").await?;
    /// let changes = db.with_rusqlite(|raw| raw.total_changes()).await?;
    /// assert_eq!(changes, 0);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for databases that are not SQLite; [`ErrorKind::Timeout`] when the connection does
    /// not become free in time; [`ErrorKind::Panic`] when the closure panics.
    #[track_caller]
    pub fn with_rusqlite<R: Send + 'static>(
        &self,
        f: impl FnOnce(&mut rusqlite::Connection) -> R + Send + 'static,
    ) -> Call<'_, R> {
        let caller = Location::caller();
        let Some(backend) = self.backend().as_any().downcast_ref::<SqliteBackend>() else {
            return Call::failed(not_sqlite());
        };
        Call::steps(async move {
            let cx = self.handle().context(caller);
            self.handle().check_own_transaction(Access::Write, cx)?;
            backend.with_raw(cx, f).await
        })
    }
}

#[cold]
fn not_sqlite() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "only SQLite databases have a connection of rusqlite",
    )
}

fn on_session<'a, R: Send + 'static>(
    session: &'a Exclusive,
    cx: sqloquent_core::CallContext,
    f: impl FnOnce(&mut rusqlite::Connection) -> R + Send + 'static,
) -> Call<'a, R> {
    match session.session().as_any().downcast_ref::<SqliteSession>() {
        Some(session) => Call::steps(session.with_raw(cx, f)),
        None => Call::failed(not_sqlite()),
    }
}

macro_rules! with_rusqlite {
    ($($t:ty),+) => {$(
        impl $t {
            /// Runs a closure with this connection of rusqlite.
            ///
            /// # Errors
            /// [`ErrorKind::Unsupported`] for databases that are not SQLite; [`ErrorKind::Panic`] when the closure
            /// panics.
            #[track_caller]
            pub fn with_rusqlite<R: Send + 'static>(
                &self,
                f: impl FnOnce(&mut rusqlite::Connection) -> R + Send + 'static,
            ) -> Call<'_, R> {
                let handle = self.handle();
                match handle.session {
                    Some(session) => on_session(session, handle.context(Location::caller()), f),
                    None => Call::failed(not_sqlite()),
                }
            }
        }
    )+};
}

with_rusqlite!(Tx, Lease);
