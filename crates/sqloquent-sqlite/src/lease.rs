//! A connection on loan.

use std::{panic::Location, sync::Arc};

use sqloquent_core::Result;

use crate::{connection::Connection, shared::Shared};

/// Which connections there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Writer,
    Reader,
    /// A reader of a cursor, which may hold it for long.
    Cursor,
}

/// A connection on loan. Dropped, whatever transaction is open is rolled back and the connection is free again.
pub(crate) struct Lease {
    shared: Arc<Shared>,
    kind: Kind,
    connection: Option<Box<Connection>>,
    holder: u64,
    transaction: bool,
    /// Whether writes were forbidden on it, which must end with the loan.
    pub(crate) query_only: bool,
}

impl Lease {
    pub(crate) fn new(
        shared: Arc<Shared>,
        kind: Kind,
        connection: Option<Box<Connection>>,
        holder: u64,
    ) -> Self {
        Self {
            shared,
            kind,
            connection,
            holder,
            transaction: false,
            query_only: false,
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The connection, if it is open already.
    pub(crate) fn opened(&self) -> Option<&Connection> {
        self.connection.as_deref()
    }

    /// The connection, opened if need be.
    pub(crate) fn open(&mut self) -> Result<&mut Connection> {
        let connection = match self.connection.take() {
            Some(open) => open,
            None => Box::new(self.shared.open(self.kind)?),
        };
        Ok(self.connection.insert(connection))
    }

    /// Notes who holds it, for those who wait.
    pub(crate) fn register(&mut self, caller: &'static Location<'static>) {
        if self.holder == 0 {
            self.holder = self.shared.lane(self.kind).register(caller);
        }
    }

    /// Counts a transaction as open until the loan ends.
    pub(crate) fn count_transaction(&mut self) {
        if !std::mem::replace(&mut self.transaction, true) {
            self.shared.counters.transactions.add();
        }
    }

    /// Whether rolling back may have to write to the disk.
    pub(crate) fn rolls_back_slowly(&self) -> bool {
        !self.shared.facts.single
            && !self.shared.facts.wal
            && self.connection.as_ref().is_some_and(|c| !c.is_autocommit())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let shared = &self.shared;
        let mut ready = None;
        if let Some(connection) = self.connection.take() {
            let at_rest = connection.is_autocommit() || {
                connection.roll_back();
                shared.counters.rollbacks.add();
                connection.is_autocommit()
            };
            if self.query_only {
                let _ = connection.execute("PRAGMA query_only = 0");
            }
            // A connection that cannot be brought back to rest is closed; the next loan opens another.
            if at_rest || shared.facts.single {
                ready = Some(connection);
            }
        }
        if self.transaction {
            shared.counters.transactions.subtract();
        }
        match (self.kind, ready) {
            (Kind::Cursor, Some(connection)) => {
                shared.cursors.put_one(connection);
                shared.cursors.leave(self.holder);
            }
            (kind, Some(connection)) => shared.lane(kind).leave_with(connection, self.holder),
            (kind, None) => shared.lane(kind).leave(self.holder),
        }
    }
}
