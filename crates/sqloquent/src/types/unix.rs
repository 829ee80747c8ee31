//! Instants stored as integers that count seconds or milliseconds since 1970.

use sqloquent_core::{Value, ValueRef};

use super::{Comparable, IntoValue, OrderedType, SqlType, Through, ValueError, read, through::with_module};
use crate::{
    expr::{Column, Expr, Expression, TypedExpr},
    schema::ColumnType,
};

/// A type of instants, such as [`std::time::SystemTime`].
pub trait Instant: Sized {
    /// Microseconds since 1970-01-01T00:00:00Z; what is finer is cut off towards the past.
    ///
    /// # Errors
    /// An instant outside the years 1 to 9999.
    fn to_micros(&self) -> Result<i64, ValueError>;

    /// The instant of so many microseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// When the type does not reach so far.
    fn from_micros(micros: i64) -> Result<Self, ValueError>;
}

macro_rules! unix {
    ($wrapper:ident, $way:ident, $unit:literal, $micros:literal) => {
        #[doc = concat!("An instant that is stored as an integer: ", $unit, " since 1970-01-01T00:00:00Z.")]
        ///
        /// What is finer is cut off towards the past. Compares with bare instants too.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $wrapper<T>(pub T);

        impl<T> From<T> for $wrapper<T> {
            fn from(instant: T) -> Self {
                Self(instant)
            }
        }

        #[doc(hidden)]
        #[derive(Debug)]
        pub enum $way {}

        impl<T: Instant> Through<$way> for T {
            fn store(&self) -> Result<Value, ValueError> {
                Ok(Value::Int(self.to_micros()?.div_euclid($micros)))
            }

            fn load(value: ValueRef<'_>) -> Result<Self, ValueError> {
                let ValueRef::Int(units) = value else {
                    return Err(ValueError::mismatch(concat!("integer (", $unit, " since 1970)"), value));
                };
                let micros = units.checked_mul($micros).ok_or_else(|| ValueError::out_of_range("timestamp"))?;
                Self::from_micros(read::check_instant(micros, "timestamp")?)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Instant> SqlType for $wrapper<T> {
            const TYPE: ColumnType = ColumnType::Int64;

            fn to_value(&self) -> Result<Value, ValueError> {
                Through::<$way>::store(&self.0)
            }

            fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
                <T as Through<$way>>::load(value).map(Self)
            }
        }

        impl<T: Instant> OrderedType for $wrapper<T> {
            type Nullable = Option<Self>;
        }

        impl<T: Instant> IntoValue for &$wrapper<T> {
            fn into_value(self) -> Result<Value, ValueError> {
                self.to_value()
            }
        }

        unix!(@compare $wrapper, $way, $wrapper<T>);
        unix!(@compare $wrapper, $way, Option<$wrapper<T>>);

        #[diagnostic::do_not_recommend]
        impl<T: Instant> Comparable<Option<$wrapper<T>>> for Option<$wrapper<T>> {
            fn operand(value: Option<$wrapper<T>>) -> Expr {
                Expr::from_sql_type(&value)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Instant> Comparable<Option<T>> for Option<$wrapper<T>> {
            fn operand(value: Option<T>) -> Expr {
                Expr::from_sql_type(&value.map($wrapper))
            }
        }
    };
    (@compare $wrapper:ident, $way:ident, $column:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T: Instant> Comparable<$wrapper<T>> for $column {
            fn operand(value: $wrapper<T>) -> Expr {
                Expr::from_sql_type(&value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T: Instant> Comparable<&$wrapper<T>> for $column {
            fn operand(value: &$wrapper<T>) -> Expr {
                Expr::from_sql_type(value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T: Instant> Comparable<T> for $column {
            fn operand(value: T) -> Expr {
                Expr::from_stored(Through::<$way>::store(&value))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T: Instant> Comparable<&T> for $column {
            fn operand(value: &T) -> Expr {
                Expr::from_stored(Through::<$way>::store(value))
            }
        }
        unix!(@column $column, $wrapper<T>);
        unix!(@column $column, Option<$wrapper<T>>);
    };
    (@column $column:ty, $other:ty) => {
        #[diagnostic::do_not_recommend]
        impl<M, T> Comparable<Column<M, $other>> for $column {
            fn operand(value: Column<M, $other>) -> Expr {
                value.into_expr()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T> Comparable<TypedExpr<$other>> for $column {
            fn operand(value: TypedExpr<$other>) -> Expr {
                value.into_expr()
            }
        }
    };
}

unix!(UnixSeconds, InSeconds, "seconds", 1_000_000);
unix!(UnixMillis, InMillis, "milliseconds", 1_000);

with_module! {
    /// Stores an instant or an `Option` of one as seconds since 1970: `#[model(with = sqloquent::types::unix_seconds)]`.
    ///
    /// A field of type [`UnixSeconds`] is stored alike, and also compares with instants in queries.
    unix_seconds: InSeconds as Int64
}

with_module! {
    /// Stores an instant or an `Option` of one as milliseconds since 1970:
    /// `#[model(with = sqloquent::types::unix_millis)]`.
    ///
    /// A field of type [`UnixMillis`] is stored alike, and also compares with instants in queries.
    unix_millis: InMillis as Int64
}
