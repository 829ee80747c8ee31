//! Executors: what terminals run on. A `Db`, or an open transaction.

use std::{panic::Location, time::Instant};

use sqloquent_core::{
    Access, BoxFuture, CallContext, ChunkJob, Cursor, Dialect, Error, ErrorKind, Job, Result, Tried,
};

use crate::{
    db::{Db, Settings, own_transaction},
    tx::{Exclusive, Gate, retry},
};

pub(crate) mod sealed {
    /// Keeps [`Executor`](super::Executor) ours: other databases implement `Driver` and `Connection`.
    pub trait Sealed {}
}

/// What terminals run on: `&db`, `&tx`, references to those.
///
/// ```
/// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
/// # use fixture::*;
/// # fn main() -> Result<()> { example(async |db, ada| {
/// async fn rename(db: &dyn Executor, id: &str, email: &str) -> Result<()> {
///     User::find_required(db, id).await?.update(db, |u| u.email = email.into()).await
/// }
/// rename(&db, &ada.id, "lovelace@example.org").await?;
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run queries",
    note = "pass `&db` or, inside a transaction, `tx`"
)]
pub trait Executor: sealed::Sealed + Send + Sync {
    #[doc(hidden)]
    fn handle(&self) -> Handle<'_>;
}

impl<E: Executor + ?Sized> sealed::Sealed for &E {}

impl<E: Executor + ?Sized> Executor for &E {
    fn handle(&self) -> Handle<'_> {
        (**self).handle()
    }
}

/// What an executor comes down to: a database, and the connection of a transaction if there is one.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Handle<'a> {
    pub(crate) db: &'a Db,
    pub(crate) settings: &'a Settings,
    pub(crate) session: Option<&'a Exclusive>,
    /// What statements on the session wait for.
    pub(crate) gate: Option<&'a Gate>,
}

impl std::fmt::Debug for Handle<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle")
            .field("db", self.db)
            .field("in_transaction", &self.session.is_some())
            .finish()
    }
}

impl<'a> Handle<'a> {
    pub(crate) fn dialect(&self) -> Dialect {
        self.db.backend().dialect()
    }

    /// The context of a call from a place in the user's code.
    pub(crate) fn context(&self, caller: &'static Location<'static>) -> CallContext {
        let settings = self.settings;
        CallContext::at(caller)
            .with_deadline(settings.timeout.map(|t| Instant::now() + t))
            .with_params_logged(settings.log_params)
            .with_slow(settings.slow)
    }

    /// Runs a job on the spot if possible.
    pub(crate) fn try_run(&self, job: Box<dyn Job>, cx: CallContext) -> Tried {
        match self.session {
            Some(_) if self.gate.is_some_and(|g| !g.is_open()) => Tried::NotNow(job),
            Some(session) => {
                let tried = session.try_run(job, cx);
                if let Tried::Done(Err(e)) = &tried {
                    retry::note(e);
                }
                tried
            }
            None => match self.check_own_transaction(job.plan().access, cx) {
                Ok(()) => self.db.backend().try_run(job, cx),
                Err(e) => Tried::Done(Err(e)),
            },
        }
    }

    /// Runs a job.
    pub(crate) fn run(self, job: Box<dyn Job>, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>> {
        match self.session {
            Some(session) => Box::pin(async move {
                self.opened().await;
                session.run(job, cx).await.inspect_err(retry::note)
            }),
            None => match self.check_own_transaction(job.plan().access, cx) {
                Ok(()) => self.db.backend().run(job, cx),
                Err(e) => Box::pin(std::future::ready(Err(e))),
            },
        }
    }

    /// Runs a reading job whose rows come in chunks.
    pub(crate) fn cursor(
        self,
        job: Box<dyn ChunkJob>,
        cx: CallContext,
    ) -> BoxFuture<'a, Result<Box<dyn Cursor>>> {
        match self.session {
            Some(session) => Box::pin(async move {
                self.opened().await;
                session.cursor(job, cx).await
            }),
            None => match self.check_own_transaction(Access::Read, cx) {
                Ok(()) => self.db.backend().cursor(job, cx),
                Err(e) => Box::pin(std::future::ready(Err(e))),
            },
        }
    }

    /// Using the `Db` inside the closure of its own transaction: a write would wait for ever for the connection that
    /// the transaction holds, and a read would not see what the transaction did.
    pub(crate) fn check_own_transaction(&self, access: Access, cx: CallContext) -> Result<()> {
        if !own_transaction::inside(self.db.id()) {
            return Ok(());
        }
        let single = self.db.backend().single_connection();
        if access == Access::Write || single || self.db.is_strict() {
            let what = if access == Access::Write {
                "writes through"
            } else {
                "reads through"
            };
            return Err(Error::new(
                ErrorKind::OwnTransaction,
                format!(
                    "the call at {} {what} the database inside the closure of its own transaction; use the closure's `tx`",
                    cx.caller
                ),
            ));
        }
        own_transaction::warn(cx.caller);
        Ok(())
    }
}
