//! From a serde type straight into bytes.

mod compound;

use serde::{Serialize, Serializer};

use super::SerdeError;
use super::value::{is_reserved, restore};
use crate::packer::container::Shape;
use crate::packer::{Packer, Sink};
use crate::{Pack, unpack};
use compound::Compound;

/// Serializes one value with a packer of its own.
pub(super) fn run<T: Serialize + ?Sized>(mut packer: Packer, value: &T) -> Result<Vec<u8>, SerdeError> {
    value.serialize(Output(&mut packer))?;
    Ok(packer.finish()?)
}

/// Writes one value behind what the packer holds.
#[derive(Debug)]
pub(super) struct Output<'p>(pub(super) &'p mut Packer);

impl<'p> Output<'p> {
    fn put<T: Pack + ?Sized>(self, value: &T) -> Result<(), SerdeError> {
        Ok(value.pack_to(&mut Sink::new(self.0))?)
    }

    /// A value that adds nothing to the bytes around its content, but to the call stack.
    fn transparent<T: Serialize + ?Sized>(self, value: &T) -> Result<(), SerdeError> {
        self.0.enter()?;
        value.serialize(Output(self.0))?;
        self.0.leave();
        Ok(())
    }

    /// A dict with the name of a variant and the container that `shape` says.
    fn variant(self, name: &str, shape: Shape, len: usize) -> Result<Compound<'p>, SerdeError> {
        Compound::of_variant(self.0, name, shape, len)
    }
}

macro_rules! put {
    ($($serialize:ident $given:ty;)*) => {$(
        fn $serialize(self, value: $given) -> Result<(), SerdeError> {
            self.put(&value)
        }
    )*};
}

impl<'p> Serializer for Output<'p> {
    type Ok = ();
    type Error = SerdeError;
    type SerializeSeq = Compound<'p>;
    type SerializeTuple = Compound<'p>;
    type SerializeTupleStruct = Compound<'p>;
    type SerializeTupleVariant = Compound<'p>;
    type SerializeMap = Compound<'p>;
    type SerializeStruct = Compound<'p>;
    type SerializeStructVariant = Compound<'p>;

    put! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
        serialize_bytes &[u8];
    }

    fn serialize_none(self) -> Result<(), SerdeError> {
        self.put(&())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), SerdeError> {
        self.transparent(value)
    }

    fn serialize_unit(self) -> Result<(), SerdeError> {
        self.put(&())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), SerdeError> {
        self.put(&())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), SerdeError> {
        self.put(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerdeError> {
        if !is_reserved(name) {
            return self.transparent(value);
        }
        self.0.enter()?;
        let inner = unpack(&run(self.0.at_same_depth(), value)?)?;
        self.0.leave();
        let Some(restored) = restore(name, inner) else {
            return Err(SerdeError::Message(format!(
                "{name} is reserved by packify: rename the newtype struct"
            )));
        };
        self.put(&restored)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), SerdeError> {
        let mut dict = Compound::new(self.0, Shape::Dict, 1)?;
        dict.entry(variant, value)?;
        dict.close()
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Compound<'p>, SerdeError> {
        Compound::new(self.0, Shape::List, len.unwrap_or(0))
    }

    fn serialize_tuple(self, len: usize) -> Result<Compound<'p>, SerdeError> {
        Compound::new(self.0, Shape::Tuple, len)
    }

    fn serialize_tuple_struct(self, _name: &'static str, len: usize) -> Result<Compound<'p>, SerdeError> {
        Compound::new(self.0, Shape::Tuple, len)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Compound<'p>, SerdeError> {
        self.variant(variant, Shape::Tuple, len)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Compound<'p>, SerdeError> {
        Compound::new(self.0, Shape::Dict, len.unwrap_or(0))
    }

    fn serialize_struct(self, _name: &'static str, len: usize) -> Result<Compound<'p>, SerdeError> {
        Compound::new(self.0, Shape::Dict, len)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Compound<'p>, SerdeError> {
        self.variant(variant, Shape::Dict, len)
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), SerdeError> {
        self.put(&value.to_string())
    }

    fn is_human_readable(&self) -> bool {
        true
    }
}
