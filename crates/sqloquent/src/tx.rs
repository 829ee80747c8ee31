//! Transactions: closures, guards, savepoints.

mod closure;
mod exclusive;
mod gate;
pub(crate) mod retry;
mod savepoint;
mod savepoint_name;
mod unit;
mod view;

pub(crate) use closure::AsyncOnce;
pub(crate) use exclusive::Exclusive;
pub(crate) use gate::{Gate, Pass};
pub use savepoint::Savepoint;
pub(crate) use unit::Unit;
pub use view::ExecutorView;

use std::{fmt, panic::Location};

use sqloquent_core::{Error, ErrorKind, Plan, Result, Statement, TxOptions};

use crate::{
    call::{self, Call},
    db::{Db, Settings},
    executor::{Executor, Handle, sealed::Sealed},
    hooks,
    job::Execute,
};

/// An open transaction. Terminals run on `&tx` as they do on `&db`. Dropped without [`commit`](Tx::commit), it is
/// rolled back.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx {
    db: Db,
    session: Exclusive,
    settings: Settings,
}

impl Tx {
    /// Makes everything done in the transaction permanent. Once sent, it completes even if the future is dropped.
    ///
    /// # Errors
    /// The engine's refusal; everything is rolled back then. [`ErrorKind::TransactionAborted`] when the transaction had
    /// ended inside the engine.
    #[track_caller]
    pub fn commit(self) -> Call<'static, ()> {
        let caller = Location::caller();
        if self.session.has_pending() {
            return Call::steps(self.end(caller, true));
        }
        Call::steps(self.session.commit(caller))
    }

    /// Undoes everything done in the transaction.
    ///
    /// # Errors
    /// What the engine reports; the connection is thrown away then.
    #[track_caller]
    pub fn rollback(self) -> Call<'static, ()> {
        if self.session.has_pending() {
            return Call::steps(self.end(Location::caller(), false));
        }
        Call::steps(self.session.rollback())
    }

    /// Ends the transaction, then runs the hooks that waited for that.
    async fn end(self, caller: &'static Location<'static>, commit: bool) -> Result<()> {
        let Self {
            db,
            session,
            settings,
        } = self;
        let pending = session.take_pending();
        let ended = if commit {
            session.commit(caller).await
        } else {
            session.rollback().await
        };
        let handle = Handle {
            db: &db,
            settings: &settings,
            session: None,
            gate: None,
        };
        hooks::after_end(handle, pending, commit && ended.is_ok()).await;
        ended
    }

    /// Sets a savepoint: what is done through it can be undone by itself. Nests.
    ///
    /// # Errors
    /// The engine's refusal.
    #[track_caller]
    pub fn savepoint(&self) -> Call<'_, Savepoint<'_>> {
        Savepoint::open(self.handle(), Location::caller())
    }

    /// The database that the transaction is on.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }
}

impl Sealed for Tx {}

impl Executor for Tx {
    fn handle(&self) -> Handle<'_> {
        Handle {
            db: &self.db,
            settings: &self.settings,
            session: Some(&self.session),
            gate: Some(self.session.gate()),
        }
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("db", &self.db).finish_non_exhaustive()
    }
}

impl Db {
    /// Opens a transaction.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
    /// # let db = sqloquent::Db::connect("sqlite::memory:").await?;
    /// let tx = db.begin().await?;
    /// tx.raw("create table t (n integer)", ()).execute().await?;
    /// tx.commit().await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] when no connection becomes free in time; the error says who holds them.
    #[track_caller]
    pub fn begin(&self) -> Call<'_, Tx> {
        self.begin_with(TxOptions::new())
    }

    /// Opens a transaction with options.
    ///
    /// # Errors
    /// As [`begin`](Self::begin); [`ErrorKind::Unsupported`] for what the engine cannot do.
    #[track_caller]
    pub fn begin_with(&self, options: TxOptions) -> Call<'_, Tx> {
        self.begin_at(options, Location::caller())
    }

    pub(crate) fn begin_at(&self, options: TxOptions, caller: &'static Location<'static>) -> Call<'_, Tx> {
        Call::steps(self.handle().begin(options, caller))
    }

    /// Takes a connection out of the pool for exclusive use, without a transaction: for several statements that must
    /// run on the same connection. It goes back when dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] when no connection becomes free in time; the error says who holds them.
    #[track_caller]
    pub fn acquire(&self) -> Call<'_, Lease> {
        let caller = Location::caller();
        Call::steps(async move {
            let handle = self.handle();
            let cx = handle.context(caller);
            handle.check_own_transaction(sqloquent_core::Access::Write, cx)?;
            let session = self.backend().acquire(cx).await?;
            Ok(Lease(Tx {
                db: self.clone(),
                session: Exclusive::leased(session),
                settings: self.settings().clone(),
            }))
        })
    }
}

