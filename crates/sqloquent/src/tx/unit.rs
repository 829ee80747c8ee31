//! Several writes that happen together: in a transaction of their own, or as a part of the one that is open.

use std::panic::Location;

use sqloquent_core::{Result, TxOptions};

use super::{Gate, Pass, Savepoint, Tx};
use crate::executor::{Executor as _, Handle};

/// A transaction, or a savepoint of the one that is open. Dropped, it is undone.
pub(crate) enum Unit<'a> {
    Own(Tx),
    Within {
        handle: Handle<'a>,
        savepoint: Savepoint<'a>,
        /// What runs inside goes through here.
        gate: Gate,
        /// What runs beside it waits for this.
        pass: Option<Pass<'a>>,
    },
}

impl<'a> Unit<'a> {
    pub(crate) async fn open(handle: Handle<'a>, caller: &'static Location<'static>) -> Result<Self> {
        if handle.session.is_none() {
            return Ok(Self::Own(handle.begin(TxOptions::new(), caller).await?));
        }
        let pass = match handle.gate {
            Some(gate) => Some(gate.pass().await),
            None => None,
        };
        let savepoint = Savepoint::open(handle.through(None), caller).await?;
        Ok(Self::Within {
            handle,
            savepoint,
            gate: Gate::default(),
            pass,
        })
    }

    /// What the writes run on.
    pub(crate) fn handle(&self) -> Handle<'_> {
        match self {
            Self::Own(tx) => tx.handle(),
            Self::Within { handle, gate, .. } => handle.through(Some(gate)),
        }
    }

    /// Keeps what was done, or undoes it when it failed.
    pub(crate) async fn close<R>(self, done: Result<R>) -> Result<R> {
        match (self, done) {
            (Self::Own(tx), Ok(value)) => tx.commit().await.map(|()| value),
            (Self::Own(tx), Err(error)) => {
                // The error of the write is the one that matters.
                let _ = tx.rollback().await;
                Err(error)
            }
            (Self::Within { savepoint, pass, .. }, Ok(value)) => {
                let ended = savepoint.release().await;
                drop(pass);
                ended.map(|()| value)
            }
            (Self::Within { savepoint, pass, .. }, Err(error)) => {
                let _ = savepoint.rollback().await;
                drop(pass);
                Err(error)
            }
        }
    }
}
