//! What a query is in SQL.

use sqloquent_core::{Dialect, Family, Plan, Result, Statement, Value};

use super::{Decode, Query};
use crate::{call::Call, compile, executor::Executor, job::Collect};

impl<S, T> Query<S, T> {
    /// The statement that [`get`](Self::get) runs, with its parameters.
    ///
    /// # Errors
    /// The first mistake made while building; what the dialect does not have.
    pub fn to_sql(&self, dialect: Dialect) -> Result<(String, Vec<Value>)> {
        compile::select(dialect, &self.select).map(|c| (c.sql, c.params))
    }

    /// The statement with its parameters written into it. It runs and gives the same rows; for looking at and for
    /// pasting into a shell, not for running: values belong into parameters.
    ///
    /// # Errors
    /// As [`to_sql`](Self::to_sql); a value for which the dialect has no literal.
    pub fn to_sql_inlined(&self, dialect: Dialect) -> Result<String> {
        compile::compile_inlined(dialect, |w| w.select(&self.select))
    }

    /// How the engine would run the query, a line for each step.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn explain<'a>(&self, db: &'a dyn Executor) -> Call<'a, Vec<String>> {
        let dialect = db.handle().dialect();
        let task = compile::select(dialect, &self.select).map(|c| {
            let prefix = if dialect.family == Family::Sqlite {
                "EXPLAIN QUERY PLAN "
            } else {
                "EXPLAIN "
            };
            let statement = Statement::new(format!("{prefix}{}", c.sql), c.params).uncached();
            // SQLite puts the words last, the others first.
            let decode = Decode::Closure(std::sync::Arc::new(move |row: &dyn sqloquent_core::RowAccess| {
                let at = if dialect.family == Family::Sqlite {
                    row.column_count().saturating_sub(1)
                } else {
                    0
                };
                row.get(at).map(|v| v.to_owned().to_string())
            }));
            Collect::new(statement, Plan::READ, decode)
        });
        Call::task(db, task)
    }
}
