//! Registering hooks for models and tables.

use sqloquent_core::Result;

use super::{
    Event, HookCx, HookId, Hooks, Key, Observer,
    hook::{Body, Closure},
};
use crate::{dynamic::DynamicModel, model::Model, tx::AsyncOnce};

impl Hooks {
    /// Registers an asynchronous hook for an event of a model. What the closure captures is its state; it is cloned for
    /// each call, so that what is to be shared goes into an `Arc`.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # #[derive(Model, Clone, Debug)] struct User { #[model(id)] id: String, email: String }
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// let hook = db.hooks().on::<User>(Event::AfterInsert, async |cx| {
    ///     let user: User = cx.instance()?;
    ///     cx.db().raw("insert into audit values (?)", (user.email,)).execute().await?;
    ///     Ok(())
    /// });
    /// assert!(db.hooks().remove(hook));
    /// # Ok(()) }) }
    /// ```
    pub fn on<M: Model>(
        &self,
        event: Event,
        hook: impl for<'a, 'c> AsyncFnOnce(&'a HookCx<'c>) -> Result<()>
        + for<'a, 'c> AsyncOnce<&'a HookCx<'c>, Result<()>, Fut: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    ) -> HookId {
        self.add(Key::of::<M>(), event, Body::Async(Box::new(Closure(hook))))
    }

    /// Registers a hook that is not asynchronous for an event of a model.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # #[derive(Model, Clone, Debug)] struct User { #[model(id)] id: String, email: String }
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// db.hooks().on_sync::<User>(Event::BeforeInsert, |cx| cx.set("email", "ada@example.org"));
    /// # Ok(()) }) }
    /// ```
    pub fn on_sync<M: Model>(
        &self,
        event: Event,
        hook: impl Fn(&HookCx<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> HookId {
        self.add(Key::of::<M>(), event, Body::Sync(Box::new(hook)))
    }

    /// Registers an observer of a model: hooks for several events in one type.
    pub fn observe<M: Model>(&self, observer: impl Observer) -> HookId {
        self.add_observer(Key::of::<M>(), observer)
    }
}

impl Hooks {
    /// Registers an asynchronous hook for an event of a table, whichever model writes to it, typed or dynamic.
    pub fn on_table(
        &self,
        table: impl Into<String>,
        event: Event,
        hook: impl for<'a, 'c> AsyncFnOnce(&'a HookCx<'c>) -> Result<()>
        + for<'a, 'c> AsyncOnce<&'a HookCx<'c>, Result<()>, Fut: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    ) -> HookId {
        self.add(
            Key::Table(table.into()),
            event,
            Body::Async(Box::new(Closure(hook))),
        )
    }

    /// Registers a hook that is not asynchronous for an event of a table, whichever model writes to it.
    pub fn on_table_sync(
        &self,
        table: impl Into<String>,
        event: Event,
        hook: impl Fn(&HookCx<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> HookId {
        self.add(Key::Table(table.into()), event, Body::Sync(Box::new(hook)))
    }

    /// Registers an observer of a table, whichever model writes to it.
    pub fn observe_table(&self, table: impl Into<String>, observer: impl Observer) -> HookId {
        self.add_observer(Key::Table(table.into()), observer)
    }
}

impl Hooks {
    /// Registers an asynchronous hook for an event of a dynamic model. It runs for this model and its clones, not for
    /// other models of the same table.
    ///
    /// ```
    /// # use sqloquent::{DynamicModel, prelude::*, record};
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// # db.execute_script("create table notes (id text primary key, body text)").await?;
    /// let notes = DynamicModel::new("notes", ["id", "body"]);
    /// db.hooks().on_model(&notes, Event::BeforeInsert, async |cx| cx.set("body", "…"));
    /// let note = notes.insert(&db, record! { "body": "secret" }).await?;
    /// assert_eq!(note.read::<String>("body")?, "…");
    /// # Ok(()) }) }
    /// ```
    pub fn on_model(
        &self,
        model: &DynamicModel,
        event: Event,
        hook: impl for<'a, 'c> AsyncFnOnce(&'a HookCx<'c>) -> Result<()>
        + for<'a, 'c> AsyncOnce<&'a HookCx<'c>, Result<()>, Fut: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    ) -> HookId {
        self.add(
            Key::Dynamic(model.identity()),
            event,
            Body::Async(Box::new(Closure(hook))),
        )
    }

    /// Registers a hook that is not asynchronous for an event of a dynamic model.
    pub fn on_model_sync(
        &self,
        model: &DynamicModel,
        event: Event,
        hook: impl Fn(&HookCx<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> HookId {
        self.add(Key::Dynamic(model.identity()), event, Body::Sync(Box::new(hook)))
    }

    /// Registers an observer of a dynamic model.
    pub fn observe_model(&self, model: &DynamicModel, observer: impl Observer) -> HookId {
        self.add_observer(Key::Dynamic(model.identity()), observer)
    }

    /// Removes the hooks of a dynamic model: those for one event, or with `None` all.
    pub fn clear_model(&self, model: &DynamicModel, event: impl Into<Option<Event>>) {
        self.clear_key(&Key::Dynamic(model.identity()), event.into());
    }
}
