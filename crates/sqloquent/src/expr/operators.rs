//! `&`, `|`, `!` on conditions; `+`, `-`, `*`, `/` on numbers.

use std::ops;

use super::{BinaryOp, Column, Expr, Expression, TypedExpr};
use crate::types::{Comparable, NumberType};

impl ops::BitAnd for Expr {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl ops::BitOr for Expr {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl ops::Not for Expr {
    type Output = Self;
    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

macro_rules! arithmetic {
    ($($operator:ident $method:ident $op:ident),+) => {$(
        impl<M, T: NumberType + Comparable<V>, V> ops::$operator<V> for Column<M, T> {
            type Output = TypedExpr<T>;
            fn $method(self, other: V) -> TypedExpr<T> {
                TypedExpr::new(Expr::binary(BinaryOp::$op, self.into_expr(), T::operand(other)))
            }
        }
        impl<T: NumberType + Comparable<V>, V> ops::$operator<V> for TypedExpr<T> {
            type Output = Self;
            fn $method(self, other: V) -> Self {
                TypedExpr::new(Expr::binary(BinaryOp::$op, self.into_expr(), T::operand(other)))
            }
        }
    )+};
}

arithmetic!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div, Rem rem Rem);
