//! Inserts of any number of rows.

use std::sync::Arc;

use sqloquent_core::{
    AsGiven, Dialect, Family, Flow, Job, Outcome, Plan, Result, RowAccess, Sql, Statement, Value,
};

use super::into_any;
use crate::{
    call::Task,
    compile::{self, Conflict, InsertTree},
    query::Decode,
    schema::Table,
};

/// More rows than this in one statement only make it slower to prepare.
const MOST_ROWS: usize = 500;

/// Rows to be inserted, all with the same columns.
pub(crate) struct Rows {
    pub(crate) table: Table,
    /// The written columns, by position in the table.
    pub(crate) columns: Vec<usize>,
    /// The values, row by row.
    pub(crate) values: Vec<Value>,
    pub(crate) count: usize,
    pub(crate) conflict: Conflict,
}

/// An insert of one row whose text is known already.
pub(crate) struct OneRow {
    pub(crate) sql: Sql,
    /// How it does without giving its row back.
    pub(crate) as_given: Option<Arc<AsGiven>>,
}

impl From<Sql> for OneRow {
    fn from(sql: Sql) -> Self {
        Self { sql, as_given: None }
    }
}

/// Inserts rows, split at the engine's limits, and reads back what was stored where that is wanted.
pub(crate) struct Insert<T> {
    rows: Rows,
    dialect: Dialect,
    plan: Plan,
    single: Option<OneRow>,
    decode: Option<Decode<T>>,
    sent: usize,
    fetch: Fetch,
    affected: u64,
    last_id: Option<i64>,
    stored: Vec<T>,
}

/// Reading back the row just inserted, on engines that cannot return it.
enum Fetch {
    No,
    Pending { row: usize },
    Under,
}

impl<T> Insert<T> {
    pub(crate) fn new(
        rows: Rows,
        dialect: Dialect,
        single: Option<OneRow>,
        decode: Option<Decode<T>>,
    ) -> Self {
        let mut dialect = dialect;
        if dialect.family == Family::MySql && matches!(rows.conflict, Conflict::Ignore | Conflict::KeepStored)
        {
            // MariaDB would return the row that was there already as if it were the new one.
            dialect.returning = false;
        }
        let plan = if rows.count == 1 && (dialect.returning || decode.is_none()) {
            Plan::WRITE_BY_KEY
        } else {
            Plan::WRITE_TRANSACTION
        };
        let stored = Vec::with_capacity(if decode.is_some() { rows.count } else { 0 });
        Self {
            rows,
            dialect,
            plan,
            single,
            decode,
            sent: 0,
            fetch: Fetch::No,
            affected: 0,
            last_id: None,
            stored,
        }
    }

    /// The rows given back so far.
    pub(crate) fn stored(&self) -> &[T] {
        &self.stored
    }

    fn text(&self, rows: usize, returning: bool, values: Option<&[Value]>) -> Result<Sql> {
        if let (1, Some(single)) = (rows, &self.single) {
            return Ok(single.sql.clone());
        }
        let tree = InsertTree {
            table: &self.rows.table,
            columns: &self.rows.columns,
            rows,
            conflict: &self.rows.conflict,
            returning,
        };
        Ok(compile::compile(self.dialect, |w| w.insert(&tree, values))?
            .sql
            .into())
    }

    /// The statement that reads back a row by its key.
    fn fetch_statement(&self, row: usize, assigned: Option<i64>) -> Result<Statement> {
        let table = &self.rows.table;
        let width = self.rows.columns.len();
        let given = |at: usize| {
            let i = self.rows.columns.iter().position(|c| *c == at)?;
            Some(&self.rows.values[row * width + i]).filter(|v| !v.is_null())
        };
        // The row that an upsert changed has a key of its own; what it conflicts on tells which one it is.
        if let Conflict::Update { on, .. } = &self.rows.conflict
            && let Some(values) = on
                .iter()
                .map(|&at| given(at).cloned())
                .collect::<Option<Vec<_>>>()
        {
            let select = compile::by_columns(table, on, values);
            return Ok(compile::select(self.dialect, &select)?.into_statement());
        }
        let key = table
            .key
            .iter()
            .map(|&k| match given(k) {
                Some(v) => v.clone(),
                None => assigned.map_or(Value::Null, Value::Int),
            })
            .collect();
        Ok(compile::find(self.dialect, table, key)?.into_statement())
    }
}

