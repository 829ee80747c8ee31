//! `Value` itself: a column that holds anything.

use sqloquent_core::{Value, ValueRef};

use super::{Comparable, IntoValue, NumberType, OrderedType, SqlType, TextType, ValueError};
use crate::{
    expr::{Column, Expr, Expression, TypedExpr},
    schema::ColumnType,
};

/// Whatever the engine gives, NULL included.
#[diagnostic::do_not_recommend]
impl SqlType for Value {
    const TYPE: ColumnType = ColumnType::Any;
    const NULLABLE: bool = true;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(self.clone())
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        Ok(value.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<V: IntoValue> Comparable<V> for Value {
    fn operand(value: V) -> Expr {
        Expr::from_stored(value.into_value())
    }
}

macro_rules! columns {
    ($($t:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, T> Comparable<Column<M, T>> for $t {
            fn operand(value: Column<M, T>) -> Expr {
                value.into_expr()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T> Comparable<TypedExpr<T>> for $t {
            fn operand(value: TypedExpr<T>) -> Expr {
                value.into_expr()
            }
        }
    )+};
}

columns!(Value, Option<Value>);

#[diagnostic::do_not_recommend]
impl OrderedType for Value {
    type Nullable = Self;
}

/// What it holds is known at run time only, so that everything is allowed.
#[diagnostic::do_not_recommend]
impl TextType for Value {}

#[diagnostic::do_not_recommend]
impl NumberType for Value {
    type Sum = Self;
}
