//! Hooks of any kind as one.

use std::future::Future;

use sqloquent_core::{BoxFuture, Result};

use super::{Event, HookCx, Observer};
use crate::tx::AsyncOnce;

/// An asynchronous hook.
pub(super) trait Hook: Send + Sync {
    fn call<'a, 'c: 'a>(&'a self, cx: &'a HookCx<'c>) -> BoxFuture<'a, Result<()>>;
}

/// An asynchronous closure; each call runs a clone.
pub(super) struct Closure<F>(pub(super) F);

impl<F> Hook for Closure<F>
where
    for<'a, 'c> F: AsyncFnOnce(&'a HookCx<'c>) -> Result<()>
        + AsyncOnce<&'a HookCx<'c>, Result<()>, Fut: Send>
        + Clone
        + Send
        + Sync,
{
    fn call<'a, 'c: 'a>(&'a self, cx: &'a HookCx<'c>) -> BoxFuture<'a, Result<()>> {
        let hook = self.0.clone();
        Box::pin(hook(cx))
    }
}

/// An observer: one of its functions for each event.
pub(super) struct Observing<O>(pub(super) O);

impl<O: Observer> Hook for Observing<O> {
    fn call<'a, 'c: 'a>(&'a self, cx: &'a HookCx<'c>) -> BoxFuture<'a, Result<()>> {
        fn boxed<'a>(future: impl Future<Output = Result<()>> + Send + 'a) -> BoxFuture<'a, Result<()>> {
            Box::pin(future)
        }
        let o = &self.0;
        match cx.event() {
            Event::BeforeInsert => boxed(o.before_insert(cx)),
            Event::AfterInsert => boxed(o.after_insert(cx)),
            Event::BeforeInsertMany => boxed(o.before_insert_many(cx)),
            Event::AfterInsertMany => boxed(o.after_insert_many(cx)),
            Event::BeforeUpdate => boxed(o.before_update(cx)),
            Event::AfterUpdate => boxed(o.after_update(cx)),
            Event::BeforeSave => boxed(o.before_save(cx)),
            Event::AfterSave => boxed(o.after_save(cx)),
            Event::BeforeDelete => boxed(o.before_delete(cx)),
            Event::AfterDelete => boxed(o.after_delete(cx)),
            Event::BeforeReload => boxed(o.before_reload(cx)),
            Event::AfterReload => boxed(o.after_reload(cx)),
            Event::BeforeRestore => boxed(o.before_restore(cx)),
            Event::AfterRestore => boxed(o.after_restore(cx)),
            Event::AfterCommit => boxed(o.after_commit(cx)),
            Event::AfterRollback => boxed(o.after_rollback(cx)),
        }
    }
}

type SyncHook = dyn Fn(&HookCx<'_>) -> Result<()> + Send + Sync;

/// What is run for an event.
pub(super) enum Body {
    Sync(Box<SyncHook>),
    Async(Box<dyn Hook>),
}
