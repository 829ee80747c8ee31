//! Out of values into the types of Rust.

use std::fmt;

use super::Value;
use crate::{Decimal, Dict, Int, Items, Packable, Set};

/// The value is of another type than was asked for, or its number does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrongType {
    /// The type that was asked for.
    pub wanted: &'static str,
    /// The type of the value.
    pub found: &'static str,
}

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wanted, found } = self;
        write!(
            f,
            "this value of type {found} is no {wanted}: match on the variant to see what it is"
        )
    }
}

impl std::error::Error for WrongType {}

macro_rules! borrow {
    ($($(#[$doc:meta])* $name:ident $variant:ident $target:ty;)*) => {
        impl Value {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> Option<&$target> {
                match self {
                    Self::$variant(value) => Some(value),
                    _ => None,
                }
            }
        )*}
    };
}

borrow! {
    /// The integer, if it is one.
    ///
    /// ```
    /// assert!(packify::Value::from(u64::MAX).as_int().is_some());
    /// ```
    as_int Int Int;
    /// The decimal, if it is one.
    ///
    /// ```
    /// assert!(packify::Value::from(1).as_decimal().is_none());
    /// ```
    as_decimal Decimal Decimal;
    /// The text, if it is text.
    ///
    /// ```
    /// assert_eq!(packify::Value::from("a").as_str(), Some("a"));
    /// ```
    as_str Str str;
    /// The list, if it is one.
    ///
    /// ```
    /// assert_eq!(packify::Value::list([1]).as_list().map(|items| items.len()), Some(1));
    /// ```
    as_list List Items;
    /// The tuple, if it is one.
    ///
    /// ```
    /// assert!(packify::Value::list([1]).as_tuple().is_none());
    /// ```
    as_tuple Tuple Items;
    /// The set, if it is one.
    ///
    /// ```
    /// assert!(packify::Value::set([1]).as_set().is_some_and(|set| set.contains(&1.into())));
    /// ```
    as_set Set Set;
    /// The dict, if it is one.
    ///
    /// ```
    /// assert!(packify::Value::dict([("a", 1)]).as_dict().is_some());
    /// ```
    as_dict Dict Dict;
    /// The user type, if it is one.
    ///
    /// ```
    /// assert!(packify::Value::None.as_packable().is_none());
    /// ```
    as_packable Packable Packable;
}

impl Value {
    /// Whether this is [`Value::None`].
    ///
    /// ```
    /// assert!(packify::Value::from(None::<i64>).is_none());
    /// ```
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The boolean, if it is one.
    ///
    /// ```
    /// assert_eq!(packify::Value::from(true).as_bool(), Some(true));
    /// ```
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer, if it is one and fits.
    ///
    /// ```
    /// assert_eq!(packify::Value::from(5).as_i64(), Some(5));
    /// assert_eq!(packify::Value::from(u64::MAX).as_i64(), None);
    /// ```
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_int().and_then(Int::to_i64)
    }

    /// The float, if it is one.
    ///
    /// ```
    /// assert_eq!(packify::Value::from(0.5).as_f64(), Some(0.5));
    /// ```
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// The content of bytes or of a byte array.
    ///
    /// ```
    /// assert_eq!(packify::Value::from([1, 2]).as_bytes(), Some(&[1, 2][..]));
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(value) | Self::ByteArray(value) => Some(value),
            _ => None,
        }
    }

    /// What the type is called, the way Python calls it.
    ///
    /// ```
    /// assert_eq!(packify::Value::from("a").type_name(), "str");
    /// ```
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::ByteArray(_) => "bytearray",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Dict(_) => "dict",
            Self::Decimal(_) => "decimal",
            Self::Packable(_) => "packable",
        }
    }
}

macro_rules! unwrap_variant {
    ($($target:ty: $($pattern:pat => $result:expr),+;)*) => {$(
        impl TryFrom<Value> for $target {
            type Error = WrongType;

            fn try_from(value: Value) -> Result<Self, Self::Error> {
                match value {
                    $($pattern => Ok($result),)+
                    other => Err(WrongType { wanted: stringify!($target), found: other.type_name() }),
                }
            }
        }
    )*};
}

unwrap_variant! {
    bool: Value::Bool(value) => value;
    f64: Value::Float(value) => value;
    Int: Value::Int(value) => value;
    Decimal: Value::Decimal(value) => value;
    String: Value::Str(value) => value;
    Vec<u8>: Value::Bytes(value) => value, Value::ByteArray(value) => value;
    Items: Value::List(items) => items, Value::Tuple(items) => items;
    Set: Value::Set(set) => set;
    Dict: Value::Dict(dict) => dict;
    Packable: Value::Packable(value) => value;
}

macro_rules! unwrap_integer {
    ($($number:ty),*) => {$(
        impl TryFrom<Value> for $number {
            type Error = WrongType;

            fn try_from(value: Value) -> Result<Self, Self::Error> {
                let wrong = WrongType { wanted: stringify!($number), found: value.type_name() };
                value.as_int().and_then(|int| Self::try_from(int).ok()).ok_or(wrong)
            }
        }
    )*};
}

unwrap_integer!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
