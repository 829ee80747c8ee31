//! The values that the format knows.

mod access;
mod convert;
mod order;

pub use access::WrongType;

use crate::{Decimal, Dict, Int, Items, Packable, Set};

/// A value of any type that the format knows.
///
/// Equality, order and hash go by the bits of floats, so `NaN` equals itself and `0.0` is not `-0.0`. Values of
/// different types are never equal. The order is total, and the same in every run.
///
/// ```
/// use packify::Value;
///
/// let list = Value::list([Value::from(1), Value::from("two"), Value::None]);
/// assert_eq!(packify::unpack(&packify::pack(&list)?)?, list);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Value {
    /// Nothing.
    #[default]
    None,
    /// A boolean.
    Bool(bool),
    /// An integer of any size.
    Int(Int),
    /// A float of 64 bits.
    Float(f64),
    /// Text.
    Str(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Bytes that Python reads as a `bytearray`.
    ByteArray(Vec<u8>),
    /// Values in order.
    List(Items),
    /// Values in order that Python reads as a tuple.
    Tuple(Items),
    /// Values without order or repetition.
    Set(Set),
    /// Values by key.
    Dict(Dict),
    /// A decimal number.
    Decimal(Decimal),
    /// A value of a user type.
    Packable(Packable),
}

impl Value {
    /// A list of values.
    ///
    /// ```
    /// assert_eq!(packify::Value::list([1, 2]), packify::Value::List(vec![1.into(), 2.into()].into()));
    /// ```
    pub fn list<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().collect())
    }

    /// A tuple of values.
    ///
    /// ```
    /// assert_ne!(packify::Value::tuple([1, 2]), packify::Value::list([1, 2]));
    /// ```
    pub fn tuple<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Tuple(values.into_iter().collect())
    }

    /// A set of values.
    ///
    /// ```
    /// assert_eq!(packify::Value::set([2, 1, 2]), packify::Value::set([1, 2]));
    /// ```
    pub fn set<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Set(values.into_iter().collect())
    }

    /// A dict; the last entry of a key counts.
    ///
    /// ```
    /// let dict = packify::Value::dict([("a", 1), ("a", 2)]);
    /// assert_eq!(dict.as_dict().and_then(|dict| dict.field("a")), Some(&2.into()));
    /// ```
    pub fn dict<K: Into<Self>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Dict(entries.into_iter().collect())
    }

    /// Whether this is a container with something in it, which has to be taken apart before it is dropped.
    pub(crate) fn has_children(&self) -> bool {
        match self {
            Self::List(items) | Self::Tuple(items) => !items.is_empty(),
            Self::Set(set) => !set.is_empty(),
            Self::Dict(dict) => !dict.is_empty(),
            _ => false,
        }
    }
}
