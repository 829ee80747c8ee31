//! Any serde type to the bytes and back.

mod de;
mod error;
mod ser;
mod value;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use error::SerdeError;

use crate::packer::Packer;
use crate::{Value, unpack};

/// How many containers, options and newtypes may lie in one another on the way through serde, which, unlike
/// packing a [`Value`], recurses.
const MAX_SERDE_DEPTH: usize = 128;

/// Packs anything that serde can serialize.
///
/// Structs and maps become dicts, sequences lists, tuples tuples. A unit and an absent option become none, a
/// present option its content; enum variants become their name, or a dict of their name and content.
///
/// # Errors
///
/// [`SerdeError`] when the value cannot be packed, is nested deeper than 128, or fails to serialize.
///
/// ```
/// let bytes = packify::to_bytes(&("a", 1))?;
/// assert_eq!(packify::unpack(&bytes)?, packify::Value::from(("a", 1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, SerdeError> {
    ser::run(Packer::with_limit(MAX_SERDE_DEPTH), value)
}

/// Reads what [`to_bytes`] wrote, or anything else that has the shape of `T`.
///
/// # Errors
///
/// [`SerdeError`] when the bytes are no value, or the value does not have that shape.
///
/// ```
/// let bytes = packify::to_bytes(&("a", 1))?;
/// assert_eq!(packify::from_bytes::<(String, u8)>(&bytes)?, ("a".to_owned(), 1));
/// # Ok::<(), packify::SerdeError>(())
/// ```
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, SerdeError> {
    from_value(unpack(bytes)?)
}

/// Turns anything that serde can serialize into a value, the way [`to_bytes`] does.
///
/// # Errors
///
/// As with [`to_bytes`].
///
/// ```
/// assert_eq!(packify::to_value(&vec![1, 2])?, packify::Value::list([1, 2]));
/// # Ok::<(), packify::SerdeError>(())
/// ```
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, SerdeError> {
    Ok(unpack(&to_bytes(value)?)?)
}

/// Makes a `T` of a value.
///
/// # Errors
///
/// [`SerdeError`] when the value does not have the shape of `T`.
///
/// ```
/// assert_eq!(packify::from_value::<Vec<u8>>(packify::Value::list([1, 2]))?, [1, 2]);
/// # Ok::<(), packify::SerdeError>(())
/// ```
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, SerdeError> {
    T::deserialize(de::Input::new(value, MAX_SERDE_DEPTH))
}
