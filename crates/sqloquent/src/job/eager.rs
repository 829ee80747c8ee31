//! Rows of a query with what is related to them, all from one state of the database.

use sqloquent_core::{Flow, Job, Outcome, Plan, Result, RowAccess, Statement};

use super::into_any;
use crate::{
    call::Task,
    query::Decode,
    relation::{KnownColumns, Loader},
};

/// Reads rows, then the rows related to them, level by level; each statement is made of what was read before.
pub(crate) struct Eager<T> {
    statement: Statement,
    decode: Decode<T>,
    stage: Stage,
    loaders: Vec<Box<dyn Loader<T>>>,
    /// What the loaders read of a row.
    known: KnownColumns,
    rows: Vec<T>,
}

#[derive(Clone, Copy)]
enum Stage {
    Start,
    Rows,
    Loading(usize),
    Over,
}

impl<T> Eager<T> {
    pub(crate) fn new(statement: Statement, decode: Decode<T>, loaders: Vec<Box<dyn Loader<T>>>) -> Self {
        let mut known = KnownColumns::default();
        for loader in &loaders {
            known.add(loader.reads());
        }
        Self {
            statement,
            decode,
            stage: Stage::Start,
            loaders,
            known,
            rows: Vec::new(),
        }
    }
}

impl<T> Eager<T> {
    /// Takes one of the rows that the relations are of.
    #[inline(never)]
    fn parent(&mut self, row: &dyn RowAccess) -> Result<()> {
        let mut row = self.known.of(row);
        row.read()?;
        self.rows.push(self.decode.row(&row)?);
        for loader in &mut self.loaders {
            loader.parent_row(&row)?;
        }
        Ok(())
    }
}

impl<T: Send + 'static> Job for Eager<T> {
    fn plan(&self) -> Plan {
        Plan::READ_SNAPSHOT
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        loop {
            match self.stage {
                Stage::Start => {
                    self.stage = Stage::Rows;
                    return Ok(Some(self.statement.clone()));
                }
                Stage::Rows => self.stage = Stage::Loading(0),
                Stage::Loading(i) => match self.loaders.get_mut(i) {
                    Some(loader) => match loader.next()? {
                        Some(statement) => return Ok(Some(statement)),
                        None => self.stage = Stage::Loading(i + 1),
                    },
                    None => {
                        for loader in &mut self.loaders {
                            loader.attach(&mut (0..).zip(&mut self.rows));
                        }
                        self.stage = Stage::Over;
                    }
                },
                Stage::Over => return Ok(None),
            }
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        match self.stage {
            Stage::Loading(i) => {
                if let Some(loader) = self.loaders.get_mut(i) {
                    loader.row(row)?;
                }
            }
            _ => self.parent(row)?,
        }
        Ok(Flow::Continue)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) -> bool {
        self.stage = Stage::Start;
        self.rows.clear();
        for loader in &mut self.loaders {
            loader.restart(false);
        }
        true
    }

    into_any!();
}

impl<T: Send + 'static> Task for Eager<T> {
    type Output = Vec<T>;

    fn output(self) -> Result<Vec<T>> {
        Ok(self.rows)
    }
}

/// Reads what is related to rows that are at hand.
pub(crate) struct LoadRelated<L> {
    loaders: Vec<L>,
    at: usize,
}

impl<L> LoadRelated<L> {
    pub(crate) fn new(loaders: Vec<L>) -> Self {
        Self { loaders, at: 0 }
    }
}

/// A loader, boxed or not, whatever it loads for.
pub(crate) trait AnyLoader: Send + 'static {
    fn next(&mut self) -> Result<Option<Statement>>;
    fn row(&mut self, row: &dyn RowAccess) -> Result<()>;
    fn again(&mut self);
}

impl<P: 'static> AnyLoader for Box<dyn Loader<P>> {
    fn next(&mut self) -> Result<Option<Statement>> {
        (**self).next()
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<()> {
        (**self).row(row)
    }

    fn again(&mut self) {
        (**self).restart(true);
    }
}

impl<L: AnyLoader> Job for LoadRelated<L> {
    fn plan(&self) -> Plan {
        Plan::READ_SNAPSHOT
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        while let Some(loader) = self.loaders.get_mut(self.at) {
            if let Some(statement) = loader.next()? {
                return Ok(Some(statement));
            }
            self.at += 1;
        }
        Ok(None)
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if let Some(loader) = self.loaders.get_mut(self.at) {
            loader.row(row)?;
        }
        Ok(Flow::Continue)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) -> bool {
        self.at = 0;
        for loader in &mut self.loaders {
            loader.again();
        }
        true
    }

    into_any!();
}

impl<L: AnyLoader> Task for LoadRelated<L> {
    type Output = Vec<L>;

    fn output(self) -> Result<Vec<L>> {
        Ok(self.loaders)
    }
}
