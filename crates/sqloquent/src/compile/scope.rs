//! Which tables a column may belong to, and what they are called in the text.

use std::borrow::Cow;

use smallvec::{SmallVec, smallvec};
use sqloquent_core::{Error, ErrorKind, Result};

use super::Writer;
use crate::{
    expr::{ColumnRef, SourceRef},
    query::{Select, Source},
    schema::Table,
};

/// The tables of one query, with the names they have in the text.
pub(crate) struct Scope {
    query: u32,
    sources: Sources,
}

/// Most queries are of one table.
type Sources = SmallVec<[(Cow<'static, str>, Table); 1]>;

fn plain_name(source: &Source) -> Cow<'static, str> {
    match &source.alias {
        Some(alias) => alias.clone(),
        None => own_name(&source.table),
    }
}

/// What a table is called where it has no other name.
fn own_name(table: &Table) -> Cow<'static, str> {
    match split(&table.name) {
        Some((_, table)) => table.to_owned().into(),
        None => table.name.clone(),
    }
}

/// A name that is `schema.table`. Byte by byte: names are too short for anything cleverer.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    let at = name.bytes().position(|b| b == b'.')?;
    Some((name.get(..at)?, name.get(at + 1..)?))
}

impl Writer {
    /// Enters a query: names its tables so that no two in reach are called the same.
    pub(super) fn enter(&mut self, select: &Select) -> Result<()> {
        if let ([only], []) = (&*select.sources, &*self.scopes) {
            self.scopes.push(Scope {
                query: select.slot.query,
                sources: smallvec![(plain_name(only), only.table.clone())],
            });
            return Ok(());
        }
        let mut sources = Sources::with_capacity(select.sources.len());
        for source in &select.sources {
            let wanted = plain_name(source);
            let taken = |name: &str, sources: &[(Cow<'static, str>, Table)]| {
                sources.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
                    || self
                        .scopes
                        .iter()
                        .any(|s| s.sources.iter().any(|(n, _)| n.eq_ignore_ascii_case(name)))
            };
            let mut name = wanted.clone();
            if source.alias.is_some() && sources.iter().any(|(n, _)| n.eq_ignore_ascii_case(&wanted)) {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!(
                        "two joined tables are both called `{}`; give them different names",
                        wanted.escape_debug()
                    ),
                ));
            }
            let mut n = 2;
            while taken(&name, &sources) {
                name = format!("{wanted}_{n}").into();
                n += 1;
            }
            sources.push((name, source.table.clone()));
        }
        self.scopes.push(Scope {
            query: select.slot.query,
            sources,
        });
        Ok(())
    }

    /// Enters a query whose first table is changed: that table by itself.
    pub(super) fn enter_base(&mut self, select: &Select) {
        let table = select.base();
        self.scopes.push(Scope {
            query: select.slot.query,
            sources: smallvec![(own_name(table), table.clone())],
        });
    }

    /// Leaves the innermost query.
    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// What a table of the innermost query is called.
    pub(super) fn source_name(&self, index: usize) -> Cow<'static, str> {
        self.scopes
            .last()
            .and_then(|s| s.sources.get(index))
            .map(|(n, _)| n.clone())
            .unwrap_or_default()
    }

    /// Writes a column with the name of its table where that is needed.
    pub(super) fn column(&mut self, column: &ColumnRef) -> Result<()> {
        let (depth, index) = self.find(column)?;
        let scope = &self.scopes[depth];
        let def = match column.source {
            SourceRef::Slot(_) => None,
            // Named before its table was joined: by column or by field.
            _ => {
                let table = &scope.sources[index].1;
                table
                    .position(&column.name)
                    .map(|i| table.columns[i].name.clone())
            }
        };
        if self.scopes.len() > 1 || scope.sources.len() > 1 {
            let table = scope.sources[index].0.clone();
            self.name(&table)?;
            self.push(".");
        }
        self.name(def.as_ref().unwrap_or(&column.name))
    }

    fn find(&self, column: &ColumnRef) -> Result<(usize, usize)> {
        match &column.source {
            SourceRef::Slot(slot) => self
                .scopes
                .iter()
                .enumerate()
                .rev()
                .find(|(_, s)| s.query == slot.query && usize::from(slot.index) < s.sources.len())
                .map(|(depth, _)| (depth, usize::from(slot.index)))
                .ok_or_else(|| {
                    Error::new(
                        ErrorKind::InvalidQuery,
                        format!(
                            "the column `{}` belongs to a table that is not part of this query",
                            column.name
                        ),
                    )
                    .with_column(column.name.clone().into_owned())
                }),
            SourceRef::Named(table) => {
                let found = self.scopes.iter().enumerate().rev().find_map(|(depth, s)| {
                    s.sources
                        .iter()
                        .position(|(n, t)| n == table || t.name == *table)
                        .map(|i| (depth, i))
                });
                let (depth, index) = found.ok_or_else(|| {
                    Error::new(
                        ErrorKind::UnknownTable,
                        format!(
                            "no table of this query is called `{}`; it has {}",
                            table.escape_debug(),
                            self.scopes
                                .iter()
                                .flat_map(|s| s.sources.iter().map(|(n, _)| format!("`{n}`")))
                                .collect::<Vec<_>>()
                                .join(", ")
                        ),
                    )
                })?;
                let table = &self.scopes[depth].sources[index].1;
                if !table.columns.is_empty() {
                    table.column(&column.name)?;
                }
                Ok((depth, index))
            }
            SourceRef::Unqualified => {
                let found = self.scopes.iter().enumerate().rev().find_map(|(depth, s)| {
                    s.sources
                        .iter()
                        .position(|(_, t)| t.columns.is_empty() || t.position(&column.name).is_some())
                        .map(|i| (depth, i))
                });
                found.ok_or_else(|| match self.scopes.last().and_then(|s| s.sources.first()) {
                    Some((_, table)) => table.unknown_column(&column.name),
                    None => Error::new(ErrorKind::UnknownColumn, format!("no column `{}`", column.name)),
                })
            }
        }
    }
}
