//! Running the hooks of an event.

use std::sync::Arc;

use sqloquent_core::Result;

use super::{
    Active, Event, HookCx, WriteState, depth::Deeper, hook::Body, join::JoinAll, registry::Registered,
};
use crate::{db::own_transaction::Scoped, executor::Handle, tx::ExecutorView};

/// Runs the hooks of an event: in the order of their registration, or first those that are not asynchronous, then all
/// others beside each other.
pub(crate) async fn fire(
    handle: Handle<'_>,
    active: &Active,
    event: Event,
    state: &WriteState,
) -> Result<()> {
    let hooks: Vec<&Registered> = active.of(event).collect();
    if hooks.is_empty() {
        return Ok(());
    }
    let view = ExecutorView::new(handle);
    let cx = HookCx::new(event, &view, state);
    let all = Deeper::new(state.depth(), run(&hooks, &cx, handle.settings.parallel_events));
    match handle.session {
        // A hook that uses the database itself would wait for the connection that its own write holds.
        Some(_) => Scoped::new(handle.db.id(), all).await,
        None => all.await,
    }
}

async fn run(hooks: &[&Registered], cx: &HookCx<'_>, parallel: bool) -> Result<()> {
    if !parallel {
        for hook in hooks {
            match &*hook.body {
                Body::Sync(f) => f(cx)?,
                Body::Async(hook) => hook.call(cx).await?,
            }
        }
        return Ok(());
    }
    for hook in hooks {
        if let Body::Sync(f) = &*hook.body {
            f(cx)?;
        }
    }
    JoinAll::new(hooks.iter().filter_map(|hook| match &*hook.body {
        Body::Sync(_) => None,
        Body::Async(hook) => Some(hook.call(cx)),
    }))
    .await
}

/// A write whose hooks wait for the end of its transaction.
pub(crate) struct Pending {
    active: Active,
    state: Arc<WriteState>,
    undone: bool,
}

impl Pending {
    /// None where no hook waits for the end.
    pub(crate) fn new(active: &Active, state: &Arc<WriteState>) -> Option<Self> {
        active.waits().then(|| Self {
            active: active.clone(),
            state: Arc::clone(state),
            undone: false,
        })
    }

    /// Notes that the write was undone, though its transaction may go on.
    pub(crate) fn undo(&mut self) {
        self.undone = true;
    }
}

/// Runs the hooks that waited for the end of a transaction. Their errors change nothing any more: they are reported.
pub(crate) async fn after_end(handle: Handle<'_>, pending: Vec<Pending>, committed: bool) {
    for write in pending {
        let event = if committed && !write.undone {
            Event::AfterCommit
        } else {
            Event::AfterRollback
        };
        if write.state.came_to_nothing() {
            continue;
        }
        if let Err(error) = fire(handle, &write.active, event, &write.state).await {
            report(event, &write.state, &error);
        }
    }
}

fn report(event: Event, state: &WriteState, error: &sqloquent_core::Error) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: "sqloquent::hooks",
        event = event.name(),
        model = &*state.subject().table.model,
        %error,
        "a hook failed after its transaction had ended"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (event, state, error);
}
