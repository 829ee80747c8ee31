//! Bytes: vectors, arrays, and slices that are owned in other ways.

use std::{borrow::Cow, sync::Arc};

use sqloquent_core::{Value, ValueRef};

use super::{SqlType, ValueError, comparable::*};
use crate::{expr::Expr, schema::ColumnType};

macro_rules! bytes {
    ($($t:ty: $take:expr),+ $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl SqlType for $t {
            const TYPE: ColumnType = ColumnType::Bytes;

            #[inline]
            fn take_value(&mut self) -> Result<Value, ValueError> {
                let take: fn(&mut $t) -> Vec<u8> = $take;
                Ok(Value::Bytes(take(self)))
            }

            fn to_value(&self) -> Result<Value, ValueError> {
                Ok(Value::Bytes(self.to_vec()))
            }

            fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
                match value {
                    ValueRef::Bytes(v) => Ok(v.to_vec().into()),
                    other => Err(ValueError::mismatch("bytes", other)),
                }
            }
        }
        impl OrderedType for $t {
            type Nullable = Option<$t>;
        }
        comparable_taken_over!($t: Vec<u8>, Value::Bytes);
        comparable!($t:
            Box<[u8]>, Arc<[u8]>, #['a] &'a Vec<u8>, #['a] &'a Box<[u8]>, #['a] &'a Arc<[u8]>, #['a] Cow<'a, [u8]>,
        );
        comparable_with_columns!($t: Vec<u8>, Box<[u8]>, Arc<[u8]>, Cow<'static, [u8]>);
        slices!($t, Option<$t>);
        #[diagnostic::do_not_recommend]
        impl<'a> Comparable<Option<&'a [u8]>> for Option<$t> {
            fn operand(value: Option<&'a [u8]>) -> Expr {
                value.map_or_else(Expr::null, Expr::value)
            }
        }
    )+};
}

macro_rules! slices {
    ($($t:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl Comparable<&[u8]> for $t {
            fn operand(value: &[u8]) -> Expr {
                Expr::value(value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<const N: usize> Comparable<[u8; N]> for $t {
            fn operand(value: [u8; N]) -> Expr {
                Expr::value(value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<const N: usize> Comparable<&[u8; N]> for $t {
            fn operand(value: &[u8; N]) -> Expr {
                Expr::value(value)
            }
        }
    )+};
}

bytes!(
    Vec<u8>: std::mem::take,
    Box<[u8]>: |bytes| std::mem::take(bytes).into_vec(),
    Arc<[u8]>: |bytes| bytes.to_vec(),
);

#[diagnostic::do_not_recommend]
impl SqlType for Cow<'_, [u8]> {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Bytes(self.to_vec()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        Vec::from_value(value).map(Cow::Owned)
    }
}

impl OrderedType for Cow<'static, [u8]> {
    type Nullable = Option<Self>;
}
comparable!(Cow<'static, [u8]>: Vec<u8>, Box<[u8]>, Arc<[u8]>, #['a] Cow<'a, [u8]>);
comparable_with_columns!(Cow<'static, [u8]>: Vec<u8>, Box<[u8]>, Arc<[u8]>, Cow<'static, [u8]>);
slices!(Cow<'static, [u8]>, Option<Cow<'static, [u8]>>);

/// Exactly `N` bytes; any other length is an error.
#[diagnostic::do_not_recommend]
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
        #[diagnostic::do_not_recommend]
        impl<const N: usize> Comparable<[u8; N]> for $t {
            fn operand(value: [u8; N]) -> Expr {
                Expr::value(value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<const N: usize> Comparable<&[u8; N]> for $t {
            fn operand(value: &[u8; N]) -> Expr {
                Expr::value(value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<const N: usize> Comparable<&[u8]> for $t {
            fn operand(value: &[u8]) -> Expr {
                Expr::value(value)
            }
        }
    )+};
}

arrays!([u8; N], Option<[u8; N]>);

#[diagnostic::do_not_recommend]
impl<const N: usize> Comparable<Option<[u8; N]>> for Option<[u8; N]> {
    fn operand(value: Option<[u8; N]>) -> Expr {
        Expr::value(value)
    }
}
