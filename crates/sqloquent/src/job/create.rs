//! Making tables.

use std::collections::VecDeque;

use sqloquent_core::{
    Dialect, Error, ErrorKind, Family, Flow, Job, Outcome, Plan, Result, RowAccess, Statement, Value,
};

use super::into_any;
use crate::{
    call::Task,
    compile::{self, Compiled, index_name, is_table},
    schema::{ForeignKeyDef, Table, TableDef, in_order, same_table},
};

/// Makes tables that are not there, and checks that those that are have the columns of their models.
pub(crate) struct Create {
    tables: Vec<Table>,
    dialect: Dialect,
    stage: Stage,
    /// The columns of the table just looked for.
    columns: Vec<String>,
    /// Whether what was found is a table, not a view.
    indexable: bool,
    /// Table and column of each mapped column that an existing table lacks.
    missing: Vec<(usize, String)>,
    /// What is left to do once all tables are there.
    rest: VecDeque<Statement>,
}

#[derive(Clone, Copy)]
enum Stage {
    /// Looks for a table.
    Look(usize),
    /// Has looked for it.
    Looked(usize),
    /// Foreign keys that had to wait, and indexes.
    Rest,
}

impl Create {
    pub(crate) fn new(tables: Vec<Table>, dialect: Dialect) -> Result<Self> {
        let tables = in_order(tables);
        check_index_names(&tables)?;
        Ok(Self {
            tables,
            dialect,
            stage: Stage::Look(0),
            columns: Vec::new(),
            indexable: false,
            missing: Vec::new(),
            rest: VecDeque::new(),
        })
    }

    /// What is run when none of the tables is there.
    pub(crate) fn statements(mut self) -> Result<Vec<String>> {
        let mut all = Vec::new();
        while let Some(statement) = self.next()? {
            if !matches!(self.stage, Stage::Looked(_)) {
                all.push(statement.sql.to_string());
            }
        }
        Ok(all)
    }

    /// Whether a foreign key has to wait until all tables are there: those of a cycle, but on SQLite.
    fn waits(&self, at: usize, key: &ForeignKeyDef) -> bool {
        let there = |t: &Table| same_table(&t.name, &key.table);
        self.dialect.family != Family::Sqlite
            && !self.tables[..=at].iter().any(there)
            && self.tables[at..].iter().any(there)
    }

    fn create(&self, at: usize) -> Result<Statement> {
        let table = &self.tables[at];
        let inline = table.foreign_keys.iter().filter(|k| !self.waits(at, k));
        compile::compile(self.dialect, |w| w.create_table(table, inline)).map(ddl)
    }

    fn queue_links(&mut self, at: usize) -> Result<()> {
        for key in &*self.tables[at].foreign_keys {
            if self.waits(at, key) {
                let added = compile::compile(self.dialect, |w| w.add_foreign_key(&self.tables[at], key))?;
                self.rest.push_front(ddl(added));
            }
        }
        Ok(())
    }

    fn queue_indexes(&mut self, at: usize) -> Result<()> {
        // MySQL makes them with the table.
        if self.dialect.family == Family::MySql {
            return Ok(());
        }
        for index in &*self.tables[at].indexes {
            let made = compile::compile(self.dialect, |w| w.create_index(&self.tables[at], index))?;
            self.rest.push_back(ddl(made));
        }
        Ok(())
    }

    /// Goes on after a table was looked for: makes it, or compares its columns.
    fn found(&mut self, at: usize) -> Result<Option<Statement>> {
        let there = std::mem::take(&mut self.columns);
        if there.is_empty() {
            self.queue_links(at)?;
            self.queue_indexes(at)?;
            return self.create(at).map(Some);
        }
        let case_counts = self.dialect.family == Family::Postgres;
        let has = |name: &str| {
            there
                .iter()
                .any(|c| *c == *name || !case_counts && c.eq_ignore_ascii_case(name))
        };
        let lacking = self.tables[at].columns.iter().filter(|c| !has(&c.name));
        let lacking: Vec<_> = lacking.map(|c| (at, c.name.clone().into_owned())).collect();
        self.missing.extend(lacking);
        if self.indexable {
            self.queue_indexes(at)?;
        }
        Ok(None)
    }

    fn check_missing(&self) -> Result<()> {
        let Some((first, column)) = self.missing.first() else {
            return Ok(());
        };
        let mut all: Vec<String> = Vec::new();
        for (i, table) in self.tables.iter().enumerate() {
            let of_this = self.missing.iter().filter(|(t, _)| *t == i);
            let columns: Vec<_> = of_this.map(|(_, c)| format!("`{c}`")).collect();
            if !columns.is_empty() {
                all.push(format!("`{}` lacks {}", table.name, columns.join(", ")));
            }
        }
        let message = format!(
            "there are tables of these names already, without columns that the models map: {}; add the columns by a \
             migration, or map the model to another table",
            all.join("; ")
        );
        Err(Error::new(ErrorKind::UnknownColumn, message)
            .with_table(self.tables[*first].name.clone().into_owned())
            .with_column(column.clone()))
    }
}

/// A statement that is not worth keeping prepared.
fn ddl(compiled: Compiled) -> Statement {
    compiled.into_statement().uncached()
}

/// Two indexes of one name: the second would be left out in silence.
fn check_index_names(tables: &[Table]) -> Result<()> {
    let mut names: Vec<(String, &TableDef, &[usize])> = Vec::new();
    for table in tables {
        for index in &*table.indexes {
            let name = index_name(table, index);
            let taken = names.iter().any(|(n, t, columns)| {
                n.eq_ignore_ascii_case(&name)
                    && !(same_table(&t.name, &table.name) && **columns == *index.columns)
            });
            if taken {
                return Err(Error::new(
                    ErrorKind::Configuration,
                    format!("two indexes are called `{name}`; give one of them another name"),
                )
                .with_table(table.name.clone().into_owned()));
            }
            names.push((name, table, &index.columns));
        }
    }
    Ok(())
}

impl Job for Create {
    fn plan(&self) -> Plan {
        Plan::WRITE_TRANSACTION
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        loop {
            match self.stage {
                Stage::Look(at) => {
                    let Some(table) = self.tables.get(at) else {
                        self.check_missing()?;
                        self.stage = Stage::Rest;
                        continue;
                    };
                    let look = compile::compile(self.dialect, |w| w.existing_columns(&table.name))?;
                    self.stage = Stage::Looked(at);
                    self.columns.clear();
                    return Ok(Some(look.into_statement()));
                }
                Stage::Looked(at) => {
                    self.stage = Stage::Look(at + 1);
                    if let Some(create) = self.found(at)? {
                        return Ok(Some(create));
                    }
                }
                Stage::Rest => return Ok(self.rest.pop_front()),
            }
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if let (Stage::Looked(_), Value::Text(name)) = (self.stage, row.get(0)?.to_owned()) {
            self.columns.push(name);
            self.indexable =
                matches!(row.get(1)?.to_owned(), Value::Text(kind) if is_table(self.dialect.family, &kind));
        }
        Ok(Flow::Continue)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) -> bool {
        self.stage = Stage::Look(0);
        self.missing.clear();
        self.rest.clear();
        true
    }

    into_any!();
}

impl Task for Create {
    type Output = ();

    fn output(self) -> Result<()> {
        Ok(())
    }
}
