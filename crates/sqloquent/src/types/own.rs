//! Types that programs define: what they compare with.

use super::{Comparable, SqlType};
use crate::expr::{Column, Expr, Expression, TypedExpr};

/// A column type of one's own that compares with values and columns of the same type, `Option` on either side.
///
/// `#[derive(SqlType)]` implements it; next to a [`SqlType`] written by hand, one line does.
///
/// ```
/// use sqloquent::{ColumnType, SqlType, Value, ValueError, ValueRef, types::OwnType};
///
/// struct Celsius(f64);
///
/// impl SqlType for Celsius {
///     const TYPE: ColumnType = ColumnType::Float64;
///     fn to_value(&self) -> Result<Value, ValueError> {
///         self.0.to_value()
///     }
///     fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
///         f64::from_value(value).map(Celsius)
///     }
/// }
///
/// impl OwnType for Celsius {}
/// ```
pub trait OwnType: SqlType {}

#[diagnostic::do_not_recommend]
impl<T: OwnType> Comparable<T> for T {
    fn operand(value: T) -> Expr {
        Expr::from_sql_type(&value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: OwnType> Comparable<&T> for T {
    fn operand(value: &T) -> Expr {
        Expr::from_sql_type(value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: OwnType> Comparable<T> for Option<T> {
    fn operand(value: T) -> Expr {
        Expr::from_sql_type(&value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: OwnType> Comparable<&T> for Option<T> {
    fn operand(value: &T) -> Expr {
        Expr::from_sql_type(value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: OwnType> Comparable<Option<T>> for Option<T> {
    fn operand(value: Option<T>) -> Expr {
        Expr::from_sql_type(&value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: OwnType> Comparable<Option<&T>> for Option<T> {
    fn operand(value: Option<&T>) -> Expr {
        value.map_or_else(Expr::null, Expr::from_sql_type)
    }
}

macro_rules! columns {
    ($($column:ty, $value:ty;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, T: OwnType> Comparable<Column<M, $value>> for $column {
            fn operand(value: Column<M, $value>) -> Expr {
                value.into_expr()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T: OwnType> Comparable<TypedExpr<$value>> for $column {
            fn operand(value: TypedExpr<$value>) -> Expr {
                value.into_expr()
            }
        }
    )+};
}

columns! {
    T, T;
    T, Option<T>;
    Option<T>, T;
    Option<T>, Option<T>;
}

#[diagnostic::do_not_recommend]
impl<'v, T: OwnType + Comparable<&'v str>> Comparable<&'v str> for Option<T> {
    fn operand(value: &'v str) -> Expr {
        T::operand(value)
    }
}

/// A nullable newtype compares with whatever of these the newtype does.
macro_rules! inner {
    ($($value:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: OwnType + Comparable<$value>> Comparable<$value> for Option<T> {
            fn operand(value: $value) -> Expr {
                T::operand(value)
            }
        }
    )+};
}

inner!(String, i32, i64, u32, u64, f64, Vec<u8>);

/// Makes a derived type one that compares, by value or by reference, in typed conditions and by the names of columns.
#[macro_export]
#[doc(hidden)]
macro_rules! __own_type {
    ($t:ident) => {
        #[automatically_derived]
        impl $crate::types::OwnType for $t {}
        #[automatically_derived]
        impl $crate::types::IntoValue for &$t {
            fn into_value(self) -> ::core::result::Result<$crate::Value, $crate::ValueError> {
                $crate::SqlType::to_value(self)
            }
        }
    };
}
