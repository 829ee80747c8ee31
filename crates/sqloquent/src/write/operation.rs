//! Writes as data: what hooks see and change, and what is compiled once they have run.

use sqloquent_core::Value;

use crate::{
    expr::Assignment,
    hooks::Key,
    query::Select,
    schema::{Generated, Table, TableDef},
};

/// What is written to, and by which model.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) table: Table,
    /// None for a table of which only the name is known.
    pub(crate) owner: Option<Key>,
}

impl Subject {
    pub(crate) fn new(table: Table, owner: Option<Key>) -> Self {
        Self { table, owner }
    }

    /// The subject of an update or delete of a query's rows.
    pub(crate) fn of(select: &Select) -> Self {
        let table = select.base();
        let owner = match table {
            Table::Dynamic(model) => Some(Key::Dynamic(model.identity())),
            _ => select.model.map(Key::Type),
        };
        Self::new(table.clone(), owner)
    }
}

/// What is written.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// Rows to insert, as the values of all mapped columns.
    Rows(Vec<Vec<Value>>),
    /// A row to update: as it was, and as it is to be.
    Change {
        before: Vec<Value>,
        after: [Vec<Value>; 1],
    },
    /// A row to delete, or to read again.
    Row([Vec<Value>; 1]),
    /// The rows of a query, and what they get.
    Update {
        select: Box<Select>,
        set: Vec<Assignment>,
    },
    /// The rows of a query, to be deleted.
    Delete { select: Box<Select> },
}

impl Data {
    /// The rows that are at hand.
    pub(crate) fn rows(&self) -> Option<&[Vec<Value>]> {
        match self {
            Self::Rows(rows) => Some(rows),
            Self::Change { after: rows, .. } | Self::Row(rows) => Some(rows),
            Self::Update { .. } | Self::Delete { .. } => None,
        }
    }

    /// The rows by value; none for those of a query.
    pub(crate) fn into_rows(self) -> Vec<Vec<Value>> {
        match self {
            Self::Rows(rows) => rows,
            Self::Change { after: rows, .. } | Self::Row(rows) => rows.into(),
            Self::Update { .. } | Self::Delete { .. } => Vec::new(),
        }
    }

    /// The only row by value.
    pub(crate) fn into_row(self) -> Vec<Value> {
        self.into_rows().into_iter().next().unwrap_or_default()
    }

    /// Shows rows as they were stored.
    pub(crate) fn show(&mut self, stored: Vec<Vec<Value>>) {
        match self {
            Self::Rows(rows) => *rows = stored,
            Self::Change { after: rows, .. } | Self::Row(rows) => {
                if let Some(row) = stored.into_iter().next() {
                    *rows = [row];
                }
            }
            Self::Update { .. } | Self::Delete { .. } => {}
        }
    }
}

/// What came of a write, for the hooks after it.
pub(crate) struct Seen {
    /// The rows as they are stored now, where that is known.
    pub(crate) rows: Option<Vec<Vec<Value>>>,
    pub(crate) affected: u64,
    /// Whether anything was written; false where an insert left out a row that was there.
    pub(crate) happened: bool,
}

impl Seen {
    /// Nothing was written.
    pub(crate) const NOTHING: Self = Self {
        rows: None,
        affected: 0,
        happened: false,
    };

    pub(crate) fn affected(affected: u64) -> Self {
        Self {
            rows: None,
            affected,
            happened: true,
        }
    }

    pub(crate) fn rows(rows: Vec<Vec<Value>>) -> Self {
        Self {
            affected: rows.len() as u64,
            rows: Some(rows),
            happened: true,
        }
    }
}

/// Whether the database has still to give the row its key.
pub(crate) fn unset_key(table: &TableDef, row: &[Value]) -> bool {
    table.key.iter().any(|&i| {
        let counted = table.columns[i].generated == Generated::Increment;
        row.get(i)
            .is_none_or(|v| v.is_null() || counted && *v == Value::Int(0))
    })
}
