//! What a write with hooks runs in: a transaction of its own, or a savepoint of the one that there is.

use std::panic::Location;

use sqloquent_core::{Result, TxOptions};

use crate::{
    executor::{Executor as _, Handle},
    hooks::{Pending, after_end},
    tx::{Exclusive, Gate, Pass, Savepoint, Tx},
};

/// The transaction or savepoint of a write with hooks. Dropped, it is undone.
pub(super) enum Scope<'a> {
    Own(Tx),
    Within(Within<'a>),
}

pub(super) struct Within<'a> {
    handle: Handle<'a>,
    session: &'a Exclusive,
    savepoint: Savepoint<'a>,
    /// What runs inside of the write goes through here.
    gate: Gate,
    /// What runs beside it waits for this.
    pass: Option<Pass<'a>>,
    pending_from: usize,
}

impl<'a> Scope<'a> {
    pub(super) async fn open(
        handle: Handle<'a>,
        caller: &'static Location<'static>,
        pending: Option<Pending>,
    ) -> Result<Self> {
        let Some(session) = handle.session else {
            let tx = handle.begin(TxOptions::new(), caller).await?;
            if let (Some(pending), Some(session)) = (pending, tx.handle().session) {
                session.enlist(pending);
            }
            return Ok(Self::Own(tx));
        };
        let pass = match handle.gate {
            Some(gate) => Some(gate.pass().await),
            None => None,
        };
        let savepoint = Savepoint::open(handle.through(None), caller).await?;
        let pending_from = session.pending_from();
        if let Some(pending) = pending {
            session.enlist(pending);
        }
        Ok(Self::Within(Within {
            handle,
            session,
            savepoint,
            gate: Gate::default(),
            pass,
            pending_from,
        }))
    }

    /// What the write's statements and hooks run on.
    pub(super) fn handle(&self) -> Handle<'_> {
        match self {
            Self::Own(tx) => tx.handle(),
            Self::Within(within) => within.handle.through(Some(&within.gate)),
        }
    }

    /// Keeps what was done, or undoes it when it failed.
    pub(super) async fn close<R>(self, done: Result<R>) -> Result<R> {
        match (self, done) {
            (Self::Own(tx), Ok(value)) => tx.commit().await.map(|()| value),
            (Self::Own(tx), Err(error)) => {
                // The hook's or the engine's error is the one that matters.
                let _ = tx.rollback().await;
                Err(error)
            }
            (Self::Within(within), Ok(value)) => within.end(true).await.map(|()| value),
            (Self::Within(within), Err(error)) => {
                let _ = within.end(false).await;
                Err(error)
            }
        }
    }
}

impl Within<'_> {
    async fn end(self, keep: bool) -> Result<()> {
        let ended = if keep {
            self.savepoint.release().await
        } else {
            self.savepoint.rollback().await
        };
        drop(self.pass);
        // On a connection without a transaction, a write is over once its savepoint is.
        let (session, outermost) = (self.session, self.pending_from == 0);
        if !session.is_transaction() && outermost && session.has_pending() {
            let pending = session.take_pending();
            after_end(self.handle, pending, ended.is_ok()).await;
        }
        ended
    }
}
