//! The one compiler: from trees to SQL. What runs, what `to_sql` shows and what `count`, `first` and `exists` derive
//! from all come through here.

mod catalog;
mod column_type;
mod create;
mod derived;
mod expression;
mod ids;
mod in_rows;
mod insert;
mod list;
mod literal;
mod matching;
mod modify;
mod ranked;
mod raw;
mod scope;
mod select;
mod writer;

pub(crate) use catalog::{is_table, largest, plain_columns};
pub(crate) use create::index_name;
pub(crate) use insert::{Conflict, InsertTree};
pub(crate) use modify::{DeleteTree, UpdateTree};
pub(crate) use writer::Writer;

use sqloquent_core::{Dialect, Error, ErrorKind, Result, Sql, Statement, Value};

use crate::{
    expr::{BinaryOp, ColumnRef, Expr, SourceRef},
    query::Select,
    schema::Table,
};

/// SQL text with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Compiled {
    pub(crate) sql: String,
    pub(crate) params: Vec<Value>,
}

impl Compiled {
    pub(crate) fn into_statement(self) -> Statement {
        Statement::new(Sql::Owned(self.sql), self.params)
    }
}

/// Compiles with parameters.
pub(crate) fn compile(dialect: Dialect, write: impl FnOnce(&mut Writer) -> Result<()>) -> Result<Compiled> {
    let mut writer = Writer::new(dialect, false);
    write(&mut writer)?;
    Ok(writer.finish())
}

/// Compiles with the parameters written into the text.
pub(crate) fn compile_inlined(
    dialect: Dialect,
    write: impl FnOnce(&mut Writer) -> Result<()>,
) -> Result<String> {
    let mut writer = Writer::new(dialect, true);
    write(&mut writer)?;
    Ok(writer.finish().sql)
}

/// A query as it stands.
pub(crate) fn select(dialect: Dialect, tree: &Select) -> Result<Compiled> {
    compile(dialect, |w| w.select(tree))
}

/// How many rows a query gives.
pub(crate) fn count(dialect: Dialect, tree: &Select) -> Result<Compiled> {
    compile(dialect, |w| w.count(tree))
}

/// Whether a query gives any row.
pub(crate) fn exists(dialect: Dialect, tree: &Select) -> Result<Compiled> {
    compile(dialect, |w| w.any(tree))
}

/// The row of a key.
pub(crate) fn find(dialect: Dialect, table: &Table, key: Vec<Value>) -> Result<Compiled> {
    select(dialect, &by_key(table, key)?)
}

/// All rows of a table with a key, as a query.
pub(crate) fn by_key(table: &Table, key: Vec<Value>) -> Result<Select> {
    if table.key.is_empty() {
        return Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "`{}` has no id, so its rows cannot be found one by one; mark a field `#[model(id)]`, or name the column with `.id(…)` on a dynamic model",
                table.model
            ),
        )
        .with_table(table.name.clone().into_owned()));
    }
    if table.key.len() != key.len() {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "the key of `{}` has {} columns; {} values were given",
                table.model,
                table.key.len(),
                key.len()
            ),
        )
        .with_table(table.name.clone().into_owned()));
    }
    Ok(by_columns(table, &table.key, key))
}

/// The rows of a table in which columns have values.
pub(crate) fn by_columns(table: &Table, columns: &[usize], values: Vec<Value>) -> Select {
    let mut select = Select::from_table(table.clone());
    add_equal(&mut select, columns, values);
    select
}

/// Narrows a query to rows in which columns of its first table have values.
pub(crate) fn add_equal(select: &mut Select, columns: &[usize], values: impl IntoIterator<Item = Value>) {
    for (&at, value) in columns.iter().zip(values) {
        let def = &select.base().columns[at];
        let column = ColumnRef {
            source: SourceRef::Slot(select.slot),
            name: def.name.clone(),
            ty: def.ty,
        };
        // Not `Expr::binary`, which makes `IS NULL` of NULL: no row has the key NULL.
        select.filter.push(Expr::Binary {
            op: BinaryOp::Eq,
            sides: Box::new((Expr::Column(column), Expr::Value(value))),
        });
    }
}
