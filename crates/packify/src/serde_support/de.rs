//! From a value into a serde type.

use serde::de::value::{BytesDeserializer, MapDeserializer, SeqDeserializer, UnitDeserializer};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::SerdeError;
use super::value::VALUE;
use crate::{Value, pack};

/// A value to be read, and how many levels may still follow.
#[derive(Debug)]
pub(super) struct Input {
    value: Value,
    left: usize,
}

impl Input {
    pub(super) fn new(value: Value, left: usize) -> Self {
        Self { value, left }
    }

    fn deeper(self) -> Result<Self, SerdeError> {
        let too_deep = SerdeError::TooDeep {
            limit: super::MAX_SERDE_DEPTH,
        };
        Ok(Self {
            value: self.value,
            left: self.left.checked_sub(1).ok_or(too_deep)?,
        })
    }

    /// The items of this value, one level deeper.
    fn sequence<'de, V: Visitor<'de>>(
        values: impl IntoIterator<Item = Value>,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        let mut access = SeqDeserializer::new(values.into_iter().map(|value| Self::new(value, left)));
        let result = visitor.visit_seq(&mut access)?;
        access.end()?;
        Ok(result)
    }
}

impl IntoDeserializer<'_, SerdeError> for Input {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Input {
    type Error = SerdeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SerdeError> {
        let Self { value, left } = self.deeper()?;
        match value {
            Value::None => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Int(value) => match (i64::try_from(&value), u64::try_from(&value)) {
                (Ok(value), _) => visitor.visit_i64(value),
                (_, Ok(value)) => visitor.visit_u64(value),
                _ => match (i128::try_from(&value), u128::try_from(&value)) {
                    (Ok(value), _) => visitor.visit_i128(value),
                    (_, Ok(value)) => visitor.visit_u128(value),
                    _ => visitor.visit_string(value.to_string()),
                },
            },
            Value::Float(value) => visitor.visit_f64(value),
            Value::Str(value) => visitor.visit_string(value),
            Value::Bytes(value) | Value::ByteArray(value) => visitor.visit_byte_buf(value),
            Value::List(items) | Value::Tuple(items) => Self::sequence(items, left, visitor),
            Value::Set(set) => Self::sequence(set, left, visitor),
            Value::Dict(dict) => {
                let entries = dict
                    .into_iter()
                    .map(|(key, value)| (Self::new(key, left), Self::new(value, left)));
                let mut access = MapDeserializer::new(entries);
                let result = visitor.visit_map(&mut access)?;
                access.end()?;
                Ok(result)
            }
            Value::Decimal(value) => visitor.visit_string(value.into()),
            Value::Packable(value) => {
                let (name, data) = value.into_parts();
                Self::sequence([Value::from(name), Value::from(data)], left, visitor)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SerdeError> {
        match self.value {
            Value::None => visitor.visit_none(),
            _ => visitor.visit_some(self.deeper()?),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        if name == VALUE {
            return visitor.visit_enum(Whole(pack(&self.value)?));
        }
        visitor.visit_newtype_struct(self.deeper()?)
    }

    /// Types such as `Vec<u8>`, which are sequences to serde, can be read from bytes as well.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SerdeError> {
        match self.value {
            Value::Bytes(bytes) | Value::ByteArray(bytes) => {
                Self::sequence(bytes.into_iter().map(Value::from), self.left, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, SerdeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        let Self { value, left } = self.deeper()?;
        let (name, content) = match value {
            Value::Dict(dict) if dict.len() == 1 => dict
                .into_iter()
                .next()
                .map_or((Value::None, None), |(name, content)| (name, Some(content))),
            name => (name, None),
        };
        let content = content.map(|content| Self::new(content, left));
        visitor.visit_enum(Variant {
            name: Self::new(name, left),
            content,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple_struct map struct identifier ignored_any
    }
}

/// An enum variant: its name, and what it holds unless it is a mere name.
struct Variant {
    name: Input,
    content: Option<Input>,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = SerdeError;
    type Variant = Content;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content), SerdeError> {
        Ok((seed.deserialize(self.name)?, Content(self.content)))
    }
}

struct Content(Option<Input>);

impl Content {
    fn present(self) -> Result<Input, SerdeError> {
        let missing = "the enum variant has no content: write it as a dict of its name and content";
        self.0.ok_or_else(|| SerdeError::Message(missing.to_owned()))
    }
}

impl<'de> VariantAccess<'de> for Content {
    type Error = SerdeError;

    fn unit_variant(self) -> Result<(), SerdeError> {
        match self.0 {
            None
            | Some(Input {
                value: Value::None, ..
            }) => Ok(()),
            Some(_) => Err(SerdeError::Message(
                "the enum variant takes no content: write its name only".to_owned(),
            )),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, SerdeError> {
        seed.deserialize(self.present()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, SerdeError> {
        self.present()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        self.present()?.deserialize_any(visitor)
    }
}

/// The packed bytes of a value that is wanted as it is.
struct Whole(Vec<u8>);

impl<'de> EnumAccess<'de> for Whole {
    type Error = SerdeError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), SerdeError> {
        Ok((seed.deserialize(UnitDeserializer::<SerdeError>::new())?, self))
    }
}

impl<'de> VariantAccess<'de> for Whole {
    type Error = SerdeError;

    fn unit_variant(self) -> Result<(), SerdeError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, SerdeError> {
        seed.deserialize(BytesDeserializer::<SerdeError>::new(&self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, SerdeError> {
        visitor.visit_byte_buf(self.0)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        visitor.visit_byte_buf(self.0)
    }
}
