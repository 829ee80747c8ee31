//! Tables that a query makes on the way: the ids of a list, the rows that a walk reaches.

use std::borrow::Cow;

use super::{ColumnDef, ColumnType, TableDef};
use crate::{expr::Expr, query::Select};

/// A table that a query makes on the way, to join with the tables of the database.
#[derive(Clone, Debug)]
pub struct Derived {
    def: TableDef,
    rows: DerivedRows,
}

/// What the rows of a derived table are.
#[derive(Clone, Debug)]
pub(crate) enum DerivedRows {
    /// The ids of a list in a column of a table joined before.
    Ids(Ids),
    /// What a step, taken again and again, reaches.
    Recursive(Box<Recursive>),
}

/// The ids of a list, a row for each.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) list: Expr,
    /// The type of the ids.
    pub(crate) ty: ColumnType,
}

/// Rows that are reached from others, step by step. Rows that are reached again are not gone on from, so that it ends
/// whatever the data.
#[derive(Clone, Debug)]
pub(crate) struct Recursive {
    /// A table made before, which the steps go by: its name, its columns and its rows.
    pub(crate) edges: Option<(&'static str, Vec<Cow<'static, str>>, Select)>,
    /// The name under which the step and the result see the rows reached so far.
    pub(crate) name: &'static str,
    /// The columns of those rows.
    pub(crate) columns: Vec<Cow<'static, str>>,
    /// The rows of the first step.
    pub(crate) base: Select,
    /// From the rows reached so far to those of the next step.
    pub(crate) step: Select,
    /// What is made of all that was reached.
    pub(crate) result: Select,
}

impl Ids {
    /// The name of the column.
    pub(crate) const COLUMN: &'static str = "value";
}

impl Derived {
    /// The ids of a list.
    pub(crate) fn ids(list: Expr, ty: ColumnType) -> Self {
        Self {
            def: TableDef::new("ids", vec![ColumnDef::new(Ids::COLUMN, ty)]),
            rows: DerivedRows::Ids(Ids { list, ty }),
        }
    }

    /// What steps reach.
    pub(crate) fn recursive(def: TableDef, recursive: Recursive) -> Self {
        Self {
            def,
            rows: DerivedRows::Recursive(Box::new(recursive)),
        }
    }

    /// Its columns.
    #[must_use]
    pub fn def(&self) -> &TableDef {
        &self.def
    }

    pub(crate) fn rows(&self) -> &DerivedRows {
        &self.rows
    }
}
