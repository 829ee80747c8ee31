//! Verifying: finding what was changed behind the library's back.
//!
//! A verification recomputes the ids of content-addressed records and of their archives, walks the hash chain of the
//! journal, and compares the two. It reads in constant memory, from one state of the database, and changes nothing.
//!
//! What it proves: records, archives and journal fit each other, and, with a [`Checkpoint`], the journal is still what
//! it was when the checkpoint was made. What it does not prove: that nobody who can write to the database **and** to
//! where checkpoints are kept has rewritten both; and, for models without `history`, that no record was added, removed
//! or replaced by another one with a right id.

mod archives;
mod attachments;
mod chain;
mod digest;
mod finding;
mod forms;
mod ledger;
mod link;
mod noted;
mod raw_row;
mod read;
mod references;
mod report;
mod rows;
mod run;
mod seen;
mod versions;

pub use finding::{Finding, FindingKind};
pub use report::Report;

use std::{fmt, panic::Location};

use sqloquent_core::{Error, ErrorKind, Isolation, Result, TxOptions};

use crate::{
    call::Call,
    db::Db,
    executor::Executor,
    history::Checkpoint,
    query::{Query, Select},
    schema::{Table, Tables},
};
use archives::Of;
use references::References;
use rows::Compare;
use run::{Run, is_same};

/// How many findings a report keeps unless told otherwise.
const KEPT: usize = 1_000;

type ProgressFn<'a> = dyn Fn(&Progress<'_>) + Send + Sync + 'a;

/// What a verification is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The records of a table.
    Records,
    /// The archives of deleted records.
    Archives,
    /// The journal of a model.
    Journal,
}

/// How far a verification has come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress<'p> {
    /// What it is at.
    pub stage: Stage,
    /// The model it is at.
    pub model: &'p str,
    /// How many records were looked at so far.
    pub records: u64,
    /// How many archives were looked at so far.
    pub archives: u64,
    /// How many journal rows were looked at so far.
    pub journal_rows: u64,
}

/// A verification that is being described; [`run`](Self::run) makes it.
///
/// ```
/// use sqloquent::{ContentId, prelude::*};
///
/// #[derive(Model, Clone, Debug)]
/// #[model(hashed)]
/// struct Doc {
///     #[model(id)]
///     id: ContentId,
///     title: String,
/// }
///
/// # fn main() -> Result<()> { pollster::block_on(async {
/// let db = Db::connect("sqlite::memory:").await?;
/// db.create_tables::<(Doc,)>().await?;
/// Doc::new("Notes").insert(&db).await?;
/// assert!(db.verify().tables::<(Doc,)>().run().await?.is_clean());
///
/// db.execute_script("update docs set title = 'Forged'").await?;
/// let report = db.verify().tables::<(Doc,)>().run().await?;
/// assert!(!report.is_clean());
/// println!("{report}");
/// # Ok(()) }) }
/// ```
#[must_use = "a verification is made by awaiting `run`"]
pub struct Verify<'a> {
    db: &'a dyn Executor,
    tables: Vec<Table>,
    references: Vec<References>,
    checkpoint: Option<Checkpoint>,
    on_progress: Option<Box<ProgressFn<'a>>>,
    keep: usize,
}

impl fmt::Debug for Verify<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables: Vec<_> = self.tables.iter().map(|t| &t.name).collect();
        f.debug_struct("Verify")
            .field("tables", &tables)
            .finish_non_exhaustive()
    }
}

impl<'a> Verify<'a> {
    /// A verification on a database or inside a transaction.
    pub fn on(db: &'a dyn Executor) -> Self {
        Self {
            db,
            tables: Vec::new(),
            references: Vec::new(),
            checkpoint: None,
            on_progress: None,
            keep: KEPT,
        }
    }

    /// The tables of models, all their records. Their archives and the whole journal are looked at too.
    pub fn tables<T: Tables>(mut self) -> Self {
        for table in T::tables() {
            self.add(table);
        }
        self
    }

    /// A table that is known at run time, such as that of a dynamic model.
    pub fn table(mut self, table: impl Into<Table>) -> Self {
        self.add(table.into());
        self
    }

    /// The tables of all models that are known to keep content ids or history: of the registered ones, and of those
    /// whose tables were made or that were written to since the database was opened.
    pub fn registered(mut self) -> Self {
        for table in self.db.handle().db.models().kept() {
            self.add(table);
        }
        self
    }

