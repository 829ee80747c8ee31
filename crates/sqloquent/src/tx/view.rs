//! Views of executors: the same connection with other settings.

use std::sync::Arc;

use super::{Gate, Lease, Savepoint, Tx};
use crate::{
    call::Call,
    db::{Db, Settings},
    executor::{Executor, Handle, sealed::Sealed},
};

/// An executor with other settings than the transaction it belongs to: [`Tx::muted`], [`HookCx::db`](crate::HookCx::db).
/// What runs on it is part of that transaction.
#[derive(Clone, Debug)]
#[must_use = "a view does nothing by itself; pass it to a terminal"]
pub struct ExecutorView<'a> {
    handle: Handle<'a>,
    settings: Settings,
}

impl<'a> ExecutorView<'a> {
    pub(crate) fn new(handle: Handle<'a>) -> Self {
        Self {
            handle,
            settings: handle.settings.clone(),
        }
    }

    fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut view = self.clone();
        change(&mut view.settings);
        view
    }

    /// The same without hooks: what is written through it fires no events.
    pub fn muted(&self) -> Self {
        self.with(|s| s.muted = true)
    }

    /// The same with the asynchronous hooks of an event running beside each other.
    pub fn parallel_events(&self) -> Self {
        self.with(|s| s.parallel_events = true)
    }

    /// The same with writes that the journal notes as restores.
    pub(crate) fn restoring(&self) -> Self {
        self.with(|s| s.restoring = true)
    }

    /// The same with writes that the journal notes as made by this person or program.
    pub fn as_actor(&self, actor: impl Into<Arc<str>>) -> Self {
        self.with(|s| s.actor = Some(actor.into()))
    }

    /// The same with writes that the journal notes with this reason.
    pub fn because(&self, reason: impl Into<Arc<str>>) -> Self {
        self.with(|s| s.reason = Some(reason.into()))
    }

    /// The same, writing past the keeping of records: see [`Db::bypass`].
    pub fn bypass(&self) -> Self {
        self.with(|s| s.bypass = true)
    }

    /// Sets a savepoint.
    ///
    /// # Errors
    /// The engine's refusal; a view that is not of a transaction.
    #[track_caller]
    pub fn savepoint(&self) -> Call<'_, Savepoint<'_>> {
        Savepoint::open(self.handle(), std::panic::Location::caller())
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Db {
        self.handle.db
    }

    /// Whether what runs on the view is part of a transaction, or of a connection in exclusive use.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.handle.session.is_some()
    }
}

impl Sealed for ExecutorView<'_> {}

impl Executor for ExecutorView<'_> {
    fn handle(&self) -> Handle<'_> {
        Handle {
            settings: &self.settings,
            ..self.handle
        }
    }
}

macro_rules! views {
    ($($t:ty),+) => {$(
        impl $t {
            /// The same transaction without hooks: what is written through the view fires no events.
            ///
            /// ```
            /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
            /// # use fixture::*;
            /// # fn main() -> Result<()> { example(async |db, ada| {
            /// let tx = db.begin().await?;
            /// User::insert_many(&tx.muted(), [User::new("bob@example.org")]).await?;
            /// tx.commit().await?;
            /// # Ok(()) }) }
            /// ```
            pub fn muted(&self) -> ExecutorView<'_> {
                ExecutorView::new(self.handle()).muted()
            }

            /// The same transaction with the asynchronous hooks of an event running beside each other, once those that
            /// are not asynchronous have run.
            pub fn parallel_events(&self) -> ExecutorView<'_> {
                ExecutorView::new(self.handle()).parallel_events()
            }

            /// The same transaction with writes that the journal notes as made by this person or program.
            pub fn as_actor(&self, actor: impl Into<Arc<str>>) -> ExecutorView<'_> {
                ExecutorView::new(self.handle()).as_actor(actor)
            }

            /// The same transaction with writes that the journal notes with this reason.
            pub fn because(&self, reason: impl Into<Arc<str>>) -> ExecutorView<'_> {
                ExecutorView::new(self.handle()).because(reason)
            }

            /// The same transaction, writing past the keeping of records: see [`Db::bypass`].
            pub fn bypass(&self) -> ExecutorView<'_> {
                ExecutorView::new(self.handle()).bypass()
            }
        }
    )+};
}

views!(Tx, Lease, Savepoint<'_>);

impl<'a> Handle<'a> {
    /// The same connection by way of another gate.
    pub(crate) fn through<'b>(self, gate: Option<&'b Gate>) -> Handle<'b>
    where
        'a: 'b,
    {
        Handle { gate, ..self }
    }

    /// Waits until what runs on the handle would be no part of anything else.
    pub(crate) async fn opened(self) {
        if let Some(gate) = self.gate {
            gate.opened().await;
        }
    }
}
