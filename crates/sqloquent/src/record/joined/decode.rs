//! From rows of joins to records of each table.

use std::sync::Arc;

use sqloquent_core::{Error, ErrorKind, Result, RowAccess};

use super::{
    super::decode::{SharedNames, of_model},
    JoinedRecord,
};
use crate::{
    dynamic::DynamicModel,
    query::{Decode, JoinKind, Select},
    record::Record,
    schema::Table,
};

/// One of the joined tables.
struct Part {
    model: Option<DynamicModel>,
    names: SharedNames,
    /// Whether the join may find nothing.
    optional: bool,
}

impl JoinedRecord {
    /// Reads whole rows of the tables of a query, one after the other.
    pub(crate) fn decoder(select: &Select) -> Decode<Self> {
        let tables: Arc<[Box<str>]> = names(select).into();
        let parts: Vec<Part> = select
            .sources
            .iter()
            .enumerate()
            .map(|(i, source)| Part {
                model: match &source.table {
                    Table::Dynamic(model) => Some(model.clone()),
                    _ => None,
                },
                names: SharedNames::default(),
                optional: optional(select, i),
            })
            .collect();
        let declared: usize = parts
            .iter()
            .flat_map(|p| &p.model)
            .map(|m| m.table().columns.len())
            .sum();
        let undeclared = parts.iter().filter(|p| p.model.is_none()).count();
        Decode::Closure(Arc::new(move |row| {
            // The columns of one table may be unknown; it has what the others leave.
            let rest = row
                .column_count()
                .checked_sub(declared)
                .filter(|_| undeclared < 2)
                .ok_or_else(split)?;
            let mut offset = 0;
            let records = parts
                .iter()
                .map(|part| {
                    let width = part.model.as_ref().map_or(rest, |m| m.table().columns.len());
                    let record = read(row, part, offset, width);
                    offset += width;
                    record
                })
                .collect::<Result<_>>()?;
            Ok(Self {
                tables: Arc::clone(&tables),
                records,
            })
        }))
    }
}

/// What the tables are called: by alias or name, numbered where a name is there twice.
fn names(select: &Select) -> Vec<Box<str>> {
    let mut names: Vec<Box<str>> = Vec::with_capacity(select.sources.len());
    for source in &select.sources {
        let wanted = source.alias.as_deref().unwrap_or(&source.table.name);
        let mut name = wanted.to_owned();
        let mut n = 2;
        while names.iter().any(|t| t.eq_ignore_ascii_case(&name)) {
            name = format!("{wanted}_{n}");
            n += 1;
        }
        names.push(name.into());
    }
    names
}

/// Whether rows of a table may be missing: of the joined side of a left or full join, and of what stands before a right
/// or full one.
fn optional(select: &Select, index: usize) -> bool {
    let kind = |i: usize| select.sources[i].join.as_ref().map(|j| j.kind);
    matches!(kind(index), Some(JoinKind::Left | JoinKind::Full))
        || (index + 1..select.sources.len())
            .any(|i| matches!(kind(i), Some(JoinKind::Right | JoinKind::Full)))
}

fn read(row: &dyn RowAccess, part: &Part, offset: usize, width: usize) -> Result<Option<Record>> {
    if part.optional && missing(row, part, offset, width)? {
        return Ok(None);
    }
    match &part.model {
        Some(model) => of_model(row, model, offset).map(Some),
        None => {
            let values = (offset..offset + width)
                .map(|i| row.get(i).map(|v| v.to_owned()))
                .collect::<Result<_>>()?;
            Ok(Some(Record::free(
                part.names.of(row, offset, offset + width),
                values,
            )))
        }
    }
}

/// Whether the join found nothing: the key is NULL, or all columns are where there is no key.
fn missing(row: &dyn RowAccess, part: &Part, offset: usize, width: usize) -> Result<bool> {
    let key = part.model.as_ref().map_or(&[][..], |m| &m.table().key);
    let whole: Vec<usize> = (0..width).collect();
    for i in if key.is_empty() { &whole } else { key } {
        if !row.get(offset + i)?.is_null() {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cold]
fn split() -> Error {
    Error::new(
        ErrorKind::Configuration,
        "which columns belong to which of the joined tables is not known; declare them with a `DynamicModel`, or select \
         columns by name",
    )
}
