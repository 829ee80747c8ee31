//! Errors on the way through serde.

use std::fmt;

use crate::{PackError, UnpackError};

/// Why a type could not be packed or unpacked through serde.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SerdeError {
    /// The value cannot be packed.
    Pack(PackError),
    /// The bytes cannot be unpacked.
    Unpack(UnpackError),
    /// The type nests deeper than `limit` while it is read.
    TooDeep {
        /// How deep it may nest.
        limit: usize,
    },
    /// The value is of another shape than the type, or the type says that it is wrong.
    Message(String),
}

impl fmt::Display for SerdeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pack(error) => error.fmt(f),
            Self::Unpack(error) => error.fmt(f),
            Self::TooDeep { limit } => {
                write!(
                    f,
                    "the type nests more than {limit} levels deep: read it as a `Value` instead"
                )
            }
            Self::Message(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for SerdeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Pack(error) => Some(error),
            Self::Unpack(error) => Some(error),
            Self::TooDeep { .. } | Self::Message(_) => None,
        }
    }
}

impl From<PackError> for SerdeError {
    fn from(error: PackError) -> Self {
        Self::Pack(error)
    }
}

impl From<UnpackError> for SerdeError {
    fn from(error: UnpackError) -> Self {
        Self::Unpack(error)
    }
}

impl serde::ser::Error for SerdeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Message(message.to_string())
    }
}

impl serde::de::Error for SerdeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Message(message.to_string())
    }
}
