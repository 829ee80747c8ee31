//! Settings of a handle.

use std::{sync::Arc, time::Duration};

use super::Db;

/// What a handle adds to each of its calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) timeout: Option<Duration>,
    pub(crate) log_params: bool,
    pub(crate) slow: Option<Duration>,
    pub(crate) muted: bool,
    pub(crate) parallel_events: bool,
    pub(crate) actor: Option<Arc<str>>,
    pub(crate) reason: Option<Arc<str>>,
    /// Whether inserts and updates bring back what was there before.
    pub(crate) restoring: bool,
    pub(crate) bypass: bool,
}

impl Db {
    /// A handle whose calls may each take so long, waiting for a connection included. A read that runs out of time is
    /// interrupted; a write that has begun completes.
    #[must_use]
    pub fn timeout(&self, timeout: Duration) -> Self {
        let mut db = self.clone();
        db.settings_mut().timeout = Some(timeout);
        db
    }

    /// A handle without hooks: what is written through it fires no events. Inside a transaction use
    /// [`tx.muted()`](crate::Tx::muted).
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let users = [User::new("bob@example.org"), User::new("eve@example.org")];
    /// User::insert_many(&db.muted(), users).await?;
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn muted(&self) -> Self {
        let mut db = self.clone();
        db.settings_mut().muted = true;
        db
    }

    /// A handle that writes past the keeping of records: rows of hashed models are stored with the ids they have, changed
    /// under their ids and deleted without archive, and writes leave no history. Records written so no longer prove
    /// anything; it is for repairs. Inside a transaction use [`tx.bypass()`](crate::Tx::bypass).
    ///
    /// ```
    /// # use sqloquent::{ContentId, prelude::*};
    /// # #[derive(Model, Clone, Debug)]
    /// # #[model(hashed)]
    /// # struct Doc { #[model(id)] id: ContentId, title: String }
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// # db.create_tables::<Doc>().await?;
    /// let mut doc = Doc::new("Notes").insert(&db).await?;
    /// doc.update(&db.bypass(), |d| d.title = "Forged".into()).await?;
    /// assert!(!doc.is_intact());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn bypass(&self) -> Self {
        let mut db = self.clone();
        db.settings_mut().bypass = true;
        db
    }

    /// A handle for whose writes the asynchronous hooks of an event run beside each other, once those that are not
    /// asynchronous have run.
    #[must_use]
    pub fn parallel_events(&self) -> Self {
        let mut db = self.clone();
        db.settings_mut().parallel_events = true;
        db
    }

    /// A handle that writes the values of parameters to the statement log. They may be confidential.
    #[must_use]
    pub fn log_parameters(&self) -> Self {
        let mut db = self.clone();
        db.settings_mut().log_params = true;
        db
    }

    /// A handle that logs statements slower than this as warnings.
    #[must_use]
    pub fn log_slow(&self, threshold: Duration) -> Self {
        let mut db = self.clone();
        db.settings_mut().slow = Some(threshold);
        db
    }

    /// A handle whose writes the journal notes as made by this person or program.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// # let mut ada = ada;
    /// let db = db.as_actor("ada").because("asked by mail");
    /// ada.update(&db, |u| u.active = false).await?;
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn as_actor(&self, actor: impl Into<Arc<str>>) -> Self {
        let mut db = self.clone();
        db.settings_mut().actor = Some(actor.into());
        db
    }

    /// A handle whose writes the journal notes with this reason.
    #[must_use]
    pub fn because(&self, reason: impl Into<Arc<str>>) -> Self {
        let mut db = self.clone();
        db.settings_mut().reason = Some(reason.into());
        db
    }
}
