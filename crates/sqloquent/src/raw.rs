//! SQL of one's own.

use std::{borrow::Cow, fmt};

use sqloquent_core::{Error, ErrorKind, Plan, Result, Statement, Value};

use crate::{
    call::Call,
    compile,
    db::Db,
    executor::Executor,
    expr::IntoParams,
    job::{Collect, Execute, First, Single},
    query::{Decode, FromRow, from_row_decoder},
    record::Record,
    tx::{ExecutorView, Lease, Savepoint, Tx},
    types::SqlType,
};

/// A statement of one's own, ready to run.
#[must_use = "a raw statement does nothing until one of its terminals is awaited"]
pub struct Raw<'a> {
    db: &'a dyn Executor,
    sql: Cow<'static, str>,
    params: Result<Vec<Value>>,
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Raw").field(&self.sql).finish()
    }
}

/// SQL that was put together at run time, and that its author vouches for: no part of it comes from outside.
///
/// ```
/// # use sqloquent::{Db, TrustedSql};
/// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
/// # let db = Db::connect("sqlite::memory:").await?;
/// let columns = ["1", "2"].join(", ");
/// let rows = db.raw(TrustedSql::new(format!("select {columns}")), ()).rows().await?;
/// assert_eq!(rows.len(), 1);
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug)]
pub struct TrustedSql(String);

impl TrustedSql {
    /// Vouches for a text.
    pub fn new(sql: impl Into<String>) -> Self {
        Self(sql.into())
    }
}

/// Text that may run as SQL: fixed in the program, or vouched for as [`TrustedSql`].
#[diagnostic::on_unimplemented(
    message = "SQL made at run time must be vouched for",
    note = "put values into parameters; wrap text that cannot be injected into as `TrustedSql::new(…)`"
)]
pub trait RawText {
    /// The text.
    fn into_text(self) -> Cow<'static, str>;
}

impl RawText for &'static str {
    fn into_text(self) -> Cow<'static, str> {
        Cow::Borrowed(self)
    }
}

impl RawText for TrustedSql {
    fn into_text(self) -> Cow<'static, str> {
        Cow::Owned(self.0)
    }
}

impl<'a> Raw<'a> {
    pub(crate) fn new(db: &'a dyn Executor, sql: impl RawText, params: impl IntoParams) -> Self {
        Self {
            db,
            sql: sql.into_text(),
            params: params.into_params(),
        }
    }

    fn statement(&self) -> Result<Statement> {
        let params = match &self.params {
            Ok(params) => params,
            Err(e) => return Err(crate::expr::Mistake::from_error(e).to_error()),
        };
        compile::compile(self.db.handle().dialect(), |w| w.raw_text(&self.sql, params))
            .map(compile::Compiled::into_statement)
    }

    /// Whether the statement only reads, so that it may run beside the writer. What cannot be told writes.
    fn plan(&self) -> Plan {
        let word: String = self
            .sql
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if matches!(word.as_str(), "select" | "values" | "explain" | "show") {
            Plan::READ
        } else {
            Plan::WRITE
        }
    }

