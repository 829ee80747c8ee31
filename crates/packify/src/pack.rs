//! What can be packed, and packing it in one call.

mod nested;

use std::borrow::Cow;

use num_bigint::BigInt;

use crate::packer::container::Shape;
use crate::{Decimal, Dict, Int, Items, PackError, Packable, Packer, Set, Sink, Value};
use nested::{Frame, pack_frame, pack_value};

/// Packs a value into new bytes.
///
/// # Errors
///
/// [`PackError`] when it is nested too deep or too long, or holds unhashable members or keys.
///
/// ```
/// assert_eq!(packify::pack("a")?, [0x43, 1, b'a']);
/// assert_eq!(packify::pack(&packify::Value::list([1, 2]))?, [0x4a, 0x40, 2, 2, 2, 0x44, 1, 0x44, 2]);
/// # Ok::<(), packify::PackError>(())
/// ```
pub fn pack<T: Pack + ?Sized>(value: &T) -> Result<Vec<u8>, PackError> {
    // Small values fit, larger ones double it.
    let mut out = Vec::with_capacity(64);
    pack_into(value, &mut out)?;
    Ok(out)
}

/// Packs a value behind what `out` already holds, which stays as it was if that fails.
///
/// # Errors
///
/// As with [`pack`].
///
/// ```
/// let mut out = vec![1];
/// packify::pack_into(&true, &mut out)?;
/// assert_eq!(out, [1, 6, 1]);
/// # Ok::<(), packify::PackError>(())
/// ```
pub fn pack_into<T: Pack + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), PackError> {
    Packer::new().append(out, |sink| value.pack_to(sink))
}

/// What can be written as a value.
///
/// Slices and vectors of `u8` are bytes; other sequences go through [`Sink::list`] or [`Value`].
pub trait Pack {
    /// Writes exactly one value.
    ///
    /// # Errors
    ///
    /// What the calls on the sink return.
    ///
    /// ```
    /// use packify::{Pack, PackError, Sink};
    ///
    /// struct Point(i64, i64);
    ///
    /// impl Pack for Point {
    ///     fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
    ///         sink.tuple(|items| items.int(self.0).and_then(|()| items.int(self.1)))
    ///     }
    /// }
    ///
    /// assert_eq!(packify::pack(&Point(1, 2))?, [0x4c, 0x40, 2, 2, 2, 0x44, 1, 0x44, 2]);
    /// # Ok::<(), PackError>(())
    /// ```
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError>;
}

macro_rules! pack_as {
    ($($type:ty: |$value:ident, $sink:ident| $write:expr;)*) => {$(
        impl Pack for $type {
            fn pack_to(&self, $sink: &mut Sink<'_>) -> Result<(), PackError> {
                let $value = self;
                $write
            }
        }
    )*};
}

pack_as! {
    (): |_value, sink| sink.none();
    bool: |value, sink| sink.bool(*value);
    i8: |value, sink| sink.int((*value).into());
    i16: |value, sink| sink.int((*value).into());
    i32: |value, sink| sink.int((*value).into());
    i64: |value, sink| sink.int(*value);
    u8: |value, sink| sink.int((*value).into());
    u16: |value, sink| sink.int((*value).into());
    u32: |value, sink| sink.int((*value).into());
    i128: |value, sink| sink.big_int(&Int::from(*value));
    u128: |value, sink| sink.big_int(&Int::from(*value));
    isize: |value, sink| sink.big_int(&Int::from(*value));
    usize: |value, sink| sink.big_int(&Int::from(*value));
    u64: |value, sink| sink.big_int(&Int::from(*value));
    BigInt: |value, sink| sink.big_int(&Int::from(value.clone()));
    Int: |value, sink| sink.big_int(value);
    f32: |value, sink| sink.float((*value).into());
    f64: |value, sink| sink.float(*value);
    char: |value, sink| sink.str(value.encode_utf8(&mut [0; 4]));
    str: |value, sink| sink.str(value);
    String: |value, sink| sink.str(value);
    [u8]: |value, sink| sink.bytes(value);
    Vec<u8>: |value, sink| sink.bytes(value);
    Decimal: |value, sink| sink.decimal(value);
    Packable: |value, sink| sink.packable(value.name(), value.data());
    Items: |value, sink| pack_frame(sink, |packer| Frame::of_items(value, Shape::List, packer).map(Some));
    Set: |value, sink| pack_frame(sink, |packer| Frame::of_set(value, packer).map(Some));
    Dict: |value, sink| pack_frame(sink, |packer| Frame::of_dict(value, packer).map(Some));
    Value: |value, sink| pack_value(value, sink);
}

impl<const N: usize> Pack for [u8; N] {
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
        sink.bytes(self)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
        match self {
            Some(value) => value.pack_to(sink),
            None => sink.none(),
        }
    }
}

impl<T: Pack + ?Sized> Pack for &T {
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
        (**self).pack_to(sink)
    }
}

impl<T: Pack + ?Sized> Pack for Box<T> {
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
        (**self).pack_to(sink)
    }
}

impl<T: Pack + ToOwned + ?Sized> Pack for Cow<'_, T> {
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
        (**self).pack_to(sink)
    }
}
