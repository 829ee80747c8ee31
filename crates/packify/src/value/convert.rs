//! Into values from the types of Rust.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

use super::Value;
use crate::{Decimal, Dict, Int, Items, Packable, Set};

macro_rules! wrap {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

wrap! {
    bool => Bool,
    i8 => Int, i16 => Int, i32 => Int, i64 => Int, i128 => Int, isize => Int,
    u8 => Int, u16 => Int, u32 => Int, u64 => Int, u128 => Int, usize => Int,
    BigInt => Int, Int => Int,
    f32 => Float, f64 => Float,
    Decimal => Decimal,
    &str => Str, String => Str, Box<str> => Str, Cow<'_, str> => Str, char => Str,
    &[u8] => Bytes, Vec<u8> => Bytes, Box<[u8]> => Bytes, Cow<'_, [u8]> => Bytes,
    Items => List, Vec<Value> => List,
    Set => Set, BTreeSet<Value> => Set,
    Dict => Dict, BTreeMap<Value, Value> => Dict,
    Packable => Packable,
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::None
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Bytes(value.into())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Bytes(value.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: Into<Self>),+> From<($($name,)+)> for Value {
            fn from(values: ($($name,)+)) -> Self {
                Self::tuple([$(values.$index.into()),+] as [Self; _])
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}
