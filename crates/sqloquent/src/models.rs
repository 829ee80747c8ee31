//! Models by name: what turns the names in archives and attachments back into models.

use std::{
    fmt,
    sync::{
        PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use sqloquent_core::{Error, ErrorKind, Result};

use crate::{
    dynamic::DynamicModel,
    executor::Handle,
    hooks::Key,
    model::Model,
    schema::{Table, TableDef, same_table},
    write::{Mapping, Subject},
};

/// A registry of models by their names: that of a database, [`Db::models`](crate::Db::models), or one of your own.
///
/// Restoring a deleted record and following an attachment need it where the model is known by name only. Hashed models
/// and those with history are registered by themselves when they are written to or their tables are made.
///
/// ```
/// use sqloquent::{ContentId, Models, prelude::*};
///
/// #[derive(Model, Clone, Debug)]
/// #[model(hashed, name = "Paper")]
/// struct Doc {
///     #[model(id)]
///     id: ContentId,
///     title: String,
/// }
///
/// let models = Models::new();
/// models.register::<Doc>()?;
/// models.register_dynamic(&DynamicModel::new("users", ["id", "email"]).named("User"))?;
/// assert_eq!(models.names(), ["Paper", "User"]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Default)]
pub struct Models {
    entries: RwLock<Vec<Entry>>,
    /// Whether the records of any table are kept: all that other writes look at where none are.
    keeps: AtomicBool,
}

#[derive(Clone)]
struct Entry {
    table: Table,
    /// None where only the table is known, which is enough to protect it.
    owner: Option<Key>,
}

impl Entry {
    fn is_kept(&self) -> bool {
        self.table.hashed.is_some() || self.table.history
    }
}

impl Models {
    /// An empty registry.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: RwLock::new(Vec::new()),
            keeps: AtomicBool::new(false),
        }
    }

    /// Registers a typed model. Doing so again changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when another model has the name: give one of them another by
    /// `#[model(name = "…")]`.
    pub fn register<M: Model>(&self) -> Result<()> {
        self.add(&Mapping::<M>::typed().subject)
    }

    /// Registers a dynamic model. Doing so again changes nothing.
    ///
    /// # Errors
    /// As [`register`](Self::register); a model that is declared wrongly.
    pub fn register_dynamic(&self, model: &DynamicModel) -> Result<()> {
        model.check()?;
        self.add(&Mapping::dynamic(model).subject)
    }

    /// The names of the registered models, in alphabetical order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = self.read();
        let known = entries.iter().filter(|e| e.owner.is_some());
        let mut names: Vec<String> = known.map(|e| e.table.model.clone().into_owned()).collect();
        names.sort();
        names
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, subject: &Subject) -> Result<()> {
        let same = |e: &Entry| e.table.model == subject.table.model && e.owner.is_some();
        if let Some(known) = self.read().iter().find(|e| same(e)) {
            return if known.owner == subject.owner || known.table == subject.table {
                Ok(())
            } else {
                Err(taken(&subject.table))
            };
        }
        self.push(Entry {
            table: subject.table.clone(),
            owner: subject.owner.clone(),
        });
        Ok(())
    }

    fn push(&self, entry: Entry) {
        if entry.is_kept() {
            self.keeps.store(true, Ordering::Release);
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.push(entry);
    }

    /// Registers a model that is written to and whose records are kept, unless another has its name.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when both have history: they would share one journal.
    pub(crate) fn note(&self, subject: &Subject) -> Result<()> {
        self.check_own_journal(&subject.table)?;
        // Whoever asks for the name gets the model that was there first; saying so here would fail a write for it.
        let _ = self.add(subject);
        Ok(())
    }

    /// Refuses history to a model of whose name there is one with another table: the rows of the journal say only the
    /// name, so those of one would be taken for those of the other.
    fn check_own_journal(&self, table: &TableDef) -> Result<()> {
        let shared = |e: &Entry| {
            e.table.history && e.table.model == table.model && !same_table(&e.table.name, &table.name)
        };
        if table.history && self.read().iter().any(shared) {
            return Err(taken(table));
        }
        Ok(())
    }

    /// Protects a table whose records are kept.
    ///
    /// # Errors
    /// As [`note`](Self::note).
    pub(crate) fn protect(&self, table: &Table) -> Result<()> {
        self.check_own_journal(table)?;
        let entry = Entry {
            table: table.clone(),
            owner: None,
        };
        let there = |e: &Entry| same_table(&e.table.name, &table.name) && e.is_kept();
        if entry.is_kept() && !self.read().iter().any(there) {
            self.push(entry);
        }
        Ok(())
    }

    /// The model of a name.
    #[cfg_attr(
        not(feature = "derive"),
        allow(dead_code, reason = "what calls it is derived")
    )]
    pub(crate) fn find(&self, name: &str) -> Result<Subject> {
        let entries = self.read();
        let entry = entries
            .iter()
            .find(|e| e.table.model == name && e.owner.is_some());
        match entry {
            Some(entry) => Ok(Subject::new(entry.table.clone(), entry.owner.clone())),
            None => Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "no model is registered as `{}`; register it with `db.models().register::<…>()`",
                    name.escape_debug()
                ),
            )),
        }
    }

    /// The tables whose records are kept.
    pub(crate) fn kept(&self) -> Vec<Table> {
        let entries = self.read();
        entries
            .iter()
            .filter(|e| e.is_kept())
            .map(|e| e.table.clone())
            .collect()
    }

    /// The model whose records are kept in a table of that name.
    fn keeper(&self, table: &TableDef) -> Option<String> {
        let entries = self.read();
        let keeper = entries
            .iter()
            .find(|e| same_table(&e.table.name, &table.name) && e.is_kept());
        keeper.map(|e| e.table.model.clone().into_owned())
    }
}

#[cold]
fn taken(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::Configuration,
        format!(
            "another model is registered as `{}`; give one of them another name with `#[model(name = \"…\")]` or `.named(…)`",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Models").field(&self.names()).finish()
    }
}

impl Handle<'_> {
    /// Refuses a write past the model whose records are kept in the table. Looks at nothing but a flag where there is
    /// no such model.
    #[inline]
    pub(crate) fn check_not_kept(&self, table: &TableDef) -> Result<()> {
        let models = self.db.models();
        if !models.keeps.load(Ordering::Acquire) || self.settings.bypass {
            return Ok(());
        }
        match models.keeper(table) {
            Some(keeper) => Err(past(table, &keeper)),
            None => Ok(()),
        }
    }
}

#[cold]
fn past(table: &TableDef, keeper: &str) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!(
            "`{}` holds the records of `{keeper}`, which would no longer prove anything after a write past it; write by \
             that model, or through `db.bypass()` if it is meant",
            table.name
        ),
    )
    .with_table(table.name.clone().into_owned())
}
