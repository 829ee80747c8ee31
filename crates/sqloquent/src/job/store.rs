//! Storing one row: updating it, or inserting it when it is not there.

use sqloquent_core::{Dialect, Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::{Insert, into_any};
use crate::{call::Task, query::Decode};

/// What an update of one row needs.
pub(crate) struct Change<T> {
    /// The update, by key, and by version where the model has one.
    pub(crate) update: Statement,
    /// The row by its key: tells a missing row from a stale version, and reads the row back on engines that cannot
    /// return it.
    pub(crate) find: Option<Statement>,
    /// What to do when there is no such row.
    pub(crate) otherwise: Option<Insert<T>>,
    pub(crate) decode: Decode<T>,
    pub(crate) dialect: Dialect,
}

/// What became of a row.
#[derive(Debug)]
pub(crate) enum Stored<T> {
    /// It is stored, and looks like this.
    Row(T),
    /// There is no such row.
    Missing,
    /// The row has another version.
    Stale,
}

/// Updates a row; optionally inserts it when it is missing.
pub(crate) struct Store<T> {
    change: Change<T>,
    stage: Stage,
    row: Option<T>,
    affected: u64,
    present: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    Updating,
    Finding,
    Inserting,
    Over,
}

impl<T: Send + 'static> Store<T> {
    pub(crate) fn new(change: Change<T>) -> Self {
        Self {
            change,
            stage: Stage::Start,
            row: None,
            affected: 0,
            present: false,
        }
    }
}

impl<T: Send + 'static> Job for Store<T> {
    fn plan(&self) -> Plan {
        if self.change.find.is_some() || self.change.otherwise.is_some() {
            Plan::WRITE_TRANSACTION.short()
        } else {
            Plan::WRITE_BY_KEY
        }
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        loop {
            match self.stage {
                Stage::Start => {
                    self.stage = Stage::Updating;
                    return Ok(Some(self.change.update.clone()));
                }
                Stage::Updating => {
                    let returned = self.row.is_some();
                    let unread = self.affected > 0 && !returned;
                    let lookup = self
                        .change
                        .find
                        .clone()
                        .filter(|_| unread || self.affected == 0 && !returned);
                    if let Some(find) = lookup {
                        self.stage = Stage::Finding;
                        return Ok(Some(find));
                    }
                    self.stage = if returned { Stage::Over } else { Stage::Inserting };
                }
                Stage::Finding => {
                    self.stage = if self.present {
                        Stage::Over
                    } else {
                        Stage::Inserting
                    };
                }
                Stage::Inserting => match &mut self.change.otherwise {
                    Some(insert) => match insert.next()? {
                        Some(statement) => return Ok(Some(statement)),
                        None => self.stage = Stage::Over,
                    },
                    None => self.stage = Stage::Over,
                },
                Stage::Over => return Ok(None),
            }
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        match self.stage {
            Stage::Inserting => match &mut self.change.otherwise {
                Some(insert) => insert.row(row),
                None => Ok(Flow::Continue),
            },
            Stage::Finding => {
                self.present = true;
                if self.affected > 0 {
                    self.row = Some(self.change.decode.row(row)?);
                }
                Ok(Flow::Continue)
            }
            _ => {
                if self.change.dialect.returning_from_update {
                    self.row = Some(self.change.decode.row(row)?);
                }
                Ok(Flow::Continue)
            }
        }
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        match (self.stage, &mut self.change.otherwise) {
            (Stage::Inserting, Some(insert)) => insert.done(outcome),
            (Stage::Updating, _) => {
                self.affected = outcome.affected;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn restart(&mut self) -> bool {
        self.stage = Stage::Start;
        self.row = None;
        self.affected = 0;
        self.present = false;
        self.change.otherwise.as_mut().is_none_or(Job::restart)
    }

    into_any!();
}

impl<T: Send + 'static> Task for Store<T> {
    type Output = Stored<T>;

    fn output(self) -> Result<Stored<T>> {
        if let Some(row) = self.row {
            return Ok(Stored::Row(row));
        }
        if self.present {
            return Ok(Stored::Stale);
        }
        match self.change.otherwise {
            Some(insert) => Ok(insert
                .output()?
                .0
                .into_iter()
                .next()
                .map_or(Stored::Missing, Stored::Row)),
            None => Ok(Stored::Missing),
        }
    }
}
