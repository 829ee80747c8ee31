//! Event hooks: code that runs before and after writes, whichever way they are made.
//!
//! ```
//! use sqloquent::prelude::*;
//!
//! #[derive(Model, Clone, Debug)]
//! #[model(table = "users")]
//! struct User {
//!     #[model(id)]
//!     id: String,
//!     email: String,
//! }
//!
//! # fn main() -> Result<()> { pollster::block_on(async {
//! # let db = Db::connect("sqlite::memory:").await?;
//! # db.create_tables::<(User,)>().await?;
//! db.hooks().on::<User>(Event::BeforeInsert, async |cx| {
//!     let email: String = cx.read("email")?;
//!     if !email.contains('@') {
//!         return Err(cx.refuse("an address has an @"));
//!     }
//!     cx.set("email", email.to_lowercase())
//! });
//!
//! let ada = User::new("Ada@example.org").insert(&db).await?;
//! assert_eq!(ada.email, "ada@example.org");
//! let refused = User::new("nobody").insert(&db).await.unwrap_err();
//! assert_eq!(refused.kind(), ErrorKind::Hook);
//! # Ok(()) }) }
//! ```
//!
//! The guide to hooks, `docs/guide/hooks.md`, has the table of what fires when.

mod context;
mod depth;
mod event;
mod hook;
mod invoke;
mod join;
mod observer;
mod register;
mod registry;
mod run;
mod state;

pub use context::HookCx;
pub(crate) use event::Events;
pub use event::{Event, Operation};
use hook::{Body, Observing};
pub use observer::Observer;
pub use registry::HookId;
use registry::Registry;
pub(crate) use registry::{Active, Key};
pub(crate) use run::{Pending, after_end, fire};
pub(crate) use state::WriteState;

use std::{any::TypeId, fmt};

use crate::{executor::Handle, model::Model, write::Subject};

/// The hooks of a database: [`Db::hooks`](crate::Db::hooks). All clones of a `Db` share them.
///
/// Hooks run in the order in which they were registered, whatever they were registered for.
pub struct Hooks(Registry);

impl Hooks {
    pub(crate) const fn new() -> Self {
        Self(Registry::new())
    }

    /// Removes a hook. False when it was removed already.
    pub fn remove(&self, hook: HookId) -> bool {
        self.0.remove(hook)
    }

    /// Removes the hooks of a model: those for one event, or with `None` all.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # #[derive(Model, Clone, Debug)] struct User { #[model(id)] id: String }
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// db.hooks().clear::<User>(Event::BeforeInsert);
    /// db.hooks().clear::<User>(None);
    /// # Ok(()) }) }
    /// ```
    pub fn clear<M: Model>(&self, event: impl Into<Option<Event>>) {
        self.0.clear(Some(&Key::of::<M>()), event.into());
    }

    /// Removes the hooks of a table: those for one event, or with `None` all. Hooks of models stay.
    pub fn clear_table(&self, table: impl Into<String>, event: impl Into<Option<Event>>) {
        self.0.clear(Some(&Key::Table(table.into())), event.into());
    }

    /// Removes all hooks of models and tables: those for one event, or with `None` for all.
    pub fn clear_all(&self, event: impl Into<Option<Event>>) {
        self.0.clear(None, event.into());
    }

    fn clear_key(&self, key: &Key, event: Option<Event>) {
        self.0.clear(Some(key), event);
    }

    fn add(&self, key: Key, event: Event, body: Body) -> HookId {
        self.0.add(key, Events::of(event), body)
    }

    fn add_observer(&self, key: Key, observer: impl Observer) -> HookId {
        let events = observer.events().iter().copied().collect();
        self.0
            .add(key, events, Body::Async(Box::new(Observing(observer))))
    }

    /// The hooks of a subject for any of the events. Looks at nothing but a number when there are none at all.
    fn of(&self, events: Events, subject: impl FnOnce() -> Subject) -> Option<Active> {
        if self.0.is_quiet(events) {
            return None;
        }
        self.0.active(&subject(), events)
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}

impl Key {
    pub(crate) fn of<M: 'static>() -> Self {
        Self::Type(TypeId::of::<M>())
    }
}

impl Handle<'_> {
    /// The hooks that an operation on the subject has to run.
    #[inline]
    pub(crate) fn hooks(&self, operation: Operation, subject: impl FnOnce() -> Subject) -> Option<Active> {
        if self.settings.muted {
            return None;
        }
        self.db.hooks().of(operation.events(), subject)
    }
}
