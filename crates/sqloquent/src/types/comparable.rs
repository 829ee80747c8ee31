//! What compares with what.

use sqloquent_core::{Error, ErrorKind, Null, Result, Value};

use super::SqlType;
use crate::expr::Expr;

/// A column type that compares with, or can be set to, a `V`.
///
/// Implemented pair by pair rather than by blanket, so that `Option` works on both sides and messages stay short.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot be compared with `{V}`",
    label = "this value is of the wrong type for the column"
)]
pub trait Comparable<V> {
    /// The value as an operand.
    fn operand(value: V) -> Expr;
}

/// A value for a column, where no expression can stand; `otherwise` says so.
#[inline]
pub(crate) fn operand_value<T: Comparable<V>, V>(value: V, otherwise: &'static str) -> Result<Value> {
    match T::operand(value) {
        Expr::Value(value) => Ok(value),
        Expr::Mistake(mistake) => Err(mistake.to_error()),
        _ => Err(Error::new(ErrorKind::InvalidQuery, otherwise)),
    }
}

/// Text: has `starts_with`, `contains`, `like` and so on.
#[diagnostic::on_unimplemented(message = "`{Self}` is not text, so text matching does not apply to it")]
pub trait TextType {}

/// Numbers: have arithmetic, `sum` and `avg`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number, so arithmetic does not apply to it")]
pub trait NumberType: SqlType {
    /// The type of a sum: wide enough for any number of rows of a common size.
    type Sum: SqlType;
}

/// Types whose order in the database is meaningful: have `<`, `min`, `max`.
pub trait OrderedType {
    /// The type of `min` and `max`, which are `None` for no rows.
    type Nullable: SqlType;
}

#[diagnostic::do_not_recommend]
impl<T: TextType> TextType for Option<T> {}
impl<T: OrderedType> OrderedType for Option<T> {
    type Nullable = T::Nullable;
}
#[diagnostic::do_not_recommend]
impl<T: NumberType> NumberType for Option<T> {
    type Sum = T::Sum;
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> Comparable<Null> for Option<T> {
    fn operand(_: Null) -> Expr {
        Expr::null()
    }
}

/// Implements [`Comparable`] for a column type with each of some value types, with `Option` on either side. The value
/// types must be [`SqlType`]s or references to them.
macro_rules! comparable {
    ($column:ty: $($(#[$lt:lifetime])? $value:ty),+ $(,)?) => {
        $(
            #[diagnostic::do_not_recommend]
            impl $(<$lt>)? $crate::types::Comparable<$value> for $column {
                fn operand(value: $value) -> $crate::expr::Expr {
                    use $crate::types::SqlType as _;
                    $crate::expr::Expr::from_stored(value.to_value())
                }
            }
            #[diagnostic::do_not_recommend]
            impl $(<$lt>)? $crate::types::Comparable<$value> for Option<$column> {
                fn operand(value: $value) -> $crate::expr::Expr {
                    use $crate::types::SqlType as _;
                    $crate::expr::Expr::from_stored(value.to_value())
                }
            }
            #[diagnostic::do_not_recommend]
            impl $(<$lt>)? $crate::types::Comparable<Option<$value>> for Option<$column> {
                fn operand(value: Option<$value>) -> $crate::expr::Expr {
                    use $crate::types::SqlType as _;
                    match value {
                        Some(value) => $crate::expr::Expr::from_stored(value.to_value()),
                        None => $crate::expr::Expr::null(),
                    }
                }
            }
        )+
    };
}
pub(crate) use comparable;

/// As [`comparable`], for a value type that a variant of `Value` takes over as it is.
macro_rules! comparable_taken_over {
    ($column:ty: $value:ty, $variant:path) => {
        #[diagnostic::do_not_recommend]
        impl $crate::types::Comparable<$value> for $column {
            #[inline]
            fn operand(value: $value) -> $crate::expr::Expr {
                $crate::expr::Expr::Value($variant(value))
            }
        }
        #[diagnostic::do_not_recommend]
        impl $crate::types::Comparable<$value> for Option<$column> {
            #[inline]
            fn operand(value: $value) -> $crate::expr::Expr {
                $crate::expr::Expr::Value($variant(value))
            }
        }
        #[diagnostic::do_not_recommend]
        impl $crate::types::Comparable<Option<$value>> for Option<$column> {
            fn operand(value: Option<$value>) -> $crate::expr::Expr {
                $crate::expr::Expr::Value(value.map_or($crate::Value::Null, $variant))
            }
        }
    };
}
pub(crate) use comparable_taken_over;

/// Implements [`Comparable`] of a column type with columns and expressions of a type.
macro_rules! comparable_with_columns {
    ($column:ty: $($other:ty),+ $(,)?) => {
        $(
            $crate::types::comparable::comparable_with_columns!(@ $column, $other);
            $crate::types::comparable::comparable_with_columns!(@ $column, Option<$other>);
            $crate::types::comparable::comparable_with_columns!(@ Option<$column>, $other);
            $crate::types::comparable::comparable_with_columns!(@ Option<$column>, Option<$other>);
        )+
    };
    (@ $column:ty, $other:ty) => {
        #[diagnostic::do_not_recommend]
        impl<M> $crate::types::Comparable<$crate::expr::Column<M, $other>> for $column {
            fn operand(value: $crate::expr::Column<M, $other>) -> $crate::expr::Expr {
                $crate::expr::Expression::into_expr(value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl $crate::types::Comparable<$crate::expr::TypedExpr<$other>> for $column {
            fn operand(value: $crate::expr::TypedExpr<$other>) -> $crate::expr::Expr {
                $crate::expr::Expression::into_expr(value)
            }
        }
    };
}
pub(crate) use comparable_with_columns;
