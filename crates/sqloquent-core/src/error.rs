//! The error that every fallible function of the family returns.

mod kind;

use std::{borrow::Cow, error::Error as StdError, fmt};

pub use kind::ErrorKind;

/// `Result` with [`Error`] by default.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it.
///
/// One word wide. [`kind`](Error::kind) is for programs, `Display` is for people; neither ever holds parameter values.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    table: Option<Cow<'static, str>>,
    column: Option<Cow<'static, str>>,
    constraint: Option<Cow<'static, str>>,
    sql: Option<Cow<'static, str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    retryable: bool,
}

impl Error {
    /// An error of a kind with a message that says what to do.
    #[must_use]
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            table: None,
            column: None,
            constraint: None,
            sql: None,
            source: None,
            retryable: kind.is_usually_retryable(),
        }))
    }

    /// Wraps an error of one's own, so that it can travel through hooks and transactions.
    ///
    /// ```
    /// use sqloquent_core::{Error, ErrorKind};
    ///
    /// let error = Error::custom("x".parse::<i32>().unwrap_err());
    /// assert_eq!(error.kind(), ErrorKind::Custom);
    /// assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    /// ```
    #[must_use]
    #[cold]
    pub fn custom(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = error.into();
        let mut this = Self::new(ErrorKind::Custom, source.to_string());
        this.0.source = Some(source);
        this
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The table concerned, where known.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The column concerned, where known.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// The constraint that was violated, where the engine names it.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.0.constraint.as_deref()
    }

    /// The statement that failed, without parameter values.
    #[must_use]
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// Whether running the same transaction again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The wrapped error, if it is a `T`.
    #[must_use]
    pub fn downcast_ref<T: StdError + 'static>(&self) -> Option<&T> {
        self.0.source.as_deref().and_then(|s| s.downcast_ref())
    }

    /// The wrapped error by value, if it is a `T`.
    ///
    /// # Errors
    /// This error unchanged when it wraps something else, or nothing.
    pub fn downcast<T: StdError + 'static>(mut self) -> Result<Box<T>, Self> {
        match self.0.source.take() {
            Some(source) => match source.downcast::<T>() {
                Ok(t) => Ok(t),
                Err(source) => {
                    self.0.source = Some(source);
                    Err(self)
                }
            },
            None => Err(self),
        }
    }

    /// Names the table, unless one is named already.
    #[must_use]
    pub fn with_table(mut self, table: impl Into<Cow<'static, str>>) -> Self {
        self.0.table.get_or_insert_with(|| table.into());
        self
    }

    /// Names the column, unless one is named already.
    #[must_use]
    pub fn with_column(mut self, column: impl Into<Cow<'static, str>>) -> Self {
        self.0.column.get_or_insert_with(|| column.into());
        self
    }

    /// Names the constraint, unless one is named already.
    #[must_use]
    pub fn with_constraint(mut self, constraint: impl Into<Cow<'static, str>>) -> Self {
        self.0.constraint.get_or_insert_with(|| constraint.into());
        self
    }

    /// Attaches the statement, unless one is attached already.
    #[must_use]
    pub fn with_sql(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.0.sql.get_or_insert_with(|| sql.into());
        self
    }

    /// Attaches the error underneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// States whether running the same transaction again may succeed.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let i = &*self.0;
        f.write_str(&i.message)?;
        match (&i.table, &i.column) {
            (Some(t), Some(c)) => write!(f, " (column `{t}.{c}`)")?,
            (Some(t), None) => write!(f, " (table `{t}`)")?,
            (None, Some(c)) => write!(f, " (column `{c}`)")?,
            (None, None) => {}
        }
        if let Some(c) = &i.constraint {
            write!(f, " (constraint `{c}`)")?;
        }
        if let Some(sql) = &i.sql {
            const SHOWN: usize = 400;
            match sql.char_indices().nth(SHOWN) {
                Some((end, _)) => write!(f, " in: {}…", &sql[..end])?,
                None => write!(f, " in: {sql}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let i = &*self.0;
        let mut d = f.debug_struct("Error");
        d.field("kind", &i.kind).field("message", &i.message);
        for (name, value) in [
            ("table", &i.table),
            ("column", &i.column),
            ("constraint", &i.constraint),
            ("sql", &i.sql),
        ] {
            if let Some(value) = value {
                d.field(name, value);
            }
        }
        if let Some(source) = &i.source {
            d.field("source", source);
        }
        d.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|s| s as &(dyn StdError + 'static))
    }
}
