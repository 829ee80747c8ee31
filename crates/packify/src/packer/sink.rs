//! What a value is written to.

use super::Packer;
use super::container::Shape;
use crate::layout::kind;
use crate::{Decimal, Int, Pack, PackError};

/// Where values are written to, one after the other.
///
/// A call that fails leaves nothing behind in the bytes.
#[derive(Debug)]
pub struct Sink<'p> {
    packer: &'p mut Packer,
}

impl<'p> Sink<'p> {
    pub(crate) fn new(packer: &'p mut Packer) -> Self {
        Self { packer }
    }

    pub(crate) fn packer(&mut self) -> &mut Packer {
        self.packer
    }

    /// Writes anything that can be packed.
    ///
    /// # Errors
    ///
    /// What [`Pack::pack_to`] of the value returns.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.value(&Some(7)))?, [0x44, 7]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn value<T: Pack + ?Sized>(&mut self, value: &T) -> Result<(), PackError> {
        value.pack_to(self)
    }

    /// Writes nothing, as a value.
    ///
    /// # Errors
    ///
    /// None; a `Result` so that it can end a closure.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.none())?, [0]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn none(&mut self) -> Result<(), PackError> {
        self.packer.put_none();
        Ok(())
    }

    /// Writes a boolean.
    ///
    /// # Errors
    ///
    /// None; a `Result` so that it can end a closure.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.bool(true))?, [6, 1]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn bool(&mut self, value: bool) -> Result<(), PackError> {
        self.packer.put_bool(value);
        Ok(())
    }

    /// Writes an integer of 64 bits.
    ///
    /// # Errors
    ///
    /// None; a `Result` so that it can end a closure.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.int(-256))?, [0x85, 1, 0]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn int(&mut self, value: i64) -> Result<(), PackError> {
        self.packer
            .put_int(value < 0, &value.unsigned_abs().to_be_bytes())
    }

    /// Writes an integer of any size.
    ///
    /// # Errors
    ///
    /// [`PackError::TooLong`] when it has more than 2³² bytes.
    ///
    /// ```
    /// let big: packify::Int = "4294967296".parse()?;
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.big_int(&big))?, [4, 5, 1, 0, 0, 0, 0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn big_int(&mut self, value: &Int) -> Result<(), PackError> {
        value.with_magnitude(|negative, magnitude| self.packer.put_int(negative, magnitude))
    }

    /// Writes a float.
    ///
    /// # Errors
    ///
    /// None; a `Result` so that it can end a closure.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.float(1.5))?, [7, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn float(&mut self, value: f64) -> Result<(), PackError> {
        self.packer.put_float(value);
        Ok(())
    }

    /// Writes text.
    ///
    /// # Errors
    ///
    /// [`PackError::TooLong`] from 4 GiB on.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.str("a"))?, [0x43, 1, b'a']);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn str(&mut self, text: &str) -> Result<(), PackError> {
        self.packer.put_bytes(kind::STR, text.as_bytes())
    }

    /// Writes bytes.
    ///
    /// # Errors
    ///
    /// [`PackError::TooLong`] from 4 GiB on.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.bytes(&[9]))?, [0x41, 1, 9]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), PackError> {
        self.packer.put_bytes(kind::BYTES, bytes)
    }

    /// Writes bytes that Python reads as a `bytearray`.
    ///
    /// # Errors
    ///
    /// [`PackError::TooLong`] from 4 GiB on.
    ///
    /// ```
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.byte_array(b"z"))?, [0x42, 1, 0x7a]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn byte_array(&mut self, bytes: &[u8]) -> Result<(), PackError> {
        self.packer.put_bytes(kind::BYTE_ARRAY, bytes)
    }

    /// Writes a decimal.
    ///
    /// # Errors
    ///
    /// [`PackError::TooLong`] from 4 GiB on.
    ///
    /// ```
    /// let two = packify::Decimal::from(2);
    /// assert_eq!(packify::Packer::new().pack(|sink| sink.decimal(&two))?, [0x48, 1, b'2']);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn decimal(&mut self, value: &Decimal) -> Result<(), PackError> {
        self.packer.put_bytes(kind::DECIMAL, value.as_str().as_bytes())
    }

    /// Writes a user type by its name and data.
    ///
    /// # Errors
    ///
    /// [`PackError::TooLong`] from 4 GiB on.
    ///
    /// ```
    /// let mut packer = packify::Packer::new();
    /// assert_eq!(packer.pack(|sink| sink.packable("P", b"x"))?, [0x54, 1, 1, b'P', b'x']);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn packable(&mut self, name: &str, data: &[u8]) -> Result<(), PackError> {
        self.packer.put_packable(name, data)
    }

    /// Writes a list of the values that `fill` writes.
    ///
    /// # Errors
    ///
    /// What `fill` returns, [`PackError::TooDeep`], and [`PackError::TooLong`] from 4 GiB per item on.
    ///
    /// ```
    /// let mut packer = packify::Packer::new();
    /// let bytes = packer.pack(|sink| sink.list(|items| items.none()))?;
    /// assert_eq!(bytes, [0x4a, 0x40, 1, 1, 0]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn list(
        &mut self,
        fill: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        self.container(Shape::List, fill)
    }

    /// Writes a tuple of the values that `fill` writes.
    ///
    /// # Errors
    ///
    /// As with [`Sink::list`].
    ///
    /// ```
    /// let mut packer = packify::Packer::new();
    /// assert_eq!(packer.pack(|sink| sink.tuple(|_| Ok(())))?, [0x4c, 0x40, 0]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn tuple(
        &mut self,
        fill: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        self.container(Shape::Tuple, fill)
    }

    /// Writes a set of the values that `fill` writes, in any order.
    ///
    /// # Errors
    ///
    /// As with [`Sink::list`], and [`PackError::DuplicateItem`] and [`PackError::Unhashable`].
    ///
    /// ```
    /// let mut packer = packify::Packer::new();
    /// let bytes = packer.pack(|sink| sink.set(|set| [3, 1].iter().try_for_each(|n| set.value(n))))?;
    /// assert_eq!(bytes, [0x4b, 0x40, 2, 2, 2, 0x44, 1, 0x44, 3]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn set(
        &mut self,
        fill: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        self.container(Shape::Set, fill)
    }

    /// Writes a dict of the entries that `fill` writes, in any order.
    ///
    /// # Errors
    ///
    /// As with [`Sink::list`], and [`PackError::DuplicateKey`] and [`PackError::Unhashable`].
    ///
    /// ```
    /// let mut packer = packify::Packer::new();
    /// let bytes = packer.pack(|sink| sink.dict(|dict| dict.entry(&1, &2)))?;
    /// assert_eq!(bytes, [0x4d, 0x40, 1, 9, 0x4c, 0x40, 2, 2, 2, 0x44, 1, 0x44, 2]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn dict(
        &mut self,
        fill: impl FnOnce(&mut DictSink<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        self.container(Shape::Dict, |sink| fill(&mut DictSink { packer: sink.packer }))
    }

    fn container(
        &mut self,
        shape: Shape,
        fill: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        let open = self.packer.begin(shape, 0)?;
        match fill(&mut Sink { packer: self.packer }) {
            Ok(()) => self.packer.end(&open),
            Err(error) => {
                self.packer.abandon(&open);
                Err(error)
            }
        }
    }
}

