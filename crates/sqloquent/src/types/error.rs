//! Why a value does not fit a type.

use std::fmt;

use sqloquent_core::{Error, ErrorKind, ValueRef};

/// A value does not fit a type; table and column are added by whoever knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError(Box<str>);

impl ValueError {
    /// Another type, or NULL, where `expected` was wanted. The value itself is not shown.
    #[must_use]
    #[cold]
    pub fn mismatch(expected: &str, found: ValueRef<'_>) -> Self {
        Self(match found {
            ValueRef::Null => {
                format!("expected {expected}, found NULL; make the field an `Option` if NULL is allowed")
                    .into()
            }
            _ => format!("expected {expected}, found {}", found.type_name()).into(),
        })
    }

    /// NULL for a column that does not allow it.
    #[must_use]
    #[cold]
    pub(crate) fn null(expected: &str) -> Self {
        Self(format!("expected {expected}, found NULL, which the column does not allow").into())
    }

    /// A number that the type cannot hold.
    #[must_use]
    #[cold]
    pub fn out_of_range(type_name: &str) -> Self {
        Self(format!("the number does not fit into `{type_name}`").into())
    }

    /// A reason in words; must not contain the value.
    #[must_use]
    #[cold]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into().into())
    }

    /// As the error of reading a column.
    #[must_use]
    #[cold]
    pub fn reading(self, table: &str, column: &str) -> Error {
        Error::new(ErrorKind::Decode, format!("cannot read `{column}`: {}", self.0))
            .with_table(table.to_owned())
            .with_column(column.to_owned())
    }

    /// As the error of writing a column.
    #[must_use]
    #[cold]
    pub fn writing(self, table: &str, column: &str) -> Error {
        Error::new(
            ErrorKind::InvalidValue,
            format!("cannot store `{column}`: {}", self.0),
        )
        .with_table(table.to_owned())
        .with_column(column.to_owned())
    }

    /// As the error of comparing with a column.
    #[must_use]
    #[cold]
    pub fn comparing(self, table: &str, column: &str) -> Error {
        Error::new(
            ErrorKind::InvalidValue,
            format!("cannot compare `{column}` with this value: {}", self.0),
        )
        .with_table(table.to_owned())
        .with_column(column.to_owned())
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ValueError {}

impl From<ValueError> for Error {
    fn from(e: ValueError) -> Self {
        Self::new(ErrorKind::InvalidValue, e.0.into_string())
    }
}
