//! Bytes: vectors and arrays.

use sqloquent_core::{Value, ValueRef};

use super::{SqlType, ValueError, comparable::*};
use crate::{expr::Expr, schema::ColumnType};

impl SqlType for Vec<u8> {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Bytes(self.clone()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        match value {
            ValueRef::Bytes(v) => Ok(v.to_vec()),
            other => Err(ValueError::mismatch("bytes", other)),
        }
    }
}

impl OrderedType for Vec<u8> {
    type Nullable = Option<Vec<u8>>;
}
comparable!(Vec<u8>: Vec<u8>, #['a] &'a Vec<u8>);
comparable_with_columns!(Vec<u8>: Vec<u8>);

macro_rules! slices {
    ($($t:ty),+) => {$(
        impl Comparable<&[u8]> for $t {
            fn operand(value: &[u8]) -> Expr {
                Expr::value(value)
            }
        }
        impl<const N: usize> Comparable<[u8; N]> for $t {
            fn operand(value: [u8; N]) -> Expr {
                Expr::value(value)
            }
        }
        impl<const N: usize> Comparable<&[u8; N]> for $t {
            fn operand(value: &[u8; N]) -> Expr {
                Expr::value(value)
            }
        }
    )+};
}

slices!(Vec<u8>, Option<Vec<u8>>);

/// Exactly `N` bytes; any other length is an error.
impl<const N: usize> SqlType for [u8; N] {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Bytes(self.to_vec()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        match value {
            ValueRef::Bytes(v) => v
                .try_into()
                .map_err(|_| ValueError::new(format!("expected {N} bytes, found {}", v.len()))),
            other => Err(ValueError::mismatch("bytes", other)),
        }
    }
}

impl<const N: usize> OrderedType for [u8; N] {
    type Nullable = Option<[u8; N]>;
}

macro_rules! arrays {
    ($($t:ty),+) => {$(
        impl<const N: usize> Comparable<[u8; N]> for $t {
            fn operand(value: [u8; N]) -> Expr {
                Expr::value(value)
            }
        }
        impl<const N: usize> Comparable<&[u8; N]> for $t {
            fn operand(value: &[u8; N]) -> Expr {
                Expr::value(value)
            }
        }
        impl<const N: usize> Comparable<&[u8]> for $t {
            fn operand(value: &[u8]) -> Expr {
                Expr::value(value)
            }
        }
    )+};
}

arrays!([u8; N], Option<[u8; N]>);
