//! What can be compared, ordered and selected.

use std::{borrow::Cow, fmt, marker::PhantomData};

use super::{BinaryOp, Direction, Expr, Function, InOperand, IntoParams, MatchKind, Mistake, Order, RawSql};
use crate::{
    query::{IntoSelect, Select},
    types::{Comparable, IdListType, NumberType, OrderedType, TextType},
};

/// An expression whose result is a `T`.
pub struct TypedExpr<T> {
    expr: Expr,
    marker: PhantomData<fn() -> T>,
}

impl<T> TypedExpr<T> {
    /// Gives an expression a type; reading a row fails where the type is wrong.
    #[must_use]
    pub fn new(expr: Expr) -> Self {
        Self {
            expr,
            marker: PhantomData,
        }
    }
}

impl<T> Clone for TypedExpr<T> {
    fn clone(&self) -> Self {
        Self::new(self.expr.clone())
    }
}

impl<T> fmt::Debug for TypedExpr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedExpr").field(&self.expr).finish()
    }
}

impl<T> Expression for TypedExpr<T> {
    type Type = T;
    fn into_expr(self) -> Expr {
        self.expr
    }
}

/// A column or a computed expression: everything that comparisons, orders and aggregates start from.
///
/// Two conditions are joined by `&` and `|` and turned round by `!`.
#[allow(
    clippy::wrong_self_convention,
    reason = "`is_null` and `is_in` build conditions; columns are copied"
)]
pub trait Expression: Sized {
    /// The Rust type of the result.
    type Type;

    /// The untyped tree.
    fn into_expr(self) -> Expr;

    /// Equal. Comparing with `None` is `IS NULL`.
    fn eq<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Eq, self.into_expr(), Self::Type::operand(value))
    }

    /// Not equal. As in SQL, rows where either side is NULL do not match; [`differs_from`](Self::differs_from) has
    /// them. Comparing with `None` is `IS NOT NULL`.
    fn ne<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Ne, self.into_expr(), Self::Type::operand(value))
    }

    /// Equal, NULL being equal to NULL.
    fn same_as<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Same, self.into_expr(), Self::Type::operand(value))
    }

    /// Not equal, NULL being equal to NULL and different from all else.
    fn differs_from<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Different, self.into_expr(), Self::Type::operand(value))
    }

    /// Less.
    fn lt<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Lt, self.into_expr(), Self::Type::operand(value))
    }

    /// Less or equal.
    fn le<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Le, self.into_expr(), Self::Type::operand(value))
    }

    /// Greater.
    fn gt<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Gt, self.into_expr(), Self::Type::operand(value))
    }

    /// Greater or equal.
    fn ge<V>(self, value: V) -> Expr
    where
        Self::Type: Comparable<V>,
    {
        Expr::binary(BinaryOp::Ge, self.into_expr(), Self::Type::operand(value))
    }

    /// Between the two, both included.
    fn between<A, B>(self, low: A, high: B) -> Expr
    where
        Self: Clone,
        Self::Type: Comparable<A> + Comparable<B>,
    {
        self.clone().ge(low).and(self.le(high))
    }

    /// NULL.
    fn is_null(self) -> Expr {
        Expr::IsNull {
            operand: Box::new(self.into_expr()),
            negated: false,
        }
    }

    /// Not NULL.
    fn not_null(self) -> Expr {
        Expr::IsNull {
            operand: Box::new(self.into_expr()),
            negated: true,
        }
    }

    /// One of a list of values of any length, or of the rows of a sub-query of one column. Nothing is in an empty list.
    fn is_in<L: InOperand<Self::Type>>(self, list: L) -> Expr {
        list.membership(self.into_expr(), false)
    }

    /// None of them. Everything but NULL is not in an empty list, and so is NULL.
    fn not_in<L: InOperand<Self::Type>>(self, list: L) -> Expr {
        list.membership(self.into_expr(), true)
    }

    /// The list of ids has this id, which may be a column of another table. An empty list and NULL have none.
    ///
    /// ```
    /// use sqloquent::{Dialect, IdList, prelude::*};
    ///
    /// #[derive(Model, Clone, Debug)]
    /// pub struct Step {
    ///     #[model(id(given))]
    ///     pub id: i64,
    ///     pub parent_ids: IdList<i64>,
    /// }
    ///
    /// let after = Step::query().filter(|s| s.parent_ids.has(4));
    /// assert_eq!(after.params(), [Value::Int(4)]);
    /// ```
    fn has<V>(self, id: V) -> Expr
    where
        Self::Type: IdListType,
        <Self::Type as IdListType>::Id: Comparable<V>,
    {
        Expr::listed(self.into_expr(), <Self::Type as IdListType>::Id::operand(id))
    }

    /// The text begins with this; ASCII letters match in either case, `%` and `_` are ordinary characters.
    fn starts_with(self, text: impl Into<String>) -> Expr
    where
        Self::Type: TextType,
    {
        self.into_expr()
            .matches(MatchKind::StartsWith, text, false, false)
    }

    /// The text holds this; ASCII letters match in either case, `%` and `_` are ordinary characters.
    fn contains(self, text: impl Into<String>) -> Expr
    where
        Self::Type: TextType,
    {
        self.into_expr().matches(MatchKind::Contains, text, false, false)
    }

    /// The text ends with this; ASCII letters match in either case, `%` and `_` are ordinary characters.
    fn ends_with(self, text: impl Into<String>) -> Expr
    where
        Self::Type: TextType,
    {
        self.into_expr().matches(MatchKind::EndsWith, text, false, false)
    }

    /// The text begins with exactly this; can use an index.
    fn starts_with_exact(self, text: impl Into<String>) -> Expr
    where
        Self::Type: TextType,
    {
        self.into_expr().matches(MatchKind::StartsWith, text, true, false)
    }

    /// The text holds exactly this.
    fn contains_exact(self, text: impl Into<String>) -> Expr
    where
        Self::Type: TextType,
    {
        self.into_expr().matches(MatchKind::Contains, text, true, false)
    }

    /// The text ends with exactly this.
    fn ends_with_exact(self, text: impl Into<String>) -> Expr
    where
        Self::Type: TextType,
    {
        self.into_expr().matches(MatchKind::EndsWith, text, true, false)
    }

    /// The text is like the pattern: `%` stands for any text, `_` for any character; ASCII letters match in either
    /// case. There is no escape character.
    fn like(self, pattern: impl Into<String>) -> Expr
    where
        Self::Type: TextType,
    {
        self.into_expr().matches(MatchKind::Like, pattern, false, false)
    }

    /// Orders by this, smallest first.
    fn asc(self) -> Order {
        Order::new(self.into_expr(), Direction::Asc)
    }

    /// Orders by this, greatest first.
    fn desc(self) -> Order {
        Order::new(self.into_expr(), Direction::Desc)
    }

    /// How many rows of the group have it (are not NULL).
    fn count(self) -> TypedExpr<i64> {
        TypedExpr::new(Expr::call(Function::Count, self.into_expr()))
    }

    /// How many different values the group has.
    fn count_distinct(self) -> TypedExpr<i64> {
        TypedExpr::new(Expr::Function {
            function: Function::Count,
            distinct: true,
            args: vec![self.into_expr()],
        })
    }

    /// The sum over the group; `None` for no rows.
    fn sum(self) -> TypedExpr<Option<<Self::Type as NumberType>::Sum>>
    where
        Self::Type: NumberType,
    {
        TypedExpr::new(Expr::call(Function::Sum, self.into_expr()))
    }

    /// The mean over the group; `None` for no rows.
    fn avg(self) -> TypedExpr<Option<f64>>
    where
        Self::Type: NumberType,
    {
        TypedExpr::new(Expr::call(Function::Avg, self.into_expr()))
    }

    /// The least of the group; `None` for no rows.
    fn min(self) -> TypedExpr<<Self::Type as OrderedType>::Nullable>
    where
        Self::Type: OrderedType,
    {
        TypedExpr::new(Expr::call(Function::Min, self.into_expr()))
    }

    /// The greatest of the group; `None` for no rows.
    fn max(self) -> TypedExpr<<Self::Type as OrderedType>::Nullable>
    where
        Self::Type: OrderedType,
    {
        TypedExpr::new(Expr::call(Function::Max, self.into_expr()))
    }

    /// In lower case (on SQLite ASCII letters only).
    fn lower(self) -> TypedExpr<Self::Type>
    where
        Self::Type: TextType,
    {
        TypedExpr::new(Expr::call(Function::Lower, self.into_expr()))
    }

    /// In upper case (on SQLite ASCII letters only).
    fn upper(self) -> TypedExpr<Self::Type>
    where
        Self::Type: TextType,
    {
        TypedExpr::new(Expr::call(Function::Upper, self.into_expr()))
    }

    /// The length in characters.
    fn length(self) -> TypedExpr<Option<i64>>
    where
        Self::Type: TextType,
    {
        TypedExpr::new(Expr::call(Function::Length, self.into_expr()))
    }

    /// This, or the value where it is NULL.
    fn or_else<V, T>(self, value: V) -> TypedExpr<T>
    where
        Self: Expression<Type = Option<T>>,
        T: Comparable<V>,
    {
        TypedExpr::new(Expr::Function {
            function: Function::Coalesce,
            distinct: false,
            args: vec![self.into_expr(), T::operand(value)],
        })
    }
}

