//! How rows of a table become what the caller has of them, and back.

use sqloquent_core::{AsGiven, Dialect, Error, ErrorKind, GivenColumn, Result, Value};

use super::{Subject, unset_key};
use crate::{
    compile::{self, Conflict, InsertTree},
    dynamic::DynamicModel,
    hooks::Key,
    job::OneRow,
    model::{Fixed, Model, StatementCache},
    query::Decode,
    record::Record,
    schema::{ColumnDef, Generated, Table, TableDef},
};

/// The rows of a table as a `T`: what the write path must know of a model, typed or dynamic.
pub(crate) struct Mapping<T> {
    pub(crate) subject: Subject,
    /// Reads a row of all mapped columns.
    pub(crate) decode: Decode<T>,
    /// The values of all mapped columns.
    pub(crate) values: fn(&T) -> Result<Vec<Value>>,
    pub(crate) statements: Option<&'static StatementCache>,
}

impl<T> Clone for Mapping<T> {
    fn clone(&self) -> Self {
        Self {
            subject: self.subject.clone(),
            decode: self.decode.clone(),
            values: self.values,
            statements: self.statements,
        }
    }
}

impl<M: Model> Mapping<M> {
    /// That of a typed model.
    pub(crate) fn typed() -> Self {
        Self {
            subject: Subject::new(Table::Static(M::table()), Some(Key::of::<M>())),
            decode: Decode::Function(|row| M::decode(row, 0)),
            values: M::values,
            statements: Some(M::statements()),
        }
    }
}

impl Mapping<Vec<Value>> {
    /// That of a typed model whose rows are kept as their values.
    pub(crate) fn of_values<M: Model>() -> Self {
        Self {
            subject: Subject::new(Table::Static(M::table()), Some(Key::of::<M>())),
            decode: Decode::Function(|row| M::decode(row, 0)?.values()),
            values: |row| Ok(row.clone()),
            statements: Some(M::statements()),
        }
    }
}

impl Mapping<Vec<Value>> {
    /// That of a dynamic model whose rows are kept as their values.
    pub(crate) fn of_dynamic_values(model: &DynamicModel) -> Self {
        let whole = Record::whole(model.clone());
        Self {
            subject: Subject::new(model.as_table(), Some(Key::Dynamic(model.identity()))),
            decode: Decode::Closure(std::sync::Arc::new(move |row| {
                whole.row(row).map(Record::into_values)
            })),
            values: |row| Ok(row.clone()),
            statements: None,
        }
    }
}

impl Mapping<Record> {
    /// That of a dynamic model.
    pub(crate) fn dynamic(model: &DynamicModel) -> Self {
        Self {
            subject: Subject::new(model.as_table(), Some(Key::Dynamic(model.identity()))),
            decode: Record::whole(model.clone()),
            values: |record| Ok(record.values().to_vec()),
            statements: None,
        }
    }
}

impl<T> Mapping<T> {
    pub(crate) fn table(&self) -> &Table {
        &self.subject.table
    }

    /// The plain insert of one row, where it is kept.
    pub(crate) fn fixed_insert(&self, dialect: Dialect, columns: &[usize]) -> Option<Result<OneRow>> {
        let table = self.table();
        let usual = (0..table.columns.len()).filter(|&i| table.columns[i].generated == Generated::No);
        if !dialect.returning || !columns.iter().copied().eq(usual) {
            return None;
        }
        let statements = match table {
            Table::Dynamic(model) => model.statements(),
            _ => self.statements?,
        };
        let render = |returning| {
            let tree = InsertTree {
                table,
                columns,
                rows: 1,
                conflict: &Conflict::Fail,
                returning,
            };
            compile::compile(dialect, |w| w.insert(&tree, None)).map(|c| c.sql)
        };
        let sql = statements.get(Fixed::Insert, dialect, || render(true));
        Some(sql.map(|sql| OneRow {
            sql,
            as_given: statements.as_given(dialect, || as_given(dialect, table, columns, render(false).ok()?)),
        }))
    }
}

/// How an insert of these columns does without giving its row back. None where the database computes what it holds.
fn as_given(dialect: Dialect, table: &TableDef, columns: &[usize], sql: String) -> Option<AsGiven> {
    let given = |(i, def): (usize, &ColumnDef)| {
        let parameter = columns.iter().position(|&at| at == i);
        let known = parameter.is_some() || def.generated == Generated::Increment;
        known.then(|| GivenColumn::new(def.name.clone(), parameter))
    };
    let given: Vec<_> = table.mapped().enumerate().map(given).collect::<Option<_>>()?;
    // It would stand for the number of the row.
    let hidden = table
        .columns
        .iter()
        .any(|def| def.name.eq_ignore_ascii_case("_rowid_"));
    if given.is_empty() || hidden {
        return None;
    }
    let read_back = compile::compile(dialect, |w| w.inserted_last(table)).ok()?.sql;
    Some(AsGiven::new(sql, read_back, table.name.clone(), given))
}

/// No row has the key.
#[cold]
pub(crate) fn not_found(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("there is no `{}` with that id", table.model),
    )
    .with_table(table.name.clone().into_owned())
}

/// The error for a row that somebody else changed since it was read.
#[cold]
pub(crate) fn stale(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::StaleVersion,
        format!(
            "this `{}` was changed by somebody else since it was read; reload it and try again",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}

#[cold]
pub(crate) fn nothing_stored() -> Error {
    Error::new(
        ErrorKind::Database,
        "the engine stored nothing and said nothing; a trigger may have ignored the row",
    )
}

/// Refuses to look for a row by a key that the database has not given yet.
pub(crate) fn check_has_id(table: &TableDef, values: &[Value]) -> Result<()> {
    if unset_key(table, values) {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!("this `{}` has no id yet; insert it first", table.model),
        )
        .with_table(table.name.clone().into_owned()));
    }
    Ok(())
}

/// The key's values of a row given as the values of all mapped columns.
pub(crate) fn key_of(table: &TableDef, row: &[Value]) -> Vec<Value> {
    table
        .key
        .iter()
        .map(|&i| row.get(i).cloned().unwrap_or_default())
        .collect()
}
