//! A job on its way through attempts at running it.

use std::any::Any;

use crate::costs::Shape;
use sqloquent_core::{Error, ErrorKind, Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

/// A job and what is left of an attempt that found the database locked.
pub(crate) struct Work<J: ?Sized> {
    pub(crate) job: Box<J>,
    pub(crate) plan: Plan,
    /// What its cost is remembered by.
    pub(crate) shape: Option<Shape>,
    /// A statement that was taken from the job but did nothing yet: the next attempt goes on with it.
    pub(crate) resume: Option<Statement>,
    /// Whether a statement has ended or given a row.
    pub(crate) progressed: bool,
}

impl<J: Job + ?Sized> Work<J> {
    pub(crate) fn new(job: Box<J>, shape: Option<Shape>) -> Self {
        Self {
            plan: job.plan(),
            shape,
            job,
            resume: None,
            progressed: false,
        }
    }

    /// Forgets the attempt. Whether the job is at its beginning again.
    pub(crate) fn begin_again(&mut self) -> bool {
        if let Some(statement) = self.resume.take() {
            self.job.take_back(statement);
        }
        self.progressed = false;
        self.job.restart()
    }

    pub(crate) fn next(&mut self) -> Result<Option<Statement>> {
        match self.resume.take() {
            Some(statement) => Ok(Some(statement)),
            None => self.job.next(),
        }
    }
}

impl Work<dyn Job> {
    /// The statement that comes next, taken from the job if need be; none where there is none left.
    pub(crate) fn peek(&mut self) -> Result<Option<&Statement>> {
        if self.resume.is_none() {
            self.resume = self.job.next()?;
        }
        Ok(self.resume.as_ref())
    }

    /// The job as if it had never been tried, after an attempt that found the database locked.
    pub(crate) fn untouched(self) -> Box<dyn Job> {
        match self.resume {
            Some(statement) => Box::new(Resumed {
                statement: Some(statement),
                job: self.job,
            }),
            None => self.job,
        }
    }
}

/// Why an attempt did not finish the job.
pub(crate) enum Halt {
    /// For good.
    Failed(Error),
    /// The database was locked by somebody else; the work can be tried again as it is.
    Busy(Error),
    /// It was thought short and is not; it stands at its beginning again.
    Long(Error),
}

impl Halt {
    pub(crate) fn error(&self) -> &Error {
        match self {
            Self::Failed(error) | Self::Busy(error) | Self::Long(error) => error,
        }
    }
}

/// A job whose first statement was taken already.
struct Resumed {
    statement: Option<Statement>,
    job: Box<dyn Job>,
}

impl Job for Resumed {
    fn plan(&self) -> Plan {
        self.job.plan()
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        match self.statement.take() {
            Some(statement) => Ok(Some(statement)),
            None => self.job.next(),
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        self.job.row(row)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        self.job.done(outcome)
    }

    fn take_back(&mut self, statement: Statement) {
        self.job.take_back(statement);
    }

    fn restart(&mut self) -> bool {
        if let Some(statement) = self.statement.take() {
            self.job.take_back(statement);
        }
        self.job.restart()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self.job.into_any()
    }
}

/// What a panic of foreign code becomes.
#[cold]
pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Error {
    let said = payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Error::new(
        ErrorKind::Panic,
        format!("code called by the SQLite driver panicked: {said}"),
    )
}
