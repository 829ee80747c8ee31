//! Conditions: typed by closure, and by the described names.

use sqloquent_core::Value;

use super::{IntoSelect, Query, Select, Shape};
use crate::{
    expr::{BinaryOp, Expr, MatchKind, Mistake, Slot},
    types::{IntoValue, ValueError},
};

impl<S: Shape, T> Query<S, T> {
    /// Adds a typed condition; several must all hold.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let found = User::query()
    ///     .filter(|u| u.email.ends_with("@example.org") & (u.bio.is_null() | u.age.gt(30)))
    ///     .get(&db)
    ///     .await?;
    /// assert_eq!(found, [ada]);
    /// # Ok(()) }) }
    /// ```
    pub fn filter(mut self, condition: impl FnOnce(S::Columns) -> Expr) -> Self {
        let expr = condition(S::columns_of(&self.select));
        self.select.filter.push(expr);
        self
    }
}

/// The described conditions by column name.
macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident $op:ident;)+) => {
        impl<S, T> Query<S, T> {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(mut self, column: &str, value: impl IntoValue) -> Self {
                self.select.compare(BinaryOp::$op, column, value.into_value());
                self
            }
        )+}
    };
}

comparisons! {
    /// The column equals the value. NULL is found with `Null` or `None`.
    equal Eq;
    /// The column differs from the value. As in SQL, rows where it is NULL do not match;
    /// [`differs_from`](Self::differs_from) has them. `Null` finds the rows that are not NULL.
    not_equal Ne;
    /// The column equals the value, NULL being equal to NULL.
    same_as Same;
    /// The column differs from the value, NULL being different from all else.
    differs_from Different;
    /// The column is less than the value.
    less Lt;
    /// The column is greater than the value.
    greater Gt;
    /// The column is less than the value or equal to it.
    less_or_equal Le;
    /// The column is greater than the value or equal to it.
    greater_or_equal Ge;
}

macro_rules! text_matches {
    ($($(#[$doc:meta])* $name:ident $kind:ident $exact:literal $negated:literal;)+) => {
        impl<S, T> Query<S, T> {$(
            $(#[$doc])*
            pub fn $name(mut self, column: &str, text: impl Into<String>) -> Self {
                let expr = self.select.column_expr(column).matches(MatchKind::$kind, text, $exact, $negated);
                self.select.filter.push(expr);
                self
            }
        )+}
    };
}

text_matches! {
    /// The column begins with the text; ASCII letters match in either case, `%` and `_` are ordinary characters.
    starts_with StartsWith false false;
    /// The column does not begin with the text. Rows where it is NULL do not match.
    does_not_start_with StartsWith false true;
    /// The column holds the text; ASCII letters match in either case, `%` and `_` are ordinary characters.
    contains Contains false false;
    /// The column does not hold the text. Rows where it is NULL do not match.
    excludes Contains false true;
    /// The column ends with the text; ASCII letters match in either case, `%` and `_` are ordinary characters.
    ends_with EndsWith false false;
    /// The column does not end with the text. Rows where it is NULL do not match.
    does_not_end_with EndsWith false true;
    /// The column begins with exactly the text; can use an index.
    starts_with_exact StartsWith true false;
    /// The column holds exactly the text.
    contains_exact Contains true false;
    /// The column ends with exactly the text.
    ends_with_exact EndsWith true false;
}

impl Select {
    fn compare(&mut self, op: BinaryOp, column: &str, value: Result<Value, ValueError>) {
        let left = self.column_expr(column);
        let value = self.operand(column, &left, value);
        if value.is_null()
            && !matches!(
                op,
                BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Same | BinaryOp::Different
            )
        {
            self.fail(Mistake::query(format!(
                "`{}` is compared with NULL by order, which no row satisfies; use is_null or not_null",
                column.escape_debug()
            )));
        }
        self.filter.push(Expr::binary(op, left, Expr::Value(value)));
    }
}

impl<S, T> Query<S, T> {
    /// The column is NULL.
    pub fn is_null(mut self, column: &str) -> Self {
        let operand = Box::new(self.select.column_expr(column));
        self.select.filter.push(Expr::IsNull {
            operand,
            negated: false,
        });
        self
    }

    /// The column is not NULL.
    pub fn not_null(mut self, column: &str) -> Self {
        let operand = Box::new(self.select.column_expr(column));
        self.select.filter.push(Expr::IsNull {
            operand,
            negated: true,
        });
        self
    }

    /// The column is like the pattern in which `?` stands for `data`: `like("name", "%?%", "ann")`. Wildcards in
    /// `data` count as wildcards; [`contains`](Self::contains) and its kin take text literally.
    pub fn like(self, column: &str, pattern: &str, data: &str) -> Self {
        self.like_or_not(column, pattern, data, false)
    }

    /// The column is not like the pattern in which `?` stands for `data`. Rows where it is NULL do not match.
    pub fn not_like(self, column: &str, pattern: &str, data: &str) -> Self {
        self.like_or_not(column, pattern, data, true)
    }

    fn like_or_not(mut self, column: &str, pattern: &str, data: &str, negated: bool) -> Self {
        if pattern.is_empty() {
            self.select.fail(Mistake::query(
                "the pattern of `like` is empty; `?` in it stands for the data",
            ));
        }
        let text = pattern.replace('?', data);
        let expr = self
            .select
            .column_expr(column)
            .matches(MatchKind::Like, text, false, negated);
        self.select.filter.push(expr);
        self
    }

    /// The column is one of the values, however many. Nothing is in an empty list.
    pub fn is_in<V: IntoValue>(self, column: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.in_or_not(column, values, false)
    }

    /// The column is none of the values. Everything is not in an empty list.
    pub fn not_in<V: IntoValue>(self, column: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.in_or_not(column, values, true)
    }

    fn in_or_not<V: IntoValue>(
        mut self,
        column: &str,
        values: impl IntoIterator<Item = V>,
        negated: bool,
    ) -> Self {
        let operand = self.select.column_expr(column);
        let values = values
            .into_iter()
            .map(|v| self.select.operand(column, &operand, v.into_value()))
            .collect();
        self.select.filter.push(Expr::InList {
            operand: Box::new(operand),
            values,
            negated,
        });
        self
    }

    /// The column is among the rows of a sub-query of one column.
    pub fn is_in_query(mut self, column: &str, query: impl IntoSelect) -> Self {
        let operand = Box::new(self.select.column_expr(column));
        self.select.filter.push(Expr::InQuery {
            operand,
            query: Box::new(query.into_select()),
            negated: false,
        });
        self
    }

    /// Adds a condition that was built elsewhere.
    pub fn condition(mut self, condition: Expr) -> Self {
        self.select.filter.push(condition);
        self
    }

    /// Adds a condition in SQL of one's own, `?` standing for each parameter (`??` for a question mark).
    pub fn filter_raw(self, sql: &'static str, params: impl crate::expr::IntoParams) -> Self {
        use crate::expr::Expression as _;
        self.condition(crate::expr::raw::<bool>(sql, params).into_expr())
    }

    /// The place of the query's tables, for building conditions elsewhere.
    #[must_use]
    pub fn slot(&self) -> Slot {
        self.select.slot
    }
}
