//! What a hook is handed.

mod keys;
mod values;

use std::{borrow::Cow, fmt};

use sqloquent_core::{Error, ErrorKind};

use super::{Event, Operation, WriteState};
use crate::{expr::Assignment, query::Select, schema::TableDef, tx::ExecutorView, write::Data};

/// What a hook is handed: the event, the executor of the write's transaction, and the values written.
pub struct HookCx<'c> {
    event: Event,
    db: &'c ExecutorView<'c>,
    state: &'c WriteState,
}

impl<'c> HookCx<'c> {
    pub(super) fn new(event: Event, db: &'c ExecutorView<'c>, state: &'c WriteState) -> Self {
        Self { event, db, state }
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> Event {
        self.event
    }

    /// What is done to the rows. For [`Event::AfterCommit`] and [`Event::AfterRollback`] it tells what was done.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.state.operation()
    }

    /// The executor to use in the hook: it is part of the write's transaction and sees what is not committed yet.
    /// After the end of the transaction it is the database.
    pub fn db(&self) -> &'c ExecutorView<'c> {
        self.db
    }

    /// What is known of the table written to.
    #[must_use]
    pub fn table(&self) -> &TableDef {
        &self.state.subject().table
    }

    /// The query whose rows are updated or deleted; none where a row is written by itself.
    #[must_use]
    pub fn query(&self) -> Option<Select> {
        match &self.state.now().data {
            Data::Update { select, .. } | Data::Delete { select } => Some((**select).clone()),
            _ => None,
        }
    }

    /// What an update of the rows of a query sets.
    #[must_use]
    pub fn assignments(&self) -> Vec<Assignment> {
        match &self.state.now().data {
            Data::Update { set, .. } => set.clone(),
            _ => Vec::new(),
        }
    }

    /// How many rows were written; none before that.
    #[must_use]
    pub fn affected(&self) -> Option<u64> {
        self.state.now().affected
    }

    /// An error of the kind [`ErrorKind::Hook`], for a hook that refuses.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// db.hooks().on_table_sync("invoices", Event::BeforeDelete, |cx| Err(cx.refuse("invoices are kept")));
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn refuse(&self, why: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Hook, why).with_table(self.table().name.clone().into_owned())
    }

    fn misuse(&self, why: String) -> Error {
        Error::new(ErrorKind::InvalidQuery, why).with_table(self.table().name.clone().into_owned())
    }
}

impl fmt::Debug for HookCx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookCx")
            .field("event", &self.event)
            .field("operation", &self.operation())
            .field("table", &self.table().name)
            .finish_non_exhaustive()
    }
}
