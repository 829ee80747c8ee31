//! Membership in lists and in queries.

use super::{BinaryOp, Expr, TypedExpr};
use crate::{
    query::{IntoSelect, Query},
    types::Comparable,
};

/// What `is_in` takes: a vector, slice or array of values, or a sub-query of one column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of values for a column of type `{T}`",
    note = "use a vector, array or slice of values that compare with the column, or a query with one selected column"
)]
pub trait InOperand<T> {
    /// The condition.
    fn membership(self, operand: Expr, negated: bool) -> Expr;
}

fn in_list<T: Comparable<V>, V>(operand: Expr, values: impl Iterator<Item = V>, negated: bool) -> Expr {
    let mut list = Vec::with_capacity(values.size_hint().0);
    let mut others = Vec::new();
    for value in values {
        match T::operand(value) {
            Expr::Value(v) => list.push(v),
            other => others.push(other),
        }
    }
    if others.is_empty() {
        return Expr::InList {
            operand: Box::new(operand),
            values: list,
            negated,
        };
    }
    // Columns or expressions among the values are spelled out as comparisons.
    let mut any = Expr::InList {
        operand: Box::new(operand.clone()),
        values: list,
        negated: false,
    };
    for other in others {
        any = any.or(Expr::binary(BinaryOp::Eq, operand.clone(), other));
    }
    if negated { !any } else { any }
}

impl<T: Comparable<V>, V> InOperand<T> for Vec<V> {
    fn membership(self, operand: Expr, negated: bool) -> Expr {
        in_list::<T, V>(operand, self.into_iter(), negated)
    }
}

impl<T: Comparable<V>, V, const N: usize> InOperand<T> for [V; N] {
    fn membership(self, operand: Expr, negated: bool) -> Expr {
        in_list::<T, V>(operand, self.into_iter(), negated)
    }
}

impl<'v, T: Comparable<&'v V>, V> InOperand<T> for &'v [V] {
    fn membership(self, operand: Expr, negated: bool) -> Expr {
        in_list::<T, &'v V>(operand, self.iter(), negated)
    }
}

impl<'v, T: Comparable<&'v V>, V> InOperand<T> for &'v Vec<V> {
    fn membership(self, operand: Expr, negated: bool) -> Expr {
        in_list::<T, &'v V>(operand, self.iter(), negated)
    }
}

/// The rows of a query of one selected column. As in SQL, nothing is known to be none of rows of which one is NULL.
impl<T: Comparable<TypedExpr<V>>, S, V> InOperand<T> for Query<S, V> {
    fn membership(self, operand: Expr, negated: bool) -> Expr {
        Expr::InQuery {
            operand: Box::new(operand),
            query: Box::new(self.into_select()),
            negated,
        }
    }
}
