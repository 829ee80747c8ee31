//! Selections, groups, conditions on groups.

use std::borrow::Cow;

use super::{Item, Query, Selection, Shape};
use crate::{
    expr::{Expr, Expression, IntoParams, raw_expr},
    record::{Record, typed},
};

impl<S: Shape, T> Query<S, T> {
    /// Selects typed columns and expressions; rows become what they hold.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let rows: Vec<(String, i64)> =
    ///     User::query().group(|u| u.email).select(|u| (u.email, count_all())).get(&db).await?;
    /// assert_eq!(rows, [("ada@example.org".to_owned(), 1)]);
    /// # Ok(()) }) }
    /// ```
    pub fn select<X: Selection>(self, columns: impl FnOnce(S::Columns) -> X) -> Query<S, X::Row> {
        let mut exprs = Vec::new();
        columns(S::columns_of(&self.select)).exprs(&mut exprs);
        let mut select = self.into_select_alone();
        let decode = typed(&select, &exprs, |row| X::decode(row, &mut 0));
        select.items = exprs.into_iter().map(|expr| Item { expr, alias: None }).collect();
        Query::from_parts(select, decode)
    }

    /// Groups by typed columns and expressions.
    pub fn group<X: Selection>(mut self, by: impl FnOnce(S::Columns) -> X) -> Self {
        by(S::columns_of(&self.select)).exprs(&mut self.select.group);
        self
    }

    /// Adds a typed condition on groups.
    pub fn having(mut self, condition: impl FnOnce(S::Columns) -> Expr) -> Self {
        let expr = condition(S::columns_of(&self.select));
        self.select.having.push(expr);
        self
    }
}

impl<S, T> Query<S, T> {
    /// Selects columns by name; rows become [`Record`]s.
    pub fn select_columns<N: AsRef<str>>(mut self, columns: impl IntoIterator<Item = N>) -> Query<S, Record> {
        let items: Vec<_> = columns
            .into_iter()
            .map(|name| Item {
                expr: self.select.column_expr(name.as_ref()),
                alias: None,
            })
            .collect();
        if items.is_empty() {
            self.select
                .fail(crate::expr::Mistake::query("no column is selected"));
        }
        self.select.items = items;
        self.into_records()
    }

    /// Adds SQL of one's own to the selection, `?` standing for each parameter (`??` for a question mark); rows become
    /// [`Record`]s.
    pub fn select_raw(mut self, sql: &'static str, params: impl IntoParams) -> Query<S, Record> {
        let expr = raw_expr(sql, params);
        self.select.items.push(Item { expr, alias: None });
        self.into_records()
    }

    /// Adds an expression under a name to the selection; rows become [`Record`]s.
    pub fn select_as(
        mut self,
        name: impl Into<Cow<'static, str>>,
        expr: impl Expression,
    ) -> Query<S, Record> {
        self.select.items.push(Item {
            expr: expr.into_expr(),
            alias: Some(name.into()),
        });
        self.into_records()
    }

    fn into_records(self) -> Query<S, Record> {
        let select = self.into_select_alone();
        let decode = Record::decoder(&select);
        Query::from_parts(select, decode)
    }

    /// Groups by a column, after those given before.
    pub fn group_by(mut self, column: &str) -> Self {
        let expr = self.select.column_expr(column);
        self.select.group.push(expr);
        self
    }

    /// Groups by SQL of one's own.
    pub fn group_raw(mut self, sql: &'static str, params: impl IntoParams) -> Self {
        self.select.group.push(raw_expr(sql, params));
        self
    }
}
