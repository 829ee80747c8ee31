//! From rows to records.

use std::sync::{Arc, OnceLock};

use sqloquent_core::{Error, ErrorKind, Result, RowAccess, Value, ValueRef};

use super::Record;
use crate::{
    dynamic::DynamicModel,
    expr::{Expr, Function, SourceRef},
    query::{Decode, Select},
    schema::{ColumnType, Table},
    types::read_as,
};

/// Reads a value of a declared type.
pub(super) fn value(value: ValueRef<'_>, ty: ColumnType, table: &str, column: &str) -> Result<Value> {
    if ty == ColumnType::Any {
        return Ok(value.to_owned());
    }
    read_as(value, ty).map_err(|e| {
        if table.is_empty() {
            Error::new(ErrorKind::Decode, format!("cannot read `{column}`: {e}"))
                .with_column(column.to_owned())
        } else {
            e.reading(table, column)
        }
    })
}

/// Reads the columns of a model from `offset` on.
pub(super) fn of_model(row: &dyn RowAccess, model: &DynamicModel, offset: usize) -> Result<Record> {
    let table = model.table();
    let mut values = Vec::with_capacity(table.columns.len());
    for (i, def) in table.columns.iter().enumerate() {
        values.push(value(row.get(offset + i)?, def.ty, &table.name, &def.name)?);
    }
    Ok(Record::of_model(model.clone(), values))
}

/// The names of a result, found at its first row and shared by the records of the others.
#[derive(Default)]
pub(super) struct SharedNames(OnceLock<Arc<[Box<str>]>>);

impl SharedNames {
    /// The names of a row's columns in a range. A query that is run again may find that the table has other columns.
    pub(super) fn of(&self, row: &dyn RowAccess, from: usize, to: usize) -> Arc<[Box<str>]> {
        let fresh = || (from..to).map(|i| row.column_name(i).into()).collect();
        let known = self.0.get_or_init(fresh);
        let same =
            known.len() == to - from && (from..to).zip(&**known).all(|(i, n)| row.column_name(i) == &**n);
        if same { Arc::clone(known) } else { fresh() }
    }
}

impl Record {
    /// Reads whole rows of a model. What comes behind its columns is left alone.
    pub(crate) fn whole(model: DynamicModel) -> Decode<Self> {
        Decode::Closure(Arc::new(move |row| of_model(row, &model, 0)))
    }

    /// Whatever a row holds.
    pub(crate) fn any() -> Decode<Self> {
        let names = SharedNames::default();
        Decode::Closure(Arc::new(move |row| {
            let n = row.column_count();
            let values = (0..n)
                .map(|i| row.get(i).map(|v| v.to_owned()))
                .collect::<Result<_>>()?;
            Ok(Self::free(names.of(row, 0, n), values))
        }))
    }

    /// Whatever a row holds from a column on.
    pub(crate) fn rest(row: &dyn RowAccess, from: usize) -> Result<Self> {
        let n = row.column_count();
        let names = (from..n).map(|i| row.column_name(i).into()).collect();
        let values = (from..n)
            .map(|i| row.get(i).map(|v| v.to_owned()))
            .collect::<Result<_>>()?;
        Ok(Self::free(names, values))
    }

