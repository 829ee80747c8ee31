//! A connection in hand, and what becomes of it when the hand lets go.

use std::{
    panic::Location,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

use deadpool::managed::Object;
use sqloquent_core::{Connection, Error, ErrorKind, Result, TxOptions};

use crate::{
    background::Background,
    holders::Hold,
    limit::{after, limited},
    panics::contained,
    shared::Common,
    slots::Slots,
};

/// Whether a transaction that the pool began is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transaction {
    /// None was begun, or it was ended by the pool.
    None,
    /// It is open.
    Open,
    /// It ended inside the engine.
    Ended,
}

/// Exclusive use of a connection.
///
/// Dropped, the connection goes back to the pool if it is known to be at rest. If a call on it never came to its end,
/// it is closed: nobody can tell what it is in the middle of. If a transaction is open, it is rolled back by the
/// runtime, or without one by closing the connection, so that its locks do not outlast it.
pub(crate) struct Lease<C: Connection>(Option<Held<C>>);

struct Held<C: Connection> {
    // Before `hold`: who has left the register has given the slot back.
    slot: Object<Slots<C>>,
    transaction: Transaction,
    /// A call has begun and not ended.
    busy: bool,
    /// Statements of unknown effect ran, so that a transaction may have been begun unseen.
    unsure: bool,
    background: Background,
    common: Arc<Common>,
    hold: Hold,
}

impl<C: Connection> Lease<C> {
    pub(crate) fn new(
        slot: Object<Slots<C>>,
        what: &'static str,
        caller: &'static Location<'static>,
        common: Arc<Common>,
    ) -> Self {
        Self(Some(Held {
            slot,
            transaction: Transaction::None,
            busy: false,
            unsure: false,
            background: Background::current(),
            hold: common.holders.enter(what, caller),
            common,
        }))
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.0.as_ref().is_some_and(|held| held.slot.connection.is_some())
    }

    pub(crate) fn fill(&mut self, connection: C) {
        if let Some(held) = &mut self.0 {
            held.slot.connection = Some(connection);
        }
    }

    pub(crate) fn transaction(&self) -> Transaction {
        self.0.as_ref().map_or(Transaction::None, |held| held.transaction)
    }

    /// What the connection is called in the statement log.
    pub(crate) fn name(&self) -> &str {
        self.0.as_ref().map_or("", |held| &held.slot.name)
    }

    /// Whether nothing more can be done with the connection.
    pub(crate) fn is_lost(&self) -> bool {
        self.0.as_ref().is_none_or(Held::is_lost)
    }

    /// Begins a call. Until [`finish`](Self::finish) the connection counts as in the middle of something.
    pub(crate) fn start(&mut self) -> Result<&mut C> {
        let held = self.0.as_mut().filter(|held| !held.is_lost());
        let Some(held) = held else { return Err(lost()) };
        held.busy = true;
        held.slot.connection.as_mut().ok_or_else(lost)
    }

    /// Ends a call: `result` is what the driver returned, unless it panicked.
    pub(crate) fn finish<T>(&mut self, result: Result<Result<T>>) -> Result<T> {
        let result = result?;
        if let Some(held) = &mut self.0 {
            held.busy = false;
            // An error may have ended the transaction, and so may a statement that says so.
            if held.transaction == Transaction::Open
                && (held.in_transaction() == Some(false) || held.is_lost())
            {
                held.set_transaction(Transaction::Ended);
                held.common.counters.rollbacks.fetch_add(1, Relaxed);
            }
        }
        result
    }

    /// The job whose transaction ended knows; the connection is free for others.
    pub(crate) fn forget_ended(&mut self) {
        if let Some(held) = self
            .0
            .as_mut()
            .filter(|held| held.transaction == Transaction::Ended)
        {
            held.transaction = Transaction::None;
        }
    }

    /// Notes that statements of unknown effect ran.
    pub(crate) fn set_unsure(&mut self) {
        if let Some(held) = &mut self.0 {
            held.unsure = true;
        }
    }

