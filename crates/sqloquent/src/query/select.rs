//! The tree of a query: what the builders fill and the compiler reads.

use std::{any::TypeId, borrow::Cow};

use crate::{
    executor::Executor,
    expr::{Expr, Mistake, Order, Slot},
    relation::DefRef,
    schema::Table,
};

/// How two tables are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JoinKind {
    /// Only rows that match.
    Inner,
    /// All rows of the left side.
    Left,
    /// All rows of the right side.
    Right,
    /// All rows of both sides.
    Full,
    /// Every row with every row.
    Cross,
}

/// One of the query's tables.
#[derive(Clone, Debug)]
pub struct Source {
    /// The table.
    pub table: Table,
    /// What it is called in the query, where the table's own name will not do.
    pub alias: Option<Cow<'static, str>>,
    /// How it is joined to those before it; none for the first.
    pub join: Option<Join>,
}

/// How a table is joined to those before it.
#[derive(Clone, Debug)]
pub struct Join {
    /// The kind of join.
    pub kind: JoinKind,
    /// The condition; none for a cross join.
    pub on: Option<Expr>,
}

/// A selected expression with the name it is given.
#[derive(Clone, Debug)]
pub struct Item {
    /// What is selected.
    pub expr: Expr,
    /// The name of the result's column, where one is given.
    pub alias: Option<Cow<'static, str>>,
}

/// A query.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Select {
    /// Identifies the query for the columns that belong to it.
    pub slot: Slot,
    /// Its tables: the base table, then the joined ones.
    pub sources: Vec<Source>,
    /// What is selected; empty for all mapped columns of all tables.
    pub items: Vec<Item>,
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// Conditions, all of which must hold.
    pub filter: Vec<Expr>,
    /// How many of the conditions, the first ones, are those of the model's global scope.
    pub scoped: usize,
    /// What rows are grouped by.
    pub group: Vec<Expr>,
    /// Conditions on groups, all of which must hold.
    pub having: Vec<Expr>,
    /// The order, most important term first.
    pub order: Vec<Order>,
    /// How many rows at most.
    pub limit: Option<u64>,
    /// How many rows to skip.
    pub offset: Option<u64>,
    /// Whether an update or delete without conditions is meant.
    pub all_rows: bool,
    /// The typed model that the base table is queried by: whose hooks run.
    pub(crate) model: Option<TypeId>,
    /// The relation whose rows these are, where the query is that of one row.
    pub(crate) relation: Option<DefRef>,
    /// The first mistake made while building.
    pub mistake: Option<Box<Mistake>>,
}

impl Select {
    /// All of a table.
    #[must_use]
    pub fn from_table(table: Table) -> Self {
        Self::at(Slot::fresh(), table)
    }

    pub(crate) fn at(slot: Slot, table: Table) -> Self {
        Self {
            slot,
            sources: vec![Source {
                table,
                alias: None,
                join: None,
            }],
            items: Vec::new(),
            distinct: false,
            filter: Vec::new(),
            scoped: 0,
            group: Vec::new(),
            having: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: None,
            all_rows: false,
            model: None,
            relation: None,
            mistake: None,
        }
    }

    /// The base table.
    #[must_use]
    pub fn base(&self) -> &Table {
        &self.sources[0].table
    }

    /// Takes note of a relation that is read for one row.
    #[track_caller]
    pub(crate) fn note(&self, db: &dyn Executor) {
        if let Some(relation) = &self.relation {
            db.handle().db.note_relation(|| relation.path());
        }
    }

    /// Keeps a mistake, unless there is one already.
    pub(crate) fn fail(&mut self, mistake: Mistake) {
        self.mistake.get_or_insert_with(|| Box::new(mistake));
    }
}

/// What can stand as a sub-query.
pub trait IntoSelect {
    /// The tree.
    fn into_select(self) -> Select;
}

impl IntoSelect for Select {
    fn into_select(self) -> Select {
        self
    }
}