/// Where the entries of a dict are written to, in any order.
#[derive(Debug)]
pub struct DictSink<'p> {
    packer: &'p mut Packer,
}

impl DictSink<'_> {
    /// Writes an entry.
    ///
    /// # Errors
    ///
    /// What packing the key or the value returns, [`PackError::Unhashable`] when the key cannot be one, and
    /// [`PackError::NotOneValue`] when either writes no value or several.
    ///
    /// ```
    /// # let mut packer = packify::Packer::new();
    /// let list_as_key = packify::Value::list([1]);
    /// assert!(packer.pack(|sink| sink.dict(|dict| dict.entry(&list_as_key, &1))).is_err());
    /// assert!(packer.pack(|sink| sink.dict(|dict| dict.entry("key", &1))).is_ok());
    /// ```
    pub fn entry<K: Pack + ?Sized, V: Pack + ?Sized>(&mut self, key: &K, value: &V) -> Result<(), PackError> {
        self.entry_with(key, |sink| value.pack_to(sink))
    }

    /// Writes an entry whose value `write` writes.
    ///
    /// # Errors
    ///
    /// As with [`DictSink::entry`].
    ///
    /// ```
    /// # let mut packer = packify::Packer::new();
    /// let write = |sink: &mut packify::Sink<'_>| sink.dict(|dict| dict.entry_with("empty", |sink| sink.list(|_| Ok(()))));
    /// assert!(packer.pack(write).is_ok());
    /// ```
    pub fn entry_with<K: Pack + ?Sized>(
        &mut self,
        key: &K,
        write: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        let open = self.packer.begin(Shape::Pair, 2)?;
        let written = key
            .pack_to(&mut Sink { packer: self.packer })
            .and_then(|()| self.packer.expect_values(&open, 1))
            .and_then(|()| self.packer.expect_hashable(&open))
            .and_then(|()| write(&mut Sink { packer: self.packer }))
            .and_then(|()| self.packer.expect_values(&open, 2));
        match written {
            Ok(()) => self.packer.end(&open),
            Err(error) => {
                self.packer.abandon(&open);
                Err(error)
            }
        }
    }
}
