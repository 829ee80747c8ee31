//! Updates and deletes of one row by its key.

use sqloquent_core::{Dialect, Result, Statement, Value};

use super::{
    key_of,
    now::{now_micros, stamp},
};
use crate::{
    compile::{self, DeleteTree, UpdateTree},
    expr::{Assignment, BinaryOp, ColumnRef, Expr, SourceRef},
    job::{Change, Insert},
    query::{Decode, Select},
    schema::{Generated, Table, TableDef},
};

/// Whether a column differs that an update may change: any but those of the key and those that the database computes.
fn differs_at(table: &TableDef, before: &[Value], after: &[Value], i: usize) -> bool {
    before[i] != after[i] && !table.key.contains(&i) && table.columns[i].generated == Generated::No
}

/// Whether an update would change anything.
pub(crate) fn differs(table: &TableDef, before: &[Value], after: &[Value]) -> bool {
    (0..before.len().min(after.len())).any(|i| differs_at(table, before, after, i))
}

/// The columns that an update changes.
pub(crate) fn changes(table: &TableDef, before: &[Value], after: &[Value]) -> Vec<usize> {
    (0..before.len().min(after.len()))
        .filter(|&i| differs_at(table, before, after, i))
        .collect()
}

/// Makes the update of one row: the row's key and version are taken from `before`, the columns to set from `after`.
pub(crate) fn change<T>(
    dialect: Dialect,
    table: &Table,
    before: &[Value],
    after: &[Value],
    columns: &[usize],
    otherwise: Option<Insert<T>>,
    decode: Decode<T>,
) -> Result<Change<T>> {
    let mut select = compile::by_key(table, key_of(table, before))?;
    let slot = select.slot;
    let column = |i: usize| {
        let def = &table.columns[i];
        Expr::Column(ColumnRef {
            source: SourceRef::Slot(slot),
            name: def.name.clone(),
            ty: def.ty,
        })
    };
    let mut set: Vec<Assignment> = Vec::with_capacity(columns.len() + 2);
    for &i in columns {
        if Some(i) != table.version && Some(i) != table.updated_at {
            set.push(Assignment::named(
                table.columns[i].name.clone(),
                Expr::Value(after[i].clone()),
            ));
        }
    }
    if let Some(at) = table.updated_at {
        let def = &table.columns[at];
        set.push(Assignment::named(
            def.name.clone(),
            Expr::Value(stamp(def.ty, now_micros())),
        ));
    }
    if let Some(at) = table.version {
        set.push(Assignment::named(
            table.columns[at].name.clone(),
            Expr::binary(BinaryOp::Add, column(at), Expr::value(1)),
        ));
        select.filter.push(Expr::binary(
            BinaryOp::Eq,
            column(at),
            Expr::Value(before.get(at).cloned().unwrap_or_default()),
        ));
    }
    if set.is_empty() {
        // Nothing but the key: setting it to itself tells whether the row is there and gives it back.
        if let Some(&at) = table.key.first() {
            set.push(Assignment::named(table.columns[at].name.clone(), column(at)));
        }
    }
    let returning = dialect.returning_from_update;
    let tree = UpdateTree {
        query: &select,
        set: &set,
        returning,
    };
    let update = compile::compile(dialect, |w| w.update(&tree))?.into_statement();
    let find = if table.version.is_some() || !returning {
        Some(compile::find(dialect, table, key_of(table, before))?.into_statement())
    } else {
        None
    };
    Ok(Change {
        update,
        find,
        otherwise,
        decode,
        dialect,
    })
}

/// Makes the delete of one row.
pub(crate) fn delete_row(dialect: Dialect, table: &Table, row: &[Value]) -> Result<Statement> {
    let mut select: Select = compile::by_key(table, key_of(table, row))?;
    if let Some(at) = table.version {
        let def = &table.columns[at];
        let column = ColumnRef {
            source: SourceRef::Slot(select.slot),
            name: def.name.clone(),
            ty: def.ty,
        };
        select.filter.push(Expr::binary(
            BinaryOp::Eq,
            Expr::Column(column),
            Expr::Value(row.get(at).cloned().unwrap_or_default()),
        ));
    }
    let tree = DeleteTree {
        query: &select,
        returning: false,
    };
    Ok(compile::compile(dialect, |w| w.delete(&tree))?.into_statement())
}
