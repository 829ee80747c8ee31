//! Inserts whose row need not be returned, because it is known already.

use crate::Sql;

/// What goes with an insert of one row that gives it back: how to do without giving it back.
///
/// Returning a row costs SQLite about as much as inserting it. A driver that knows for certain that the table holds
/// rows just as they are given may run [`sql`](Self::sql) instead and hand the parameters to the job as its row; any
/// other runs the statement as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AsGiven {
    /// The insert, with the same parameters, that returns nothing.
    pub sql: Sql,
    /// A query for the row that was inserted last on the connection, by the number that SQLite gave it, should it have
    /// to be read after all.
    pub read_back: Sql,
    /// The table, as `schema.table` where a schema was given.
    pub table: String,
    /// The columns of the row, in the order in which the statement returns them.
    pub columns: Vec<GivenColumn>,
}

/// A column of a row that is inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GivenColumn {
    /// Its name.
    pub name: String,
    /// Which parameter it takes; none where the database counts a number for it.
    pub parameter: Option<usize>,
}

impl GivenColumn {
    /// A column that takes a parameter, or a number that the database counts.
    #[must_use]
    pub fn new(name: impl Into<String>, parameter: Option<usize>) -> Self {
        Self {
            name: name.into(),
            parameter,
        }
    }
}

impl AsGiven {
    /// How to do without giving a row back.
    #[must_use]
    pub fn new(
        sql: impl Into<Sql>,
        read_back: impl Into<Sql>,
        table: impl Into<String>,
        columns: Vec<GivenColumn>,
    ) -> Self {
        Self {
            sql: sql.into(),
            read_back: read_back.into(),
            table: table.into(),
            columns,
        }
    }
}
