//! What ends a query that reads: rows, the first, counts, values.

use sqloquent_core::{Dialect, Error, ErrorKind, Result};

use super::{Decode, FromRow, Item, Query, Select, Selection, Shape, decode::RowPlan};
use crate::{
    call::{Call, Task as _, concrete},
    compile,
    executor::Executor,
    expr::{Expression, Mistake},
    job::{Collect, Eager, First, Single},
    record::typed,
    types::{NumberType, OrderedType, SqlType},
};

impl<S, T: Send + 'static> Query<S, T> {
    /// All rows.
    ///
    /// # Errors
    /// The first mistake made while building; the engine's refusal; a value that does not fit its field.
    #[track_caller]
    pub fn get<'a>(&self, db: &'a dyn Executor) -> Call<'a, Vec<T>> {
        self.select.note(db);
        let dialect = db.handle().dialect();
        if !self.includes.is_empty() {
            return Call::task(db, self.eager(dialect));
        }
        let statement = compile::select(dialect, &self.select);
        Call::task(
            db,
            statement.map(|s| Collect::new(s.into_statement(), self.select.plan(), self.decode.clone())),
        )
    }

    /// The first `rows` rows.
    ///
    /// # Errors
    /// As [`get`](Self::get); [`ErrorKind::InvalidQuery`] when asked for none.
    #[track_caller]
    pub fn take<'a>(&self, db: &'a dyn Executor, rows: impl TryInto<u64>) -> Call<'a, Vec<T>> {
        match rows.try_into() {
            Ok(rows) if rows > 0 => self.limited(rows).get(db),
            _ => Call::failed(Error::new(
                ErrorKind::InvalidQuery,
                "take needs a number of rows greater than 0",
            )),
        }
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn first<'a>(&self, db: &'a dyn Executor) -> Call<'a, Option<T>> {
        self.select.note(db);
        if !self.includes.is_empty() {
            let eager = self.limited(1).eager(db.handle().dialect());
            return Call::task_with(db, eager, |job| {
                Ok(concrete::<Eager<T>>(job)?.output()?.into_iter().next())
            });
        }
        Call::task(db, self.first_task(db))
    }

    /// The first row.
    ///
    /// # Errors
    /// As [`get`](Self::get); [`ErrorKind::NotFound`] when there is none.
    #[track_caller]
    pub fn first_required<'a>(&self, db: &'a dyn Executor) -> Call<'a, T> {
        self.select.note(db);
        if !self.includes.is_empty() {
            let eager = self.limited(1).eager(db.handle().dialect());
            return Call::task_with(db, eager, |job| {
                let rows = concrete::<Eager<T>>(job)?.output()?;
                rows.into_iter().next().ok_or_else(no_match)
            });
        }
        Call::task_with(db, self.first_task(db), |job| {
            concrete::<First<T>>(job)?.output()?.ok_or_else(no_match)
        })
    }

    /// The job that reads the rows with what is related to them.
    pub(super) fn eager(&self, dialect: Dialect) -> Result<Eager<T>> {
        let statement = compile::select(dialect, &self.select)?.into_statement();
        Ok(Eager::new(statement, self.decode.clone(), self.loaders(dialect)?))
    }

    fn first_task(&self, db: &dyn Executor) -> Result<First<T>> {
        let one = self.limited(1);
        let statement = compile::select(db.handle().dialect(), &one.select)?;
        Ok(First::new(
            statement.into_statement(),
            self.select.plan(),
            one.decode,
        ))
    }

    /// The same query with at most so many rows.
    fn limited(&self, rows: u64) -> Self {
        let mut query = self.clone();
        query.select.limit = Some(query.select.limit.map_or(rows, |limit| limit.min(rows)));
        query
    }
}

#[cold]
fn no_match() -> Error {
    Error::new(
        ErrorKind::NotFound,
        "no row matches the query; use `first` if that is no error",
    )
}

