//! Savepoints: parts of a transaction that can be undone by themselves.

use std::panic::Location;

use sqloquent_core::{Error, ErrorKind, Result};

use super::{control, savepoint_name::SavepointName};
use crate::{
    call::Call,
    executor::{Executor, Handle, sealed::Sealed},
};

/// A savepoint. Terminals run on it as they do on the transaction.
///
/// [`release`](Savepoint::release) keeps what was done since, [`rollback`](Savepoint::rollback) undoes it. Dropped
/// without either, it is rolled back before anything else runs in the transaction.
#[must_use = "release or roll back a savepoint"]
#[derive(Debug)]
pub struct Savepoint<'t> {
    handle: Handle<'t>,
    name: SavepointName,
    caller: &'static Location<'static>,
    ended: bool,
    /// The writes with hooks before it.
    pending_from: usize,
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if let (false, Some(session)) = (self.ended, self.handle.session) {
            session.undo_pending(self.pending_from);
            session.drop_savepoint(self.name);
        }
    }
}

impl<'t> Savepoint<'t> {
    pub(crate) fn open(handle: Handle<'t>, caller: &'static Location<'static>) -> Call<'t, Self> {
        let Some(session) = handle.session else {
            return Call::failed(Error::new(
                ErrorKind::InvalidQuery,
                "a savepoint needs a transaction",
            ));
        };
        let name = session.names().take();
        Call::steps(async move {
            control(handle, caller, format!("SAVEPOINT {name}")).await?;
            Ok(Self {
                handle,
                name,
                caller,
                ended: false,
                pending_from: session.pending_from(),
            })
        })
    }

    async fn leave(&self) -> Result<()> {
        control(
            self.handle,
            self.caller,
            format!("RELEASE SAVEPOINT {}", self.name),
        )
        .await?;
        if let Some(session) = self.handle.session {
            session.names().free(self.name);
        }
        Ok(())
    }

    /// Keeps what was done since the savepoint.
    ///
    /// # Errors
    /// The engine's refusal.
    pub fn release(mut self) -> Call<'t, ()> {
        Call::steps(async move {
            self.ended = true;
            self.leave().await
        })
    }

    /// Undoes what was done since the savepoint; the transaction goes on.
    ///
    /// # Errors
    /// The engine's refusal.
    pub fn rollback(mut self) -> Call<'t, ()> {
        Call::steps(async move {
            self.ended = true;
            if let Some(session) = self.handle.session {
                session.undo_pending(self.pending_from);
            }
            control(
                self.handle,
                self.caller,
                format!("ROLLBACK TO SAVEPOINT {}", self.name),
            )
            .await?;
            self.leave().await
        })
    }

    /// Sets a savepoint inside this one.
    ///
    /// # Errors
    /// The engine's refusal.
    #[track_caller]
    pub fn savepoint(&self) -> Call<'_, Savepoint<'_>> {
        Savepoint::open(self.handle, Location::caller())
    }
}

impl Sealed for Savepoint<'_> {}

impl Executor for Savepoint<'_> {
    fn handle(&self) -> Handle<'_> {
        self.handle
    }
}
