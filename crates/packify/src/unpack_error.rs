//! Why bytes could not be unpacked.

use std::fmt;

use crate::{DecimalError, MAX_DEPTH};

/// Why bytes could not be unpacked. Offsets count from the beginning of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnpackError {
    /// Something claims to go on where its surroundings, or the input, have ended.
    Truncated {
        /// Where the missing bytes belong.
        offset: usize,
        /// How many bytes belong there.
        needed: u64,
        /// How many there are.
        available: usize,
    },
    /// The code byte names no type.
    UnknownType {
        /// Where the code byte is.
        offset: usize,
        /// The code byte.
        code: u8,
    },
    /// A byte that says how wide lengths are says nothing of the kind.
    BadWidth {
        /// Where the byte is.
        offset: usize,
        /// The byte.
        code: u8,
    },
    /// Text, or the name of a user type, is no UTF-8.
    NotUtf8 {
        /// Where the first bad byte is.
        offset: usize,
    },
    /// The text of a decimal is no decimal.
    BadDecimal {
        /// Where the text begins.
        offset: usize,
        /// What is wrong with it.
        source: DecimalError,
    },
    /// An item of a dict is not a tuple of two.
    NotAPair {
        /// Where the item begins.
        offset: usize,
    },
    /// A member of a set or a key of a dict is, or contains, a list, byte array, set or dict.
    Unhashable {
        /// Where the member or key begins.
        offset: usize,
    },
    /// A key occurs twice in a dict.
    DuplicateKey {
        /// Where the dict begins.
        offset: usize,
    },
    /// Containers lie in one another beyond [`MAX_DEPTH`].
    TooDeep {
        /// Where the container that is one too many begins.
        offset: usize,
    },
    /// The value is readable, but it is not written the one way packing writes it.
    NotCanonical {
        /// Where it differs.
        offset: usize,
        /// What it differs in.
        rule: Rule,
    },
    /// There is more behind the value.
    TrailingBytes {
        /// Where the value ends.
        offset: usize,
        /// How many bytes follow.
        count: usize,
    },
}

/// A rule of the one way to write a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Lengths and integers take the fewest bytes that hold them.
    Shortest,
    /// The length bits of types without a length are clear.
    ClearBits,
    /// A boolean is 0 or 1.
    PlainBool,
    /// Zero has no sign.
    UnsignedZero,
    /// Decimals are spelt the way Python prints them.
    DecimalSpelling,
    /// Members of sets and entries of dicts are strictly ascending by their bytes.
    Ascending,
    /// An item is exactly as long as the length table says.
    ExactItem,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shortest => "lengths and integers take the fewest bytes that hold them",
            Self::ClearBits => "the length bits of types without a length are clear",
            Self::PlainBool => "a boolean is 0 or 1",
            Self::UnsignedZero => "zero has no sign",
            Self::DecimalSpelling => "decimals have one spelling",
            Self::Ascending => "members of sets and entries of dicts are strictly ascending",
            Self::ExactItem => "an item is exactly as long as the length table says",
        })
    }
}

impl UnpackError {
    /// Where in the input it happened.
    ///
    /// ```
    /// let error = packify::unpack(&[0x43, 2, b'a']).unwrap_err();
    /// assert_eq!(error.offset(), 2);
    /// ```
    #[must_use]
    pub fn offset(&self) -> usize {
        match *self {
            Self::Truncated { offset, .. }
            | Self::UnknownType { offset, .. }
            | Self::BadWidth { offset, .. }
            | Self::NotUtf8 { offset }
            | Self::BadDecimal { offset, .. }
            | Self::NotAPair { offset }
            | Self::Unhashable { offset }
            | Self::DuplicateKey { offset }
            | Self::TooDeep { offset }
            | Self::NotCanonical { offset, .. }
            | Self::TrailingBytes { offset, .. } => offset,
        }
    }
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = self.offset();
        match self {
            Self::Truncated {
                needed, available, ..
            } => write!(
                f,
                "at byte {offset} the value needs {needed} bytes and {available} are left: pass all bytes of the value"
            ),
            Self::UnknownType { code, .. } => {
                write!(
                    f,
                    "the byte {code:#04x} at byte {offset} names no type: check that this is packed data"
                )
            }
            Self::BadWidth { code, .. } => write!(
                f,
                "the byte {code:#04x} at byte {offset} gives no width of lengths: check that this is packed data"
            ),
            Self::NotUtf8 { .. } => write!(
                f,
                "the text is not UTF-8 at byte {offset}: store such data as bytes"
            ),
            Self::BadDecimal { source, .. } => write!(f, "at byte {offset}: {source}"),
            Self::NotAPair { .. } => {
                write!(
                    f,
                    "the dict item at byte {offset} is not a tuple of key and value: pack the dict anew"
                )
            }
            Self::Unhashable { .. } => write!(
                f,
                "the set member or dict key at byte {offset} is a list, byte array, set or dict: use tuples and bytes"
            ),
            Self::DuplicateKey { .. } => {
                write!(
                    f,
                    "the dict at byte {offset} has a key twice: keep one of the entries and pack it anew"
                )
            }
            Self::TooDeep { .. } => write!(
                f,
                "at byte {offset} more than {MAX_DEPTH} containers lie in one another: flatten the value before packing"
            ),
            Self::NotCanonical { rule, .. } => write!(
                f,
                "at byte {offset} the value is not in its one form ({rule}): pack it anew, or read it with \
                 `unpack_lenient`"
            ),
            Self::TrailingBytes { count, .. } => write!(
                f,
                "{count} bytes follow the value that ends at byte {offset}: cut them off, or use `unpack_prefix`"
            ),
        }
    }
}

impl std::error::Error for UnpackError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BadDecimal { source, .. } => Some(source),
            _ => None,
        }
    }
}