    pub(crate) fn common(&self) -> Option<&Arc<Common>> {
        self.0.as_ref().map(|held| &held.common)
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&mut self, options: &TxOptions) -> Result<()> {
        let connection = self.start()?;
        let result = contained(connection.begin(options)).await;
        let result = self.finish(result);
        if let Some(held) = &mut self.0 {
            match &result {
                Ok(()) => held.set_transaction(Transaction::Open),
                // What the driver does not support it has not sent.
                Err(error) if error.kind() == ErrorKind::Unsupported => {}
                // `begin` may be several statements, of which the first ones may have done their work.
                Err(_) => held.unsure = true,
            }
        }
        result
    }

    /// Commits. What the engine refuses to commit is rolled back.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        let connection = self.start()?;
        let result = contained(connection.commit()).await?;
        let Some(held) = &mut self.0 else { return result };
        held.busy = false;
        match result {
            Ok(()) => {
                held.set_transaction(Transaction::None);
                held.common.counters.commits.fetch_add(1, Relaxed);
                Ok(())
            }
            Err(error) if held.in_transaction() == Some(false) => {
                held.set_transaction(Transaction::None);
                held.common.counters.rollbacks.fetch_add(1, Relaxed);
                Err(error)
            }
            Err(error) => {
                // The refusal is what matters; a rollback that fails costs the connection.
                let _ = self.roll_back().await;
                Err(error)
            }
        }
    }

    /// Rolls back. A connection that cannot even do that is lost.
    pub(crate) async fn roll_back(&mut self) -> Result<()> {
        let connection = self.start()?;
        let result = contained(connection.rollback()).await?;
        if let Some(held) = &mut self.0 {
            held.set_transaction(Transaction::None);
            held.common.counters.rollbacks.fetch_add(1, Relaxed);
            // Left busy, and so lost, if anything is still open.
            held.busy = held.in_transaction().unwrap_or(result.is_err());
        }
        result
    }
}

#[cold]
fn lost() -> Error {
    Error::new(
        ErrorKind::Connection,
        "the connection was lost, or a call on it was cut off; begin again",
    )
}

impl<C: Connection> Held<C> {
    fn is_lost(&self) -> bool {
        self.busy || !self.slot.connection.as_ref().is_some_and(Connection::is_usable)
    }

    fn in_transaction(&self) -> Option<bool> {
        self.slot.connection.as_ref().and_then(Connection::in_transaction)
    }

    fn set_transaction(&mut self, to: Transaction) {
        let open = &self.common.counters.open_transactions;
        match (self.transaction == Transaction::Open, to == Transaction::Open) {
            (false, true) => _ = open.fetch_add(1, Relaxed),
            (true, false) => _ = open.fetch_sub(1, Relaxed),
            _ => {}
        }
        self.transaction = to;
    }

    /// Whether a transaction is open; none when nobody knows.
    fn is_open(&self) -> Option<bool> {
        match self.in_transaction() {
            None if self.transaction == Transaction::Open => Some(true),
            None if self.unsure || self.transaction == Transaction::Ended => None,
            None => Some(false),
            known => known,
        }
    }

    fn close(mut self) {
        if self.transaction == Transaction::Open {
            self.set_transaction(Transaction::None);
            self.common.counters.rollbacks.fetch_add(1, Relaxed);
        }
        self.hold.leave();
        drop(Object::take(self.slot));
    }
}

impl<C: Connection> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut held) = self.0.take() else { return };
        match held.is_open() {
            _ if held.is_lost() => held.close(),
            Some(false) => {
                held.slot.idle_since = Instant::now();
                // Whoever gets it next must not find two holders.
                held.hold.leave();
                drop(held);
            }
            Some(true) if held.background.is_there() => {
                held.hold.rename("the rollback of a dropped transaction");
                let until = after(held.common.options.wind_down);
                // Without it the new lease: should the runtime be gone already, the connection is closed.
                let background = std::mem::take(&mut held.background);
                let mut lease = Self(Some(held));
                background.finish(Box::pin(async move {
                    let _ = limited(until, lease.roll_back()).await;
                }));
            }
            Some(true) | None => held.close(),
        }
    }
}
