#![doc = include_str!("../README.md")]
//!
//! # The bytes
//!
//! A value begins with a code byte: the type in the six low bits, in the two high bits how wide the length
//! behind it is (one, two or four bytes, or none). Everything is big-endian.
//!
//! - **Integers** below 2³² put their magnitude where the length goes; the sign is part of the type. Larger ones
//!   have no length field but a one-byte size and the magnitude; beyond 255 bytes the size has four bytes and
//!   the type is another.
//! - **Text, bytes, decimals**: length and content. Decimals are their text.
//! - **Lists, tuples, sets, dicts**: the code byte speaks of the count. Then how wide the entries of the length
//!   table are, the count, the table, and the items one after the other. Sets are ordered by packed item; a
//!   dict is an ordered set of packed pairs.
//! - **User types**: the length of the name, that of the data, the name, the data.
//!
//! # One value, one encoding
//!
//! [`unpack`] accepts only what [`pack`] writes: whatever it returns packs to the very bytes it came from, so
//! a hash over the bytes is a hash over the value. [`unpack_lenient`] also takes the detours the format leaves
//! room for (needlessly wide lengths, unordered sets, trailing bytes); for those the bytes differ afterwards.
//!
//! Two things differ from Python on purpose. Values are equal here when their bytes are: `1`, `1.0` and
//! `True` are three members of a set, and `0.0` is not `-0.0`. And sets with several members of the same bytes
//! (which Python makes of several NaNs) are refused.
//!
//! # Hostile input
//!
//! No input panics. Claimed lengths are compared with what is there before anything is allocated, nesting ends
//! at [`MAX_DEPTH`] with an error, and values nested deeper than that, made by hand, drop without recursion.
//! `Clone`, `Debug`, comparison and hashing of such values do recurse.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod decimal;
mod dict;
mod int;
mod items;
mod layout;
mod pack;
mod pack_error;
mod packable;
mod packer;
mod registry;
mod set;
mod teardown;
mod unpack;
mod unpack_error;
mod value;

#[cfg(feature = "serde")]
mod serde_support;

pub use decimal::{Decimal, DecimalError};
pub use dict::Dict;
pub use int::{Int, OutOfRange};
pub use items::Items;
pub use num_bigint;
pub use pack::{Pack, pack, pack_into};
pub use pack_error::PackError;
pub use packable::{Packable, UserType};
pub use packer::{DictSink, Packer, Sink};
pub use registry::{BoxError, Registry, RegistryError};
pub use set::Set;
pub use unpack::{unpack, unpack_lenient, unpack_prefix};
pub use unpack_error::{Rule, UnpackError};
pub use value::{Value, WrongType};

#[cfg(feature = "serde")]
pub use serde_support::{SerdeError, from_bytes, from_value, to_bytes, to_value};

/// How many containers may lie in one another, both when packing and when unpacking.
///
/// More than Python reads or writes without being told to allow deeper recursion.
pub const MAX_DEPTH: usize = 512;
