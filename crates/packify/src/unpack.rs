//! Reading values out of bytes.

mod container;
mod reader;
mod table;

use crate::{UnpackError, Value};
use reader::Reader;

/// Reads the one value that `bytes` are.
///
/// Only the encoding that [`pack`](crate::pack) writes is accepted, so packing the value gives `bytes` again.
///
/// # Errors
///
/// [`UnpackError`] with the place where the bytes stop making sense.
///
/// ```
/// use packify::{UnpackError, Value, unpack};
///
/// assert_eq!(unpack(&[0x44, 7])?, Value::from(7));
/// assert!(matches!(unpack(&[0x44]), Err(UnpackError::Truncated { offset: 1, .. })));
/// // Seven in two bytes: readable, but not how it is written.
/// assert!(matches!(unpack(&[0x84, 0, 7]), Err(UnpackError::NotCanonical { .. })));
/// # Ok::<(), UnpackError>(())
/// ```
pub fn unpack(bytes: &[u8]) -> Result<Value, UnpackError> {
    let (value, rest) = unpack_prefix(bytes)?;
    if rest.is_empty() {
        return Ok(value);
    }
    Err(UnpackError::TrailingBytes {
        offset: bytes.len() - rest.len(),
        count: rest.len(),
    })
}

/// Reads the value that `bytes` begin with, as strictly as [`unpack`], and returns the rest with it.
///
/// # Errors
///
/// [`UnpackError`] as with [`unpack`], except that bytes may follow.
///
/// ```
/// let (value, rest) = packify::unpack_prefix(&[0x44, 7, 1, 2])?;
/// assert_eq!((value, rest), (7.into(), &[1, 2][..]));
/// # Ok::<(), packify::UnpackError>(())
/// ```
pub fn unpack_prefix(bytes: &[u8]) -> Result<(Value, &[u8]), UnpackError> {
    let mut reader = Reader::new(bytes, false);
    let value = reader.value(bytes.len())?;
    Ok((value, reader.rest()))
}

/// Reads a value that may be written in a roundabout way, as Python does.
///
/// Accepted are, beyond what [`unpack`] accepts: bytes behind values, needlessly wide lengths and integers,
/// leftover length bits, any byte as a boolean, sets and dicts in any order and with repetitions (the last entry
/// of a key counts), and decimals in any spelling. Packing the value then gives other bytes.
///
/// # Errors
///
/// [`UnpackError`] when the bytes cannot be read at all.
///
/// ```
/// assert_eq!(packify::unpack_lenient(&[0x84, 0, 7, 0xff])?, 7.into());
/// # Ok::<(), packify::UnpackError>(())
/// ```
pub fn unpack_lenient(bytes: &[u8]) -> Result<Value, UnpackError> {
    Reader::new(bytes, true).value(bytes.len())
}