    /// Runs the statement and tells how many rows it changed.
    ///
    /// # Errors
    /// The engine's refusal.
    #[track_caller]
    pub fn execute(self) -> Call<'a, u64> {
        Call::task(self.db, self.statement().map(|s| Execute::one(s, self.plan())))
    }

    /// Runs the statement once for each set of parameters, all or none, and tells how many rows that changed. The
    /// statement itself is given no parameters then.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
    /// # let db = sqloquent::Db::connect("sqlite::memory:").await?;
    /// db.execute_script("create table t (a integer, b text)").await?;
    /// let n = db.raw("insert into t values (?, ?)", ()).execute_many([(1, "x"), (2, "y")]).await?;
    /// assert_eq!(n, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The engine's refusal; sets of different lengths.
    #[track_caller]
    pub fn execute_many<P: IntoParams>(self, sets: impl IntoIterator<Item = P>) -> Call<'a, u64> {
        Call::task(
            self.db,
            self.repeated(sets)
                .map(|s| Execute::one(s, Plan::WRITE_TRANSACTION)),
        )
    }

    fn repeated<P: IntoParams>(&self, sets: impl IntoIterator<Item = P>) -> Result<Statement> {
        let sets: Vec<Vec<Value>> = sets
            .into_iter()
            .map(IntoParams::into_params)
            .collect::<Result<_>>()?;
        let given = matches!(&self.params, Ok(params) if params.is_empty());
        let first = sets.first().map_or(&[][..], |set| set);
        if !given || sets.iter().any(|set| set.len() != first.len()) {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "execute_many takes all parameters from its sets, which are of equal length",
            ));
        }
        let text = if sets.is_empty() {
            self.sql.clone().into_owned()
        } else {
            compile::compile(self.db.handle().dialect(), |w| w.raw_text(&self.sql, first))?.sql
        };
        let count = sets.len();
        Ok(Statement::repeated(
            text,
            sets.into_iter().flatten().collect(),
            count,
        ))
    }

    /// All rows.
    ///
    /// # Errors
    /// The engine's refusal.
    #[track_caller]
    pub fn rows(self) -> Call<'a, Vec<Record>> {
        let plan = self.plan();
        Call::task(
            self.db,
            self.statement().map(|s| Collect::new(s, plan, Record::any())),
        )
    }

    /// All rows as a type that reads columns by name, or a tuple.
    ///
    /// # Errors
    /// The engine's refusal; a value that does not fit.
    #[track_caller]
    pub fn get_as<T: FromRow>(self) -> Call<'a, Vec<T>> {
        let plan = self.plan();
        Call::task(
            self.db,
            self.statement()
                .map(|s| Collect::new(s, plan, from_row_decoder())),
        )
    }

    /// The first row as a type that reads columns by name, or a tuple; none when there is no row.
    ///
    /// # Errors
    /// The engine's refusal; a value that does not fit.
    #[track_caller]
    pub fn first_as<T: FromRow>(self) -> Call<'a, Option<T>> {
        let plan = self.plan();
        Call::task(
            self.db,
            self.statement().map(|s| First::new(s, plan, from_row_decoder())),
        )
    }

    /// The first column of every row.
    ///
    /// # Errors
    /// The engine's refusal; a value that does not fit.
    #[track_caller]
    pub fn scalars<T: SqlType + Send + 'static>(self) -> Call<'a, Vec<T>> {
        let plan = self.plan();
        let decode = Decode::Function(|row| crate::query::read(row, 0));
        Call::task(self.db, self.statement().map(|s| Collect::new(s, plan, decode)))
    }

    /// The first column of the only row.
    ///
    /// # Errors
    /// The engine's refusal; [`ErrorKind::NotFound`] when there is no row; a value that does not fit.
    #[track_caller]
    pub fn scalar<T: SqlType + Send + 'static>(self) -> Call<'a, T> {
        let plan = self.plan();
        Call::task(self.db, self.statement().map(|s| Single::new(s, plan)))
    }
}

macro_rules! raw {
    ($($t:ty),+) => {$(
        impl $t {
            /// A statement of one's own, `?` standing for each parameter (`??` for a question mark) on every engine.
            /// Text made at run time must be vouched for as [`TrustedSql`].
            ///
            /// ```
            /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
            /// # use fixture::*;
            /// # fn main() -> Result<()> { example(async |db, ada| {
            /// let n: i64 = db.raw("select count(*) from users where active = ?", (true,)).scalar().await?;
            /// # Ok(()) }) }
            /// ```
            pub fn raw(&self, sql: impl RawText, params: impl IntoParams) -> Raw<'_> {
                Raw::new(self, sql, params)
            }
        }
    )+};
}

raw!(Db, Tx, Lease, Savepoint<'_>, ExecutorView<'_>);