impl<T: Send + 'static> Job for Insert<T> {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn shares(&self) -> bool {
        self.plan == Plan::WRITE_BY_KEY
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        if let Fetch::Pending { row } = self.fetch {
            self.fetch = Fetch::Under;
            return self.fetch_statement(row, self.last_id).map(Some);
        }
        let left = self.rows.count - self.sent;
        if left == 0 {
            return Ok(None);
        }
        let width = self.rows.columns.len();
        let returning = self.decode.is_some() && self.dialect.returning;
        let one_by_one = width == 0 || self.decode.is_some() && !self.dialect.returning;
        if self.dialect.family == Family::Sqlite && !returning && left > 1 && self.sent == 0 {
            // Prepared once, bound and stepped for each row.
            let sql = self.text(1, false, None)?;
            self.sent = self.rows.count;
            let values = std::mem::take(&mut self.rows.values);
            return Ok(Some(Statement::repeated(sql, values, self.rows.count)));
        }
        let most = if one_by_one {
            1
        } else {
            (self.dialect.max_params / width).clamp(1, MOST_ROWS)
        };
        let rows = left.min(most);
        let values = &self.rows.values[self.sent * width..(self.sent + rows) * width];
        let assigned_by_default =
            self.dialect.family == Family::Postgres && values.iter().any(Value::is_null);
        let statement = if assigned_by_default {
            let tree = InsertTree {
                table: &self.rows.table,
                columns: &self.rows.columns,
                rows,
                conflict: &self.rows.conflict,
                returning,
            };
            compile::compile(self.dialect, |w| w.insert(&tree, Some(values)))?.into_statement()
        } else {
            let sql = self.text(rows, returning, None)?;
            let as_given = self.single.as_ref().filter(|_| rows == 1 && returning);
            let as_given = as_given.and_then(|single| single.as_given.clone());
            let values = if self.dialect.family == Family::Sqlite && returning && rows == self.rows.count {
                std::mem::take(&mut self.rows.values)
            } else {
                values.to_vec()
            };
            Statement::new(sql, values).or_as_given(as_given)
        };
        if one_by_one && self.decode.is_some() {
            self.fetch = Fetch::Pending { row: self.sent };
        }
        self.sent += rows;
        Ok(Some(statement))
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if let Some(decode) = &self.decode {
            self.stored.push(decode.row(row)?);
        }
        Ok(Flow::Continue)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        match self.fetch {
            Fetch::Under => self.fetch = Fetch::No,
            Fetch::Pending { .. } if outcome.affected == 0 => self.fetch = Fetch::No,
            _ => {}
        }
        self.affected += outcome.affected;
        self.last_id = outcome.last_insert_id.or(self.last_id);
        Ok(())
    }

    fn take_back(&mut self, statement: Statement) {
        if self.rows.values.is_empty() {
            self.rows.values = statement.params;
        }
    }

    fn restart(&mut self) -> bool {
        let taken = self.rows.values.is_empty() && self.rows.count > 0 && !self.rows.columns.is_empty();
        self.sent = 0;
        self.affected = 0;
        self.fetch = Fetch::No;
        self.stored.clear();
        !taken
    }

    into_any!();
}

/// What was stored, and how many rows that were.
impl<T: Send + 'static> Task for Insert<T> {
    type Output = (Vec<T>, u64);

    fn output(self) -> Result<(Vec<T>, u64)> {
        Ok((self.stored, self.affected))
    }
}
