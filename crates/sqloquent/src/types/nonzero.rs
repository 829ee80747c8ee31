//! Integers that are not zero.

use std::num::NonZero;

use sqloquent_core::{Value, ValueRef};

use super::{SqlType, ValueError, comparable::*, into_value::by_reference};
use crate::{expr::Expr, schema::ColumnType};

macro_rules! nonzero {
    ($($t:ty),+) => {$(
        /// Zero is an error, as is overflow.
        #[diagnostic::do_not_recommend]
        impl SqlType for NonZero<$t> {
            const TYPE: ColumnType = <$t as SqlType>::TYPE;

            fn to_value(&self) -> Result<Value, ValueError> {
                self.get().to_value()
            }

            fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
                Self::new(<$t>::from_value(value)?)
                    .ok_or_else(|| ValueError::new("expected an integer other than zero, found zero"))
            }
        }
        impl OrderedType for NonZero<$t> {
            type Nullable = Option<Self>;
        }
        #[diagnostic::do_not_recommend]
        impl NumberType for NonZero<$t> {
            type Sum = i64;
        }
        comparable!(NonZero<$t>: NonZero<$t>, #['a] &'a NonZero<$t>);
        comparable_with_columns!(NonZero<$t>: NonZero<$t>, $t);
        comparable_with_columns!($t: NonZero<$t>);
        nonzero!(@plain $t, NonZero<$t>);
        nonzero!(@plain $t, Option<NonZero<$t>>);
        #[diagnostic::do_not_recommend]
        impl Comparable<Option<$t>> for Option<NonZero<$t>> {
            fn operand(value: Option<$t>) -> Expr {
                Expr::from_sql_type(&value)
            }
        }
        by_reference!(NonZero<$t>);
    )+};
    (@plain $t:ty, $column:ty) => {
        #[diagnostic::do_not_recommend]
        impl Comparable<$t> for $column {
            fn operand(value: $t) -> Expr {
                Expr::from_sql_type(&value)
            }
        }
    };
}

nonzero!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
