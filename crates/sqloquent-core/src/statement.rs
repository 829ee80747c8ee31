//! Statements: SQL text with its parameters.

use std::{fmt, ops::Deref, sync::Arc};

use crate::{AsGiven, Value};

/// SQL text: fixed in the program, or shared by all who run the same statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Sql {
    /// Text that lives as long as the program.
    Static(&'static str),
    /// Text made at run time; cloning it copies nothing.
    Shared(Arc<str>),
    /// Text made at run time for one statement.
    Owned(String),
}

impl Deref for Sql {
    type Target = str;
    fn deref(&self) -> &str {
        match self {
            Self::Static(s) => s,
            Self::Shared(s) => s,
            Self::Owned(s) => s,
        }
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<&'static str> for Sql {
    fn from(s: &'static str) -> Self {
        Self::Static(s)
    }
}

impl From<String> for Sql {
    fn from(s: String) -> Self {
        Self::Shared(s.into())
    }
}

impl From<Arc<str>> for Sql {
    fn from(s: Arc<str>) -> Self {
        Self::Shared(s)
    }
}

/// One statement with its parameters, in the order in which its placeholders stand.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statement {
    /// The text, with the placeholders of the dialect.
    pub sql: Sql,
    /// The parameters of all sets, one set after the other.
    pub params: Vec<Value>,
    /// How many sets of parameters there are; the statement runs once for each. 1 for nearly every statement.
    pub sets: usize,
    /// Whether the prepared form is worth keeping in the statement cache.
    pub cached: bool,
    /// Whether the job wants to know what each set did: [`Job::set_done`](crate::Job::set_done).
    pub per_set: bool,
    /// Whether many sets in a transaction of somebody else are put between savepoints, so that where one fails those
    /// before it are undone.
    pub savepoint: bool,
    /// How to do without what it returns, where that may be known already. A driver may ignore it.
    pub as_given: Option<Arc<AsGiven>>,
}

impl Statement {
    /// A statement that runs once.
    #[must_use]
    pub fn new(sql: impl Into<Sql>, params: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            params,
            sets: 1,
            cached: true,
            per_set: false,
            savepoint: true,
            as_given: None,
        }
    }

    /// A statement that runs once for each of `sets` equally long sets of parameters. Where a set fails in a transaction
    /// that may go on, those before it are undone, but for a statement [without a savepoint](Self::without_savepoint).
    #[must_use]
    pub fn repeated(sql: impl Into<Sql>, params: Vec<Value>, sets: usize) -> Self {
        Self {
            sql: sql.into(),
            params,
            sets,
            cached: true,
            per_set: false,
            savepoint: true,
            as_given: None,
        }
    }

    /// Marks the statement as not worth keeping in the statement cache.
    #[must_use]
    pub fn uncached(mut self) -> Self {
        self.cached = false;
        self
    }

    /// Asks for what each set did.
    #[must_use]
    pub fn per_set(mut self) -> Self {
        self.per_set = true;
        self
    }

    /// Does without a savepoint: whoever runs it has one, or a transaction, around it and more, and undoes that when it
    /// fails.
    #[must_use]
    pub fn without_savepoint(mut self) -> Self {
        self.savepoint = false;
        self
    }

    /// Says how to do without what it returns.
    #[must_use]
    pub fn or_as_given(mut self, as_given: Option<Arc<AsGiven>>) -> Self {
        self.as_given = as_given;
        self
    }

    /// The parameters of one set.
    #[must_use]
    pub fn set(&self, index: usize) -> &[Value] {
        let n = self.params.len().checked_div(self.sets).unwrap_or(0);
        self.params.get(index * n..(index + 1) * n).unwrap_or(&[])
    }
}

/// What a statement did, apart from its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// Rows inserted, changed or deleted by the statement itself; 0 for statements that only read.
    pub affected: u64,
    /// The integer key that the engine assigned to the last inserted row, where it reports one.
    pub last_insert_id: Option<i64>,
}

impl Outcome {
    /// An outcome of so many affected rows.
    #[must_use]
    pub const fn affected(rows: u64) -> Self {
        Self {
            affected: rows,
            last_insert_id: None,
        }
    }

    /// Adds the key that the engine assigned.
    #[must_use]
    pub const fn with_last_insert_id(mut self, id: i64) -> Self {
        self.last_insert_id = Some(id);
        self
    }
}
