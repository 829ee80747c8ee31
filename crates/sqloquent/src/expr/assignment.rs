//! Assignments: what an update sets.

use std::borrow::Cow;

use super::Expr;
use crate::schema::ColumnDef;

/// One column set to a value or expression.
#[derive(Clone, Debug)]
#[must_use = "an assignment does nothing until it is given to an update"]
pub struct Assignment {
    /// The column's name in the database.
    pub(crate) column: Cow<'static, str>,
    /// What it is set to.
    pub(crate) value: Expr,
}

impl Assignment {
    pub(crate) fn new(def: &'static ColumnDef, value: Expr) -> Self {
        Self {
            column: def.name.clone(),
            value,
        }
    }

    /// Sets a column by name; the update checks the name.
    pub fn named(column: impl Into<Cow<'static, str>>, value: Expr) -> Self {
        Self {
            column: column.into(),
            value,
        }
    }

    /// The column's name in the database.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// What it is set to.
    #[must_use]
    pub fn value(&self) -> &Expr {
        &self.value
    }
}

/// What the closure of an update may return: one assignment, an array, a vector, a tuple.
pub trait Assignments {
    /// All of them, in order.
    fn into_vec(self) -> Vec<Assignment>;
}

impl Assignments for Assignment {
    fn into_vec(self) -> Vec<Assignment> {
        vec![self]
    }
}

impl<const N: usize> Assignments for [Assignment; N] {
    fn into_vec(self) -> Vec<Assignment> {
        self.into()
    }
}

impl Assignments for Vec<Assignment> {
    fn into_vec(self) -> Vec<Assignment> {
        self
    }
}
