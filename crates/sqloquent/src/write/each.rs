//! Updates of many rows by their keys, each with values of its own.

use sqloquent_core::{Dialect, Error, ErrorKind, Plan, Result, Statement, Value};

use super::{
    Origin, Subject,
    kept::is_kept,
    query::{complete, plain, update_job, update_query_from},
    scope::Scope,
};
use crate::{
    call::Call,
    compile::{self, UpdateTree},
    expr::{Assignment, Expr},
    hooks::Operation,
    job::Execute,
    query::Select,
    schema::{ColumnDef, Generated, TableDef},
};

/// So many rows are short enough to be changed on the caller's thread.
const FEW: usize = 16;

/// What each of many rows gets.
pub(crate) struct Each {
    /// The columns that are set, by position in the table.
    columns: Vec<usize>,
    /// Of each row the values of the columns, then those of its key.
    values: Vec<Value>,
    rows: usize,
}

impl Each {
    /// For rows of a table, of which these columns are to be set.
    pub(crate) fn new(table: &TableDef, columns: Vec<usize>) -> Result<Self> {
        if columns.is_empty() {
            return Err(misuse(
                table,
                "an update sets nothing; name at least one column".to_owned(),
            ));
        }
        for (i, &at) in columns.iter().enumerate() {
            let def = &table.columns[at];
            let why = if table.key.contains(&at) {
                "is part of the id, by which the rows are found, and cannot be set"
            } else if def.generated == Generated::Always {
                "is computed by the database and cannot be set"
            } else if columns[..i].contains(&at) {
                "is named twice; name each column once"
            } else {
                continue;
            };
            let error = misuse(table, format!("`{}` {why}", def.name));
            return Err(error.with_column(def.name.clone().into_owned()));
        }
        Ok(Self {
            columns,
            values: Vec::new(),
            rows: 0,
        })
    }

    /// Makes room for rows that are to come.
    pub(crate) fn reserve(&mut self, table: &TableDef, rows: usize) {
        let width = self.columns.len() + table.key.len();
        self.values.reserve(rows.saturating_mul(width));
    }

    /// Takes in a row: the values of the columns, then those of its key.
    pub(crate) fn add(
        &mut self,
        table: &TableDef,
        set: impl FnOnce(&mut Vec<Value>) -> Result<()>,
        key: impl FnOnce(&mut Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        let begin = self.values.len();
        if let Err(error) = set(&mut self.values) {
            let at = self.columns.get(self.values.len() - begin);
            return Err(placed(error, table, at.map(|&at| &table.columns[at])));
        }
        let middle = self.values.len();
        if middle - begin != self.columns.len() {
            let (given, wanted) = (middle - begin, self.columns.len());
            let row = self.rows + 1;
            return Err(misuse(
                table,
                format!("row {row} has {given} values for {wanted} columns"),
            ));
        }
        if let Err(error) = key(&mut self.values) {
            let at = self.values.len() - middle;
            return Err(placed(error, table, table.key_columns().nth(at)));
        }
        if self.values.len() - middle != table.key.len() {
            return Err(wrong_key(table, self.values.len() - middle));
        }
        self.rows += 1;
        Ok(())
    }

    /// The values of a row: of its columns, and of its key.
    fn row(&self, table: &TableDef, row: usize) -> (&[Value], &[Value]) {
        let width = self.columns.len() + table.key.len();
        self.values[row * width..][..width].split_at(self.columns.len())
    }

    /// The update of one row as that of a query.
    fn update(&self, select: &Select, row: usize) -> (Select, Vec<Assignment>) {
        let mut select = select.clone();
        let table = select.base().clone();
        let (set, key) = self.row(&table, row);
        compile::add_equal(&mut select, &table.key, key.iter().cloned());
        let assignment = |(&at, value): (&usize, &Value)| {
            Assignment::named(table.columns[at].name.clone(), Expr::Value(value.clone()))
        };
        let set = self.columns.iter().zip(set).map(assignment).collect();
        (select, set)
    }
}

#[cold]
fn misuse(table: &TableDef, why: String) -> Error {
    Error::new(ErrorKind::InvalidQuery, why).with_table(table.name.clone().into_owned())
}

/// The error for a key of another length, or for a table without any.
#[cold]
fn wrong_key(table: &TableDef, values: usize) -> Error {
    let why = match table.key.len() {
        0 => format!(
            "`{}` has no id, so its rows cannot be updated one by one; mark a field `#[model(id)]`, or name the column \
             with `.id(…)` on a dynamic model",
            table.model
        ),
        wanted => format!(
            "the key of `{}` has {wanted} columns; {values} values were given",
            table.model
        ),
    };
    misuse(table, why)
}

/// Says of which column an error is, where it does not say so itself.
#[cold]
fn placed(error: Error, table: &TableDef, def: Option<&ColumnDef>) -> Error {
    match def {
        Some(def) if error.column().is_none() => error
            .with_table(table.name.clone().into_owned())
            .with_column(def.name.clone().into_owned()),
        _ => error,
    }
}

/// Updates rows of a query by their keys and tells how many were changed.
pub(crate) fn update_each<'a>(origin: Origin<'a>, select: &Select, each: Result<Each>) -> Call<'a, u64> {
    match each.and_then(|each| prepared(origin, select, each)) {
        Ok(call) => call,
        Err(e) => Call::failed(e),
    }
}

