//! `Value` and its parts as serde types.
//!
//! What other formats have no word for is wrapped in a newtype struct of a reserved name: they write its content
//! and forget the name, while our own serializer puts the type back.

use std::fmt;

use serde::de::{EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::ser::{SerializeMap, SerializeTuple};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Decimal, Int, Packable, Set, Value, unpack};

/// The newtype struct that a `Value` asks to be deserialized from.
pub(super) const VALUE: &str = "$packify::Value";
const INT: &str = "$packify::Int";
const DECIMAL: &str = "$packify::Decimal";
const BYTE_ARRAY: &str = "$packify::ByteArray";
const SET: &str = "$packify::Set";
const PACKABLE: &str = "$packify::Packable";

/// Whether a newtype struct of this name stands for one of our types.
pub(super) fn is_reserved(name: &str) -> bool {
    [INT, DECIMAL, BYTE_ARRAY, SET, PACKABLE].contains(&name)
}

/// Puts the type back that the name stands for.
pub(super) fn restore(name: &str, inner: Value) -> Option<Value> {
    match (name, inner) {
        (INT, Value::Str(digits)) => digits.parse().ok().map(Value::Int),
        (DECIMAL, Value::Str(text)) => text.parse().ok().map(Value::Decimal),
        (BYTE_ARRAY, Value::Bytes(bytes)) => Some(Value::ByteArray(bytes)),
        (SET, Value::List(items)) => Some(Value::Set(Set::from_iter(items))),
        (PACKABLE, Value::Tuple(items)) => match <[Value; 2]>::try_from(items.into_inner()) {
            Ok([Value::Str(name), Value::Bytes(data)]) => Some(Packable::new(name, data).into()),
            _ => None,
        },
        _ => None,
    }
}

/// Bytes that serialize as such, not as a sequence of numbers.
struct Raw<'a>(&'a [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct Sequence<'a>(&'a Set);

impl Serialize for Sequence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0)
    }
}

/// Numbers beyond 128 bits become text in other formats.
impl Serialize for Int {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(value) = i64::try_from(self) {
            return serializer.serialize_i64(value);
        }
        if let Ok(value) = u64::try_from(self) {
            return serializer.serialize_u64(value);
        }
        serializer.serialize_newtype_struct(INT, &self.to_string())
    }
}

/// Text in other formats.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(DECIMAL, self.as_str())
    }
}

/// A tuple of name and data in other formats.
impl Serialize for Packable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(PACKABLE, &(self.name(), Raw(self.data())))
    }
}

/// Other formats may forget what a list has over a tuple or a set, and a decimal over text.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => value.serialize(serializer),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Str(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            Self::ByteArray(value) => serializer.serialize_newtype_struct(BYTE_ARRAY, &Raw(value)),
            Self::List(items) => serializer.collect_seq(items),
            Self::Tuple(items) => {
                let mut tuple = serializer.serialize_tuple(items.len())?;
                items.iter().try_for_each(|item| tuple.serialize_element(item))?;
                tuple.end()
            }
            Self::Set(set) => serializer.serialize_newtype_struct(SET, &Sequence(set)),
            Self::Dict(dict) => {
                let mut map = serializer.serialize_map(Some(dict.len()))?;
                dict.iter()
                    .try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
            Self::Decimal(value) => value.serialize(serializer),
            Self::Packable(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(VALUE, AnyValue)
    }
}

macro_rules! deserialize_part {
    ($($part:ty: $variant:ident, $wanted:literal;)*) => {$(
        impl<'de> Deserialize<'de> for $part {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match Value::deserialize(deserializer)? {
                    Value::$variant(part) => Ok(part),
                    Value::Str(text) => text.parse().map_err(de::Error::custom),
                    other => Err(de::Error::custom(format_args!("expected {}, found {}", $wanted, other.type_name()))),
                }
            }
        }
    )*};
}

deserialize_part! {
    Int: Int, "an integer or its digits";
    Decimal: Decimal, "a decimal or its text";
}

impl<'de> Deserialize<'de> for Packable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pair = match Value::deserialize(deserializer)? {
            Value::Packable(value) => return Ok(value),
            Value::List(items) | Value::Tuple(items) => items.into_inner(),
            other => vec![other],
        };
        match <[Value; 2]>::try_from(pair) {
            Ok([Value::Str(name), data]) => {
                crate::from_value(data).map(|data: Vec<u8>| Self::new(name, data))
            }
            _ => return Err(de::Error::custom("expected the name and the data of a user type")),
        }
        .map_err(de::Error::custom)
    }
}

struct AnyValue;

macro_rules! visit {
    ($($visit:ident $given:ty;)*) => {$(
        fn $visit<E: de::Error>(self, value: $given) -> Result<Value, E> {
            Ok(Value::from(value))
        }
    )*};
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    visit! {
        visit_bool bool;
        visit_i64 i64;
        visit_i128 i128;
        visit_u64 u64;
        visit_u128 u128;
        visit_f64 f64;
        visit_str &str;
        visit_string String;
        visit_bytes &[u8];
        visit_byte_buf Vec<u8>;
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut dict = crate::Dict::new();
        while let Some((key, value)) = access.next_entry()? {
            dict.insert(key, value);
        }
        Ok(Value::Dict(dict))
    }

    /// This is how our own deserializer hands over a whole value, with the types that serde has no word for.
    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let ((), variant) = access.variant()?;
        variant.newtype_variant::<Packed>().map(|packed| packed.0)
    }
}

/// A value out of its packed bytes.
struct Packed(Value);

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Packed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("packed bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Packed, E> {
                unpack(bytes).map(Packed).map_err(E::custom)
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}
