//! `Db`: a database one talks to.

mod connect;
#[cfg(feature = "pool")]
mod driver;
mod n_plus_one;
pub(crate) mod own_transaction;
#[cfg(feature = "sqlite")]
mod raw_connection;
mod settings;

pub use n_plus_one::NPlusOne;
use n_plus_one::Watch;
pub(crate) use settings::Settings;

use std::{
    fmt,
    panic::Location,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use sqloquent_core::{Backend, Dialect, Stats};

use crate::{
    call::Call,
    executor::{Executor, Handle, sealed::Sealed},
    hooks::Hooks,
    models::Models,
};

/// A database. Cheap to clone; all clones share its connections.
///
/// `Db` is what terminals run on outside of transactions. Settings such as [`timeout`](Db::timeout) make a handle with
/// other settings on the same database.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
    settings: Settings,
}

struct Inner {
    backend: Arc<dyn Backend>,
    id: usize,
    strict: AtomicBool,
    hooks: Hooks,
    watched: AtomicBool,
    watch: RwLock<Option<Arc<Watch>>>,
    models: Models,
}

impl Db {
    /// A database behind a backend: for drivers that schedule their connections themselves. Other drivers go through
    /// `Db::with_driver` (feature `pool`).
    #[must_use]
    pub fn from_backend(backend: Arc<dyn Backend>) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let inner = Inner {
            backend,
            id,
            strict: AtomicBool::new(false),
            hooks: Hooks::new(),
            watched: AtomicBool::new(false),
            watch: RwLock::new(None),
            models: Models::new(),
        };
        Self {
            inner: Arc::new(inner),
            settings: Settings::default(),
        }
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.inner.backend
    }

    pub(crate) fn id(&self) -> usize {
        self.inner.id
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.inner.strict.load(Ordering::Relaxed)
    }

    fn set_watch(&self, watch: Option<Arc<Watch>>) {
        self.inner.watched.store(watch.is_some(), Ordering::Relaxed);
        *self.inner.watch.write().unwrap_or_else(PoisonError::into_inner) = watch;
    }

    /// Takes note of a relation that is read for one row; costs nothing unless that is reported.
    #[track_caller]
    pub(crate) fn note_relation(&self, relation: impl FnOnce() -> String) {
        if self.inner.watched.load(Ordering::Relaxed) {
            let place = Location::caller();
            let watch = self
                .inner
                .watch
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            if let Some(watch) = watch {
                watch.note(relation(), place);
            }
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Makes reading through the `Db` inside the closure of its own transaction an error, not a warning. For all clones.
    pub fn set_strict(&self, on: bool) {
        self.inner.strict.store(on, Ordering::Relaxed);
    }

    /// The hooks of this database, shared by all clones.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.execute_script("create table notes (id text primary key, body text)").await?;
    /// db.hooks().on_table_sync("notes", Event::BeforeInsert, |cx| cx.set("body", "…"));
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn hooks(&self) -> &Hooks {
        &self.inner.hooks
    }

    /// The models of this database by name, shared by all clones: for restoring deleted records and following
    /// attachments.
    #[must_use]
    pub fn models(&self) -> &Models {
        &self.inner.models
    }

    /// The dialect of SQL that the database speaks.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.backend().dialect()
    }

    /// Figures about connections, statements and transactions.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.backend().stats()
    }

    /// Waits for work under way, then closes every connection. SQLite moves what is in the write-ahead log into the
    /// file. Later calls fail with [`ErrorKind::Closed`](crate::ErrorKind::Closed); closing again is no error.
    ///
    /// # Errors
    /// What the engine reports while closing.
    pub fn close(&self) -> Call<'_, ()> {
        Call::steps(self.backend().close())
    }
}

impl Sealed for Db {}

impl Executor for Db {
    fn handle(&self) -> Handle<'_> {
        Handle {
            db: self,
            settings: &self.settings,
            session: None,
            gate: None,
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.backend().describe()).finish()
    }
}