impl<S, T> Query<S, T> {
    /// How many rows [`get`](Self::get) would return: with joins, groups, distinct, limit and offset.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn count<'a>(&self, db: &'a dyn Executor) -> Call<'a, i64> {
        self.select.note(db);
        let statement = compile::count(db.handle().dialect(), &self.select);
        Call::task(
            db,
            statement.map(|s| Single::new(s.into_statement(), self.select.plan())),
        )
    }

    /// Whether there is any row.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn exists<'a>(&self, db: &'a dyn Executor) -> Call<'a, bool> {
        self.select.note(db);
        let statement = compile::exists(db.handle().dialect(), &self.select);
        Call::task(
            db,
            statement.map(|s| Single::new(s.into_statement(), self.select.plan())),
        )
    }

    /// The values of one column.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let emails: Vec<String> = User::query().pluck(&db, "email").await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn pluck<'a, V: SqlType + Send + 'static>(
        &self,
        db: &'a dyn Executor,
        column: &str,
    ) -> Call<'a, Vec<V>> {
        let mut select = self.select.clone();
        let expr = select.column_expr(column);
        let decode = typed(&select, [&expr], |row| super::read(row, 0));
        select.items = vec![Item { expr, alias: None }];
        Query::<S, V>::from_parts(select, decode).get(db)
    }

    /// All rows as a type that reads columns by name.
    ///
    /// # Errors
    /// As [`get`](Self::get); [`ErrorKind::UnknownColumn`] when the result lacks a column of the type.
    #[track_caller]
    pub fn get_as<'a, F: FromRow>(&self, db: &'a dyn Executor) -> Call<'a, Vec<F>> {
        self.clone().decoded_as::<F>().get(db)
    }

    /// The query with rows of a type that reads columns by name: for the other terminals.
    pub fn decoded_as<F: FromRow>(self) -> Query<S, F> {
        Query::from_parts(self.into_select_alone(), from_row_decoder())
    }

    #[track_caller]
    fn aggregate<'a, V: SqlType + Send + 'static>(
        &self,
        db: &'a dyn Executor,
        item: Result<crate::Expr, Mistake>,
    ) -> Call<'a, V> {
        self.select.note(db);
        let task = item.map_err(|m| m.to_error()).and_then(|expr| {
            let compiled = compile::compile(db.handle().dialect(), |w| w.aggregate(&self.select, &expr))?;
            let decode = typed(&self.select, [&expr], |row| super::read(row, 0));
            Ok(Single::decoded(
                compiled.into_statement(),
                self.select.plan(),
                decode,
            ))
        });
        Call::task(db, task)
    }
}

/// Reads rows by name; the columns are looked up at the first row of each decoder.
pub(crate) fn from_row_decoder<F: FromRow>() -> Decode<F> {
    let plan: std::sync::OnceLock<RowPlan> = std::sync::OnceLock::new();
    Decode::Closure(std::sync::Arc::new(move |row| {
        let plan = match plan.get() {
            Some(plan) => plan,
            None => {
                let found = F::plan(row)?;
                plan.get_or_init(|| found)
            }
        };
        F::from_row(row, plan)
    }))
}

impl<S: Shape, T> Query<S, T> {
    /// The sum of a column or expression over the rows; `None` when there are none.
    ///
    /// # Errors
    /// As [`get`](Self::get); a sum that overflows.
    #[track_caller]
    pub fn sum<'a, E: Expression>(
        &self,
        db: &'a dyn Executor,
        of: impl FnOnce(S::Columns) -> E,
    ) -> Call<'a, Option<<E::Type as NumberType>::Sum>>
    where
        E::Type: NumberType,
        <E::Type as NumberType>::Sum: Send + 'static,
    {
        let expr = of(S::columns_of(&self.select)).sum().into_expr();
        self.aggregate(db, Ok(expr))
    }

    /// The mean of a column or expression over the rows; `None` when there are none.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn avg<'a, E: Expression>(
        &self,
        db: &'a dyn Executor,
        of: impl FnOnce(S::Columns) -> E,
    ) -> Call<'a, Option<f64>>
    where
        E::Type: NumberType,
    {
        let expr = of(S::columns_of(&self.select)).avg().into_expr();
        self.aggregate(db, Ok(expr))
    }

    /// The least value of a column or expression over the rows; `None` when there are none.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn min<'a, E: Expression>(
        &self,
        db: &'a dyn Executor,
        of: impl FnOnce(S::Columns) -> E,
    ) -> Call<'a, <E::Type as OrderedType>::Nullable>
    where
        E::Type: OrderedType,
        <E::Type as OrderedType>::Nullable: Send + 'static,
    {
        let expr = of(S::columns_of(&self.select)).min().into_expr();
        self.aggregate(db, Ok(expr))
    }

    /// The greatest value of a column or expression over the rows; `None` when there are none.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn max<'a, E: Expression>(
        &self,
        db: &'a dyn Executor,
        of: impl FnOnce(S::Columns) -> E,
    ) -> Call<'a, <E::Type as OrderedType>::Nullable>
    where
        E::Type: OrderedType,
        <E::Type as OrderedType>::Nullable: Send + 'static,
    {
        let expr = of(S::columns_of(&self.select)).max().into_expr();
        self.aggregate(db, Ok(expr))
    }

    /// The values of one typed column or expression, or of a tuple of them.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn values<'a, X: Selection>(
        &self,
        db: &'a dyn Executor,
        columns: impl FnOnce(S::Columns) -> X,
    ) -> Call<'a, Vec<X::Row>> {
        self.clone().select(columns).get(db)
    }
}

/// Whether rows could be left out or joined by what surrounds the plain rows of the tables.
pub(crate) fn narrowed(select: &Select) -> bool {
    select.distinct
        || !select.group.is_empty()
        || !select.having.is_empty()
        || select.limit.is_some()
        || select.offset.is_some()
}