    fn add(&mut self, table: Table) {
        if !self
            .tables
            .iter()
            .any(|t| is_same(t, &table) && t.model == table.model)
        {
            self.tables.push(table);
        }
    }

    /// Also compares the journal with what it was at a checkpoint.
    pub fn against(mut self, checkpoint: &Checkpoint) -> Self {
        self.checkpoint = Some(checkpoint.clone());
        self
    }

    /// Calls a function now and then with how far it is.
    pub fn on_progress(mut self, tell: impl Fn(&Progress<'_>) + Send + Sync + 'a) -> Self {
        self.on_progress = Some(Box::new(tell));
        self
    }

    /// How many findings the report keeps; 1,000 unless told otherwise. All are counted.
    pub fn keep(mut self, findings: usize) -> Self {
        self.keep = findings;
        self
    }

    /// Verifies.
    ///
    /// # Errors
    /// The engine's refusal, such as a damaged file or a table that is not there. What is wrong with records is no
    /// error; it is in the report.
    #[track_caller]
    pub fn run(self) -> Call<'a, Report> {
        self.start(None)
    }

    #[track_caller]
    fn start(self, query: Option<Select>) -> Call<'a, Report> {
        let caller = Location::caller();
        Call::steps(async move {
            let handle = self.db.handle();
            if handle.session.is_some() {
                return self.run_on(self.db, query).await;
            }
            // One state of the database for all that is compared.
            let options = TxOptions::new().read_only().isolation(Isolation::RepeatableRead);
            let tx = handle.begin(options, caller).await?;
            let report = self.run_on(&tx, query).await;
            tx.rollback().await?;
            report
        })
    }

    async fn run_on(&self, db: &dyn Executor, query: Option<Select>) -> Result<Report> {
        let mut run = Run {
            db,
            dialect: db.handle().dialect(),
            tables: &self.tables,
            report: Report::default(),
            keep: self.keep,
            on_progress: self.on_progress.as_deref(),
        };
        if let Some(select) = query {
            check_plain(&select)?;
            let table = select.base().clone();
            let compare = if table.history {
                Compare::Lookup
            } else {
                Compare::Nothing
            };
            run.rows(&table, select, compare).await?;
            return Ok(run.report);
        }
        for table in self.tables.iter().filter(|t| !t.history) {
            let select = Select::from_table(table.clone());
            run.rows(table, select, Compare::Nothing).await?;
        }
        if self.tables.iter().any(|t| t.hashed.is_some()) {
            run.archives(Of::Plain).await?;
        }
        for table in &self.tables {
            run.attachments(table).await?;
        }
        for references in &self.references {
            run.references(references).await?;
        }
        if self.checkpoint.is_some() || self.tables.iter().any(|t| t.history) {
            run.journal(self.checkpoint.as_ref()).await?;
        }
        Ok(run.report)
    }
}

/// Only whole records can be verified.
fn check_plain(select: &Select) -> Result<()> {
    if let Some(mistake) = &select.mistake {
        return Err(mistake.to_error());
    }
    let plain = select.sources.len() == 1
        && select.items.is_empty()
        && select.group.is_empty()
        && select.having.is_empty()
        && !select.base().columns.is_empty();
    if plain {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidQuery,
        "only whole records of one table can be verified; leave out joins, groups and selected columns",
    ))
}

impl Db {
    /// Describes a verification of this database.
    pub fn verify(&self) -> Verify<'_> {
        Verify::on(self)
    }

    /// Compares the journal with what it was at a checkpoint, and walks its chain. For records and archives too, use
    /// [`verify`](Self::verify) with [`against`](Verify::against).
    ///
    /// # Errors
    /// As [`Verify::run`].
    #[track_caller]
    pub fn verify_against(&self, checkpoint: &Checkpoint) -> Call<'_, Report> {
        self.verify().against(checkpoint).run()
    }
}

impl<S: 'static, T: 'static> Query<S, T> {
    /// Verifies the records of the query: their ids, and, with history, what the journal last says of them.
    ///
    /// # Errors
    /// As [`Verify::run`]; a query of several tables or of groups.
    #[track_caller]
    pub fn verify<'a>(&self, db: &'a dyn Executor) -> Call<'a, Report> {
        Verify::on(db).start(Some(self.select.clone()))
    }
}
