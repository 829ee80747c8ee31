//! Integers of all widths and floats.

use sqloquent_core::{Value, ValueRef};

use super::{SqlType, ValueError, comparable::*};
use crate::schema::ColumnType;

macro_rules! integer {
    ($($t:ty => $column:ident),+ $(,)?) => {$(
        /// Overflow in either direction is an error, never a wrap.
        #[diagnostic::do_not_recommend]
        impl SqlType for $t {
            const TYPE: ColumnType = ColumnType::$column;

            fn to_value(&self) -> Result<Value, ValueError> {
                i64::try_from(*self).map(Value::Int).map_err(|_| ValueError::out_of_range("i64"))
            }

            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
                match value {
                    ValueRef::Int(v) => <$t>::try_from(v).map_err(|_| ValueError::out_of_range(stringify!($t))),
                    other => Err(ValueError::mismatch("integer", other)),
                }
            }
        }
        impl OrderedType for $t {
            type Nullable = Option<$t>;
        }
        #[diagnostic::do_not_recommend]
        impl NumberType for $t {
            type Sum = i64;
        }
        comparable!($t:
            i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64,
            #['a] &'a i8, #['a] &'a i16, #['a] &'a i32, #['a] &'a i64, #['a] &'a isize,
            #['a] &'a u8, #['a] &'a u16, #['a] &'a u32, #['a] &'a u64, #['a] &'a usize,
        );
        comparable_with_columns!($t: i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);
    )+};
}

integer! {
    i8 => Int16, i16 => Int16, i32 => Int32, i64 => Int64, i128 => Int64, isize => Int64,
    u8 => Int16, u16 => Int32, u32 => Int64, u64 => Int64, u128 => Int64, usize => Int64,
}

/// The zero that is stored has no sign: engines drop it.
#[diagnostic::do_not_recommend]
impl SqlType for f64 {
    const TYPE: ColumnType = ColumnType::Float64;

    fn to_value(&self) -> Result<Value, ValueError> {
        // The sum of the two zeros is the positive one; all other floats, NaN too, stay as they are.
        Ok(Value::Float(*self + 0.0))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        /// Beyond this, not every integer is a float.
        const EXACT: i64 = 1 << 53;
        match value {
            ValueRef::Float(v) => Ok(v),
            ValueRef::Int(v) if (-EXACT..=EXACT).contains(&v) => Ok(v as f64),
            ValueRef::Int(_) => Err(ValueError::out_of_range("f64")),
            ValueRef::Decimal(v) => v.parse().map_err(|_| ValueError::mismatch("float", value)),
            other => Err(ValueError::mismatch("float", other)),
        }
    }
}

/// A stored number beyond the range of `f32` is an error; digits beyond its precision are rounded, as for any `f32`.
#[diagnostic::do_not_recommend]
impl SqlType for f32 {
    const TYPE: ColumnType = ColumnType::Float32;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Float(f64::from(*self) + 0.0))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        let wide = f64::from_value(value)?;
        let narrow = wide as f32;
        if narrow.is_infinite() && wide.is_finite() {
            Err(ValueError::out_of_range("f32"))
        } else {
            Ok(narrow)
        }
    }
}

macro_rules! float {
    ($($t:ty),+) => {$(
        impl OrderedType for $t {
            type Nullable = Option<$t>;
        }
        #[diagnostic::do_not_recommend]
        impl NumberType for $t {
            type Sum = f64;
        }
        comparable!($t: i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, #['a] &'a f32, #['a] &'a f64);
        comparable_with_columns!($t: i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64);
    )+};
}

float!(f32, f64);
