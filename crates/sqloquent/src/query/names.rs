//! Columns by name: `"email"`, or `"posts.title"` when tables are joined. Names are looked up, never spliced.

use std::borrow::Cow;

use sqloquent_core::Value;

use super::Select;
use crate::{
    expr::{ColumnRef, Expr, Mistake, SourceRef},
    schema::ColumnType,
    types::{ValueError, coerce_operand},
};

impl Select {
    /// A column of the query's tables by name.
    ///
    /// A qualified name may refer to a table that is joined later; it is then looked up when the query is compiled.
    pub(crate) fn column(&self, name: &str) -> Result<ColumnRef, Mistake> {
        if let Some((table, column)) = qualified(name) {
            let at = self
                .sources
                .iter()
                .position(|s| s.alias.as_deref().unwrap_or(&s.table.name) == table);
            return match at {
                Some(i) => self.column_of(i, column),
                None if self.base().columns.iter().any(|c| c.name == name) => self.column_of(0, name),
                None => Ok(ColumnRef {
                    source: SourceRef::Named(Cow::Owned(table.to_owned())),
                    name: Cow::Owned(column.to_owned()),
                    ty: ColumnType::Any,
                }),
            };
        }
        for (i, source) in self.sources.iter().enumerate() {
            if let Some(at) = source.table.position(name) {
                return Ok(self.column_at(i, at));
            }
            if source.table.columns.is_empty() {
                return self.column_of(i, name);
            }
        }
        Err(Mistake::from_error(&self.base().unknown_column(name)))
    }

    pub(crate) fn column_of(&self, index: usize, name: &str) -> Result<ColumnRef, Mistake> {
        let source = SourceRef::Slot(self.slot.at(index as u16));
        let table = &self.sources[index].table;
        if table.columns.is_empty() {
            // A table of which no columns are declared: any name may be one of them; it is quoted like all names.
            return Ok(ColumnRef {
                source,
                name: Cow::Owned(name.to_owned()),
                ty: ColumnType::Any,
            });
        }
        match table.position(name) {
            Some(at) => Ok(self.column_at(index, at)),
            None => Err(Mistake::from_error(&table.unknown_column(name))),
        }
    }

    /// A declared column by its place in a table.
    fn column_at(&self, index: usize, at: usize) -> ColumnRef {
        let def = &self.sources[index].table.columns[at];
        ColumnRef {
            source: SourceRef::Slot(self.slot.at(index as u16)),
            name: def.name.clone(),
            ty: def.ty,
        }
    }

    /// The same as an expression; a mistake is kept in the query.
    pub(crate) fn column_expr(&mut self, name: &str) -> Expr {
        match self.column(name) {
            Ok(column) => Expr::Column(column),
            Err(mistake) => {
                self.fail(mistake.clone());
                Expr::Mistake(Box::new(mistake))
            }
        }
    }

    /// A value that is compared with a column, brought to the column's type; a mistake is kept in the query.
    pub(crate) fn operand(&mut self, name: &str, column: &Expr, value: Result<Value, ValueError>) -> Value {
        let ty = match column {
            Expr::Column(column) => column.ty,
            _ => ColumnType::Any,
        };
        match value.and_then(|value| coerce_operand(value, ty)) {
            Ok(value) => value,
            Err(e) => {
                let table = self.base().name.clone();
                self.fail(Mistake::from_error(&e.comparing(&table, name)));
                Value::Null
            }
        }
    }
}

/// A name that is `table.column`. Byte by byte: names are too short for anything cleverer.
fn qualified(name: &str) -> Option<(&str, &str)> {
    let at = name.bytes().rposition(|b| b == b'.')?;
    Some((name.get(..at)?, name.get(at + 1..)?))
}
