//! Why a value could not be packed.

use std::fmt;

/// Why a value could not be packed. Offsets count from where the outermost value begins.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackError {
    /// Something is longer than 32 bits can say.
    TooLong {
        /// Where the value begins.
        offset: usize,
        /// Its length, or the number of its items.
        len: usize,
    },
    /// Containers lie in one another beyond [`MAX_DEPTH`](crate::MAX_DEPTH), or, through serde, 128.
    TooDeep {
        /// Where the container that is one too many begins.
        offset: usize,
        /// How many may lie in one another.
        limit: usize,
    },
    /// A member of a set or a key of a dict is, or contains, a list, byte array, set or dict.
    Unhashable {
        /// Where the set or the dict entry begins.
        offset: usize,
    },
    /// A member of a set was written twice.
    DuplicateItem {
        /// Where the set begins.
        offset: usize,
    },
    /// A key of a dict was written twice.
    DuplicateKey {
        /// Where the dict begins.
        offset: usize,
    },
    /// Where one value belongs, none or several were written.
    NotOneValue {
        /// Where the value was to begin.
        offset: usize,
        /// How many were written.
        written: usize,
    },
}

impl PackError {
    /// Where in the output it happened.
    ///
    /// ```
    /// # use packify::PackError;
    /// assert_eq!(PackError::TooDeep { offset: 9, limit: 512 }.offset(), 9);
    /// ```
    #[must_use]
    pub fn offset(&self) -> usize {
        match *self {
            Self::TooLong { offset, .. }
            | Self::TooDeep { offset, .. }
            | Self::Unhashable { offset }
            | Self::DuplicateItem { offset }
            | Self::DuplicateKey { offset }
            | Self::NotOneValue { offset, .. } => offset,
        }
    }

    /// The same error, counted from `start` on.
    pub(crate) fn relative_to(mut self, start: usize) -> Self {
        match &mut self {
            Self::TooLong { offset, .. }
            | Self::TooDeep { offset, .. }
            | Self::Unhashable { offset }
            | Self::DuplicateItem { offset }
            | Self::DuplicateKey { offset }
            | Self::NotOneValue { offset, .. } => *offset = offset.saturating_sub(start),
        }
        self
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { offset, len } => write!(
                f,
                "the value at byte {offset} has a length of {len}, and lengths end at 4294967295: split it up"
            ),
            Self::TooDeep { offset, limit } => write!(
                f,
                "at byte {offset} more than {limit} containers lie in one another: flatten the value"
            ),
            Self::Unhashable { offset } => write!(
                f,
                "at byte {offset} a set member or dict key is a list, byte array, set or dict, which Python could \
                 not read back: use tuples and bytes instead"
            ),
            Self::DuplicateItem { offset } => {
                write!(
                    f,
                    "the set at byte {offset} was given a member twice: write each once"
                )
            }
            Self::DuplicateKey { offset } => {
                write!(
                    f,
                    "the dict at byte {offset} was given a key twice: write each once"
                )
            }
            Self::NotOneValue { offset, written } => {
                write!(
                    f,
                    "at byte {offset} exactly one value belongs, {written} were written: write one"
                )
            }
        }
    }
}

impl std::error::Error for PackError {}
