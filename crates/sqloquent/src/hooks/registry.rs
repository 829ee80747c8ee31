//! Which hooks there are.

use std::{
    any::TypeId,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use super::{Event, Events, Subject, hook::Body};
use crate::schema::same_table;

/// A registered hook, for [`Hooks::remove`](super::Hooks::remove).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HookId(u64);

/// What hooks are registered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A typed model.
    Type(TypeId),
    /// A dynamic model, by its identity.
    Dynamic(u64),
    /// A table, whoever writes to it.
    Table(String),
}

impl Key {
    fn is_of(&self, subject: &Subject) -> bool {
        match self {
            Self::Table(name) => same_table(name, &subject.table.name),
            key => subject.owner.as_ref() == Some(key),
        }
    }
}

pub(super) struct Registered {
    id: HookId,
    key: Key,
    events: Events,
    pub(super) body: Arc<Body>,
}

impl Registered {
    fn without(&self, event: Event) -> Self {
        Self {
            id: self.id,
            key: self.key.clone(),
            events: self.events.without(event),
            body: Arc::clone(&self.body),
        }
    }
}

/// The hooks of a database.
pub(super) struct Registry {
    /// The events that any hook is registered for: all that a write looks at when there are none.
    any: AtomicU32,
    hooks: RwLock<Vec<Arc<Registered>>>,
}

impl Registry {
    pub(super) const fn new() -> Self {
        Self {
            any: AtomicU32::new(0),
            hooks: RwLock::new(Vec::new()),
        }
    }

    pub(super) fn add(&self, key: Key, events: Events, body: Body) -> HookId {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = HookId(NEXT.fetch_add(1, Ordering::Relaxed));
        self.change(|hooks| {
            hooks.push(Arc::new(Registered {
                id,
                key,
                events,
                body: Arc::new(body),
            }));
        });
        id
    }

    /// Removes what the function says; tells how many that were.
    fn remove_if(&self, gone: impl Fn(&Registered) -> bool) -> usize {
        self.change(|hooks| {
            let before = hooks.len();
            hooks.retain(|h| !gone(h));
            before - hooks.len()
        })
    }

    pub(super) fn remove(&self, id: HookId) -> bool {
        self.remove_if(|h| h.id == id) > 0
    }

    /// Removes the hooks of a key, or of all. Of an observer of several events only the one event goes.
    pub(super) fn clear(&self, key: Option<&Key>, event: Option<Event>) {
        let meant = |h: &Registered| key.is_none_or(|k| same_key(k, &h.key));
        let Some(event) = event else {
            self.remove_if(meant);
            return;
        };
        self.change(|hooks| {
            for hook in hooks.iter_mut().filter(|h| meant(h)) {
                *hook = Arc::new(hook.without(event));
            }
            hooks.retain(|h| h.events != Events::default());
        });
    }

    fn change<R>(&self, change: impl FnOnce(&mut Vec<Arc<Registered>>) -> R) -> R {
        let mut hooks = self.hooks.write().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut hooks);
        let any = hooks.iter().fold(Events::default(), |all, h| all.and(h.events));
        self.any.store(any.0, Ordering::Relaxed);
        result
    }

    /// Whether no hook at all is registered for any of the events.
    #[inline]
    pub(super) fn is_quiet(&self, events: Events) -> bool {
        !Events(self.any.load(Ordering::Relaxed)).any_of(events)
    }

    /// The hooks of a subject for any of the events, if there are any.
    pub(super) fn active(&self, subject: &Subject, events: Events) -> Option<Active> {
        let hooks = self.hooks.read().unwrap_or_else(PoisonError::into_inner);
        let of: Vec<_> = hooks
            .iter()
            .filter(|h| h.events.any_of(events) && h.key.is_of(subject))
            .map(Arc::clone)
            .collect();
        (!of.is_empty()).then(|| Active(of.into()))
    }
}

fn same_key(a: &Key, b: &Key) -> bool {
    match (a, b) {
        (Key::Table(a), Key::Table(b)) => same_table(a, b),
        (a, b) => a == b,
    }
}

/// The hooks that a write has to run, in the order of their registration.
#[derive(Clone)]
pub(crate) struct Active(Arc<[Arc<Registered>]>);

impl Active {
    pub(super) fn of(&self, event: Event) -> impl Iterator<Item = &Registered> {
        self.0
            .iter()
            .map(|h| &**h)
            .filter(move |h| h.events.any_of(Events::of(event)))
    }

    /// Whether any hook is for one of the events.
    pub(crate) fn has(&self, events: Events) -> bool {
        self.0.iter().any(|h| h.events.any_of(events))
    }

    /// Whether any hook is for the end of the transaction.
    pub(super) fn waits(&self) -> bool {
        self.has(Events::ENDS)
    }
}