    /// Reads what a query selects: columns as their declared types, under names that tell them apart.
    pub(crate) fn decoder(select: &Select) -> Decode<Self> {
        if select.items.is_empty() {
            return match (&select.sources[..], select.base()) {
                ([_], Table::Dynamic(model)) => Self::whole(model.clone()),
                _ => Self::any(),
            };
        }
        let types: Vec<ColumnType> = select.items.iter().map(|i| result_type(&i.expr)).collect();
        let given: Vec<Option<Box<str>>> = (0..select.items.len()).map(|i| given_name(select, i)).collect();
        if types.iter().all(|t| *t == ColumnType::Any) && given.iter().all(Option::is_none) {
            return Self::any();
        }
        let shared = SharedNames::default();
        let ours: OnceLock<Arc<[Box<str>]>> = OnceLock::new();
        Decode::Closure(Arc::new(move |row| {
            let n = row.column_count();
            let mut values = Vec::with_capacity(n);
            for i in 0..n {
                let ty = types.get(i).copied().unwrap_or_default();
                values.push(value(row.get(i)?, ty, "", row.column_name(i))?);
            }
            let names = if given.len() == n && given.iter().all(Option::is_some) {
                Arc::clone(ours.get_or_init(|| given.iter().flatten().cloned().collect()))
            } else if given.iter().any(Option::is_some) {
                let one = |i: usize| {
                    given
                        .get(i)
                        .cloned()
                        .flatten()
                        .unwrap_or_else(|| row.column_name(i).into())
                };
                Arc::clone(ours.get_or_init(|| (0..n).map(one).collect()))
            } else {
                shared.of(row, 0, n)
            };
            Ok(Self::free(names, values))
        }))
    }
}

/// The name of a selected column where the engine's would not tell it from another: `table.column`.
fn given_name(select: &Select, index: usize) -> Option<Box<str>> {
    let Expr::Column(column) = &select.items[index].expr else {
        return None;
    };
    if select.items[index].alias.is_some() {
        return None;
    }
    let twins = select
        .items
        .iter()
        .filter(|i| matches!(&i.expr, Expr::Column(c) if c.name == column.name))
        .count();
    if twins < 2 {
        return None;
    }
    let table = match &column.source {
        SourceRef::Slot(slot) if slot.query == select.slot.query => {
            let source = select.sources.get(usize::from(slot.index))?;
            source.alias.as_deref().unwrap_or(&source.table.name).to_owned()
        }
        SourceRef::Named(name) => name.clone().into_owned(),
        _ => return None,
    };
    Some(format!("{table}.{}", column.name).into())
}

/// The logical type of what an expression gives.
fn result_type(expr: &Expr) -> ColumnType {
    match expr {
        Expr::Column(column) => column.ty,
        Expr::Function { function, args, .. } => {
            let ty = args.first().map_or(ColumnType::Any, result_type);
            match function {
                Function::Min | Function::Max | Function::Coalesce | Function::Lower | Function::Upper => ty,
                Function::Sum => match ty {
                    ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 => ColumnType::Int64,
                    ColumnType::Float32 | ColumnType::Float64 => ColumnType::Float64,
                    ColumnType::Decimal => ColumnType::Decimal,
                    _ => ColumnType::Any,
                },
                _ => ColumnType::Any,
            }
        }
        _ => ColumnType::Any,
    }
}

/// Reads a row of expressions over dynamic tables: what they are declared as is what the reader sees.
pub(crate) fn typed<'e, T: 'static>(
    select: &Select,
    exprs: impl IntoIterator<Item = &'e Expr>,
    read: fn(&dyn RowAccess) -> Result<T>,
) -> Decode<T> {
    let dynamic = select
        .sources
        .iter()
        .any(|s| matches!(s.table, Table::Dynamic(_)));
    let types: Vec<ColumnType> = exprs.into_iter().map(result_type).collect();
    if !dynamic || types.iter().all(|t| *t == ColumnType::Any) {
        return Decode::Function(read);
    }
    Decode::Closure(Arc::new(move |row| {
        let values = (0..row.column_count())
            .map(|i| {
                let ty = types.get(i).copied().unwrap_or_default();
                value(row.get(i)?, ty, "", row.column_name(i))
            })
            .collect::<Result<_>>()?;
        read(&TypedRow { row, values })
    }))
}

/// A row with values of the declared types.
struct TypedRow<'r> {
    row: &'r dyn RowAccess,
    values: Vec<Value>,
}

impl RowAccess for TypedRow<'_> {
    fn column_count(&self) -> usize {
        self.values.len()
    }

    fn column_name(&self, index: usize) -> &str {
        self.row.column_name(index)
    }

    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.values.get(index) {
            Some(value) => Ok(value.as_ref()),
            None => self.row.get(index),
        }
    }
}
