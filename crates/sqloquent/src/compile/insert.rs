//! Inserts.

use sqloquent_core::{Error, ErrorKind, Family, Result, Value};

use super::Writer;
use crate::schema::{Generated, TableDef};

/// What happens when a row is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// An error.
    Fail,
    /// The new row is left out.
    Ignore,
    /// The new row is left out where there is one of its key; any other conflict is an error.
    KeepStored,
    /// The row that is there is changed: these columns tell which, those are taken from the new row.
    Update { on: Vec<usize>, set: Vec<usize> },
}

/// An insert of one or more rows.
#[derive(Clone, Debug)]
pub(crate) struct InsertTree<'t> {
    pub(crate) table: &'t TableDef,
    /// The written columns, by position in the table.
    pub(crate) columns: &'t [usize],
    /// How many rows one statement holds.
    pub(crate) rows: usize,
    pub(crate) conflict: &'t Conflict,
    /// Whether the stored rows are given back.
    pub(crate) returning: bool,
}

impl Writer {
    /// Writes an insert; parameters are taken from `values`, row by row, or left as placeholders when there are none.
    pub(crate) fn insert(&mut self, tree: &InsertTree<'_>, values: Option<&[Value]>) -> Result<()> {
        let column = |i: &usize| &tree.table.columns[*i].name;
        self.push("INSERT INTO ");
        self.table_name(&tree.table.name)?;
        if tree.columns.is_empty() {
            if tree.rows != 1 {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    "rows without any value are inserted one by one",
                ));
            }
            self.push(if self.family() == Family::MySql {
                " () VALUES ()"
            } else {
                " DEFAULT VALUES"
            });
        } else {
            self.push(" (");
            self.list(tree.columns, ", ", |w, c| w.name(column(c)))?;
            self.push(") VALUES ");
            let width = tree.columns.len();
            self.list(0..tree.rows, ", ", |w, row| {
                w.push("(");
                w.list(0..width, ", ", |w, i| match values {
                    // PostgreSQL gives a counted key its number only where the word DEFAULT stands.
                    Some(values) => match &values[row * width + i] {
                        Value::Null
                            if w.family() == Family::Postgres
                                && tree.table.columns[tree.columns[i]].generated == Generated::Increment =>
                        {
                            w.push("DEFAULT");
                            Ok(())
                        }
                        value => w.param(value),
                    },
                    None => w.placeholder(row * width + i),
                })?;
                w.push(")");
                Ok(())
            })?;
        }
        self.conflict(tree)?;
        if tree.returning {
            self.returning(tree.table)?;
        }
        Ok(())
    }

    fn placeholder(&mut self, index: usize) -> Result<()> {
        if self.family() == Family::Postgres {
            use std::fmt::Write as _;
            let _ = write!(self.sql, "${}", index + 1);
        } else {
            self.sql.push('?');
        }
        Ok(())
    }

    fn conflict(&mut self, tree: &InsertTree<'_>) -> Result<()> {
        let table = tree.table;
        let name = |i: &usize| table.columns[*i].name.clone();
        match (tree.conflict, self.family()) {
            (Conflict::Fail, _) => {}
            (Conflict::Ignore | Conflict::KeepStored, Family::MySql) => {
                // `INSERT IGNORE` would swallow every other error too. Which key it was cannot be said here.
                let own = table.key.first().or(tree.columns.first()).copied().unwrap_or(0);
                self.push(" ON DUPLICATE KEY UPDATE ");
                self.name(&name(&own))?;
                self.push(" = ");
                self.name(&name(&own))?;
            }
            (Conflict::Ignore, _) => self.push(" ON CONFLICT DO NOTHING"),
            (Conflict::KeepStored, _) => {
                self.push(" ON CONFLICT (");
                self.list(table.key.iter(), ", ", |w, c| w.name(&name(c)))?;
                self.push(") DO NOTHING");
            }
            (Conflict::Update { set, on }, Family::MySql) => {
                self.push(" ON DUPLICATE KEY UPDATE ");
                let set = if set.is_empty() { on } else { set };
                self.list(set, ", ", |w, c| {
                    w.name(&name(c))?;
                    if table.version == Some(*c) {
                        w.push(" = ");
                        w.name(&name(c))?;
                        w.push(" + 1");
                    } else {
                        w.push(" = VALUES(");
                        w.name(&name(c))?;
                        w.push(")");
                    }
                    Ok(())
                })?;
            }
            (Conflict::Update { on, set }, _) => {
                self.push(" ON CONFLICT (");
                self.list(on, ", ", |w, c| w.name(&name(c)))?;
                self.push(") DO UPDATE SET ");
                // With nothing to take over, a column is set to itself, so that the stored row is given back.
                let set = if set.is_empty() { on } else { set };
                self.list(set, ", ", |w, c| {
                    w.name(&name(c))?;
                    if table.version == Some(*c) {
                        w.push(" = ");
                        w.table_name(&table.name)?;
                        w.push(".");
                        w.name(&name(c))?;
                        w.push(" + 1");
                    } else {
                        w.push(" = excluded.");
                        w.name(&name(c))?;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    /// Writes `RETURNING` with all columns that are read into the struct.
    pub(super) fn returning(&mut self, table: &TableDef) -> Result<()> {
        self.push(" RETURNING ");
        if table.mapped().next().is_none() {
            self.push("*");
            return Ok(());
        }
        self.list(table.mapped(), ", ", |w, c| w.name(&c.name))
    }

    /// Writes a query of SQLite for the mapped columns of the row that was inserted last.
    pub(crate) fn inserted_last(&mut self, table: &TableDef) -> Result<()> {
        self.push("SELECT ");
        self.list(table.mapped(), ", ", |w, c| w.name(&c.name))?;
        self.push(" FROM ");
        self.table_name(&table.name)?;
        self.push(" WHERE _rowid_ = last_insert_rowid()");
        Ok(())
    }
}
