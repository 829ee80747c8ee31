//! Exact decimal numbers.

use rust_decimal::Decimal;
use sqloquent_core::{Value, ValueRef};

use super::{SqlType, ValueError, comparable::*, into_value::by_reference, read};
use crate::{expr::Expr, schema::ColumnType};

/// Stored in canonical form, so that equal numbers are stored alike: `2.50` is stored, and comes back, as `2.5`.
///
/// Read from decimals, text, integers and floats; a float is read as its shortest text, so 0.99 is exactly 0.99. A number
/// of more digits than a [`Decimal`] has is an error, never rounded.
#[diagnostic::do_not_recommend]
impl SqlType for Decimal {
    const TYPE: ColumnType = ColumnType::Decimal;

    fn to_value(&self) -> Result<Value, ValueError> {
        let text = self.normalize().to_string();
        read::decimal(ValueRef::Decimal(&text)).map(|text| Value::Decimal(text.into_owned()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        let text = read::decimal(value)?;
        Self::from_str_exact(&text).map_err(|_| {
            ValueError::new("expected decimal, found a number of more digits than `Decimal` has")
        })
    }
}

impl OrderedType for Decimal {
    type Nullable = Option<Self>;
}
#[diagnostic::do_not_recommend]
impl NumberType for Decimal {
    type Sum = Self;
}
comparable!(Decimal: Decimal, #['a] &'a Decimal);
comparable_with_columns!(Decimal: Decimal);
by_reference!(Decimal);

/// Integers become decimals, because an engine that keeps decimals as text does not compare them with integers.
macro_rules! integers {
    ($($t:ty),+) => {$(
        integers!(@ $t, $t, |v| v);
        integers!(@ &$t, $t, |v| *v);
        #[diagnostic::do_not_recommend]
        impl Comparable<Option<$t>> for Option<Decimal> {
            fn operand(value: Option<$t>) -> Expr {
                value.map_or_else(Expr::null, <Decimal as Comparable<$t>>::operand)
            }
        }
    )+};
    (@ $given:ty, $t:ty, $value:expr) => {
        #[diagnostic::do_not_recommend]
        impl Comparable<$given> for Decimal {
            fn operand(value: $given) -> Expr {
                let plain: fn($given) -> $t = $value;
                Expr::Value(Value::Decimal(plain(value).to_string()))
            }
        }
        #[diagnostic::do_not_recommend]
        impl Comparable<$given> for Option<Decimal> {
            fn operand(value: $given) -> Expr {
                <Decimal as Comparable<$given>>::operand(value)
            }
        }
    };
}

integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
