//! Containers that serde fills one call at a time.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::Output;
use crate::SerdeError;
use crate::packer::container::{Open, Shape};
use crate::packer::{Packer, Sink};

/// No more room than this is made for headers on the word of a serializer.
const TRUSTED_LEN: usize = 1 << 12;

/// A container that is being filled.
#[derive(Debug)]
pub(in crate::serde_support) struct Compound<'p> {
    packer: &'p mut Packer,
    open: Open,
    /// The entry whose key has been written.
    pair: Option<Open>,
    /// The dict and the entry around the content of an enum variant.
    around: Option<(Open, Open)>,
}

impl<'p> Compound<'p> {
    pub(super) fn new(packer: &'p mut Packer, shape: Shape, len: usize) -> Result<Self, SerdeError> {
        let open = packer.begin(shape, len.min(TRUSTED_LEN))?;
        Ok(Self {
            packer,
            open,
            pair: None,
            around: None,
        })
    }

    pub(super) fn of_variant(
        packer: &'p mut Packer,
        name: &str,
        shape: Shape,
        len: usize,
    ) -> Result<Self, SerdeError> {
        let dict = packer.begin(Shape::Dict, 1)?;
        let pair = packer.begin(Shape::Pair, 2)?;
        Sink::new(packer).str(name)?;
        let mut content = Self::new(packer, shape, len)?;
        content.around = Some((dict, pair));
        Ok(content)
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerdeError> {
        value.serialize(Output(self.packer))
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerdeError> {
        let pair = self.packer.begin(Shape::Pair, 2)?;
        key.serialize(Output(self.packer))?;
        self.packer.expect_values(&pair, 1)?;
        self.packer.expect_hashable(&pair)?;
        self.pair = Some(pair);
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerdeError> {
        let Some(pair) = self.pair.take() else {
            return Err(SerdeError::Message(
                "a value of a map came before its key: serialize the key first".into(),
            ));
        };
        value.serialize(Output(self.packer))?;
        self.packer.expect_values(&pair, 2)?;
        Ok(self.packer.end(&pair)?)
    }

    pub(super) fn entry<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), SerdeError> {
        self.key(key)?;
        self.value(value)
    }

    pub(super) fn close(self) -> Result<(), SerdeError> {
        self.packer.end(&self.open)?;
        if let Some((dict, pair)) = self.around {
            self.packer.end(&pair)?;
            self.packer.end(&dict)?;
        }
        Ok(())
    }
}

macro_rules! sequences {
    ($($serialize:ident $item:ident;)*) => {$(
        impl $serialize for Compound<'_> {
            type Ok = ();
            type Error = SerdeError;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerdeError> {
                self.item(value)
            }

            fn end(self) -> Result<(), SerdeError> {
                self.close()
            }
        }
    )*};
}

sequences! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! structs {
    ($($serialize:ident;)*) => {$(
        impl $serialize for Compound<'_> {
            type Ok = ();
            type Error = SerdeError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), SerdeError> {
                self.entry(key, value)
            }

            fn end(self) -> Result<(), SerdeError> {
                self.close()
            }
        }
    )*};
}

structs! {
    SerializeStruct;
    SerializeStructVariant;
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerdeError> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerdeError> {
        self.value(value)
    }

    fn end(self) -> Result<(), SerdeError> {
        self.close()
    }
}