/// A connection in exclusive use. Terminals run on it as they do on `&db`, each statement by itself.
#[must_use = "a connection that is dropped goes back to its pool"]
#[derive(Debug)]
pub struct Lease(Tx);

impl Lease {
    /// Gives the connection back and waits until it is there.
    ///
    /// # Errors
    /// What the engine reports while the connection is tidied up.
    #[track_caller]
    pub fn release(self) -> Call<'static, ()> {
        self.0.commit()
    }

    /// Runs a script of several statements, separated by semicolons, without parameters. No transaction is implied.
    ///
    /// # Errors
    /// The engine's refusal; what ran before the failing statement stays.
    #[track_caller]
    pub fn execute_script(&self, sql: impl Into<String>) -> Call<'_, ()> {
        script(self.0.handle(), sql.into(), Location::caller())
    }
}

impl Sealed for Lease {}

impl Executor for Lease {
    fn handle(&self) -> Handle<'_> {
        self.0.handle()
    }
}

impl Tx {
    /// Runs a script of several statements, separated by semicolons, without parameters, in this transaction.
    ///
    /// # Errors
    /// The engine's refusal; what ran before the failing statement stays in the transaction.
    #[track_caller]
    pub fn execute_script(&self, sql: impl Into<String>) -> Call<'_, ()> {
        script(self.handle(), sql.into(), Location::caller())
    }
}

impl Db {
    /// Runs a script of several statements, separated by semicolons, without parameters. No transaction is implied;
    /// the script may have its own.
    ///
    /// # Errors
    /// The engine's refusal; what ran before the failing statement stays.
    #[track_caller]
    pub fn execute_script(&self, sql: impl Into<String>) -> Call<'_, ()> {
        let (caller, sql) = (Location::caller(), sql.into());
        Call::steps(async move {
            let cx = self.handle().context(caller);
            self.handle()
                .check_own_transaction(sqloquent_core::Access::Write, cx)?;
            let session = self.backend().acquire(cx).await?;
            session.script(sql, cx).await?;
            session.commit().await
        })
    }
}

fn script<'a>(handle: Handle<'a>, sql: String, caller: &'static Location<'static>) -> Call<'a, ()> {
    match handle.session {
        Some(session) => {
            let cx = handle.context(caller);
            Call::steps(session.script(sql, cx))
        }
        None => Call::failed(Error::new(ErrorKind::InvalidQuery, "a script needs a connection")),
    }
}

impl Handle<'_> {
    /// Opens a transaction of the database.
    pub(crate) async fn begin(self, options: TxOptions, caller: &'static Location<'static>) -> Result<Tx> {
        let cx = self.context(caller);
        let access = if options.read_only {
            sqloquent_core::Access::Read
        } else {
            sqloquent_core::Access::Write
        };
        self.check_own_transaction(access, cx)?;
        let session = self.db.backend().begin(options, cx).await?;
        Ok(Tx {
            db: self.db.clone(),
            session: Exclusive::new(session),
            settings: self.settings.clone(),
        })
    }
}

/// Runs a statement of transaction control on a session.
pub(crate) async fn control(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    sql: String,
) -> Result<()> {
    let job = Execute::one(Statement::new(sql, Vec::new()), Plan::WRITE_BY_KEY);
    call::run(handle, caller, job).await.map(|_| ())
}
