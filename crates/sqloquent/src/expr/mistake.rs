//! Mistakes made while building: kept, and returned by the terminal.

use std::borrow::Cow;

use sqloquent_core::{Error, ErrorKind};

/// A mistake in a query that is still being built. The first one is what the terminal returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    kind: ErrorKind,
    message: Cow<'static, str>,
    table: Option<Box<str>>,
    column: Option<Box<str>>,
}

impl Mistake {
    /// A mistake of a kind with a message that says what to do.
    #[must_use]
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            table: None,
            column: None,
        }
    }

    /// A mistake in how the query is put together.
    #[must_use]
    #[cold]
    pub fn query(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidQuery, message)
    }

    /// Remembers an error.
    #[must_use]
    #[cold]
    pub fn from_error(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            message: error.message().to_owned().into(),
            table: error.table().map(Into::into),
            column: error.column().map(Into::into),
        }
    }

    /// The error for the terminal.
    #[must_use]
    #[cold]
    pub fn to_error(&self) -> Error {
        let mut e = Error::new(self.kind, self.message.clone());
        if let Some(t) = &self.table {
            e = e.with_table(t.to_string());
        }
        if let Some(c) = &self.column {
            e = e.with_column(c.to_string());
        }
        e
    }
}