/// How many rows the group has.
#[must_use]
pub fn count_all() -> TypedExpr<i64> {
    TypedExpr::new(Expr::Function {
        function: Function::Count,
        distinct: false,
        args: Vec::new(),
    })
}

/// SQL of one's own as an expression of type `T`, `?` standing for each parameter (`??` for a question mark). The text
/// is fixed in the program; values go into the parameters.
///
/// ```
/// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
/// # use fixture::*;
/// # fn main() -> Result<()> { example(async |db, ada| {
/// let long = User::query().filter(|_| raw::<bool>("length(email) > ?", (20,)).into_expr()).count(&db).await?;
/// assert_eq!(long, 0);
/// # Ok(()) }) }
/// ```
#[must_use]
pub fn raw<T>(sql: &'static str, params: impl IntoParams) -> TypedExpr<T> {
    TypedExpr::new(raw_expr(sql, params))
}

/// SQL of one's own as an untyped expression.
pub(crate) fn raw_expr(sql: &'static str, params: impl IntoParams) -> Expr {
    match params.into_params() {
        Ok(params) => Expr::Raw(RawSql {
            sql: Cow::Borrowed(sql),
            params: params.into(),
        }),
        Err(e) => Expr::Mistake(Box::new(Mistake::from_error(&e))),
    }
}

/// Whether a sub-query gives any row.
#[must_use]
pub fn exists(query: impl IntoSelect) -> Expr {
    existence(query.into_select(), false)
}

/// Whether a sub-query gives no row.
#[must_use]
pub fn not_exists(query: impl IntoSelect) -> Expr {
    existence(query.into_select(), true)
}

fn existence(query: Select, negated: bool) -> Expr {
    Expr::Exists {
        query: Box::new(query),
        negated,
    }
}