fn prepared<'a>(origin: Origin<'a>, select: &Select, each: Each) -> Result<Call<'a, u64>> {
    let Origin { handle, caller } = origin;
    let table = select.base();
    if table.key.is_empty() {
        return Err(wrong_key(table, 0));
    }
    let kept = is_kept(&handle, table);
    if !kept {
        handle.check_not_kept(table)?;
    }
    if each.rows == 0 {
        return Ok(Call::steps(std::future::ready(Ok(0))));
    }
    let (first, set) = each.update(select, 0);
    if each.rows == 1 {
        return Ok(update_query_from(origin, &first, set));
    }
    let quiet = handle.hooks(Operation::Update, || Subject::of(select)).is_none();
    // Otherwise the key is not what the statement ends with.
    let simple = select.sources.len() == 1 && select.limit.is_none() && select.offset.is_none();
    if quiet && simple && !kept {
        return Ok(plain(origin, repeated(handle.dialect(), &first, set, each)));
    }
    // What is wrong with it shows before anything runs.
    update_job(handle.dialect(), &first, set)?;
    let select = select.clone();
    Ok(Call::steps(async move {
        let scope = Scope::open(handle, caller, None).await?;
        let inside = Origin {
            handle: scope.handle(),
            caller,
        };
        let done = one_by_one(inside, &select, &each).await;
        scope.close(done).await
    }))
}

/// One statement for all rows, given the update of the first of them.
fn repeated(dialect: Dialect, first: &Select, set: Vec<Assignment>, each: Each) -> Result<Execute> {
    let set = complete(first, set);
    let tree = UpdateTree {
        query: first,
        set: &set,
        returning: false,
    };
    let compiled = compile::compile(dialect, |w| w.update(&tree))?;
    let plan = if each.rows <= FEW && first.update_plan(&set).by_key {
        Plan::WRITE_TRANSACTION.short()
    } else {
        Plan::WRITE_TRANSACTION
    };
    // The assignments begin with those of the row, the conditions end with its key.
    let (columns, keys) = (each.columns.len(), first.base().key.len());
    let between = &compiled.params[columns..compiled.params.len() - keys];
    let params = if between.is_empty() {
        each.values
    } else {
        let mut params = Vec::with_capacity(each.rows * compiled.params.len());
        let mut values = each.values.into_iter();
        for _ in 0..each.rows {
            params.extend(values.by_ref().take(columns));
            params.extend_from_slice(between);
            params.extend(values.by_ref().take(keys));
        }
        params
    };
    let statement = Statement::repeated(compiled.sql, params, each.rows);
    Ok(Execute::one(statement, plan))
}

/// The rows by themselves, within a transaction or savepoint: where hooks want to see each, where what is remembered of
/// each is written, or where the query is more than conditions.
async fn one_by_one(origin: Origin<'_>, select: &Select, each: &Each) -> Result<u64> {
    let mut changed = 0;
    for row in 0..each.rows {
        let (select, set) = each.update(select, row);
        changed += update_query_from(origin, &select, set).await?;
    }
    Ok(changed)
}
