//! Updating and saving one row.

use sqloquent_core::{Dialect, Error, ErrorKind, Result, Value};

use super::{
    Data, Mapping, Origin, Seen, Subject, Write, change, changes, check_has_id, differs, kept,
    nothing_stored, prepare, save_parts, stale, unset_key,
};
use crate::{
    compile::Conflict,
    hooks::{Events, Operation},
    job::{Insert, Store, Stored},
    schema::{Generated, TableDef},
    write::{Wanted, not_found},
};

/// What became of a row, or why nothing did.
pub(super) fn settled<T>(stored: Stored<T>, table: &TableDef, missing: impl FnOnce() -> Error) -> Result<T> {
    match stored {
        Stored::Row(row) => Ok(row),
        Stored::Missing => Err(missing()),
        Stored::Stale => Err(stale(table)),
    }
}

/// Prepares the update of one row: the key and the version are those of `before`. None when nothing differs.
pub(crate) fn update<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    before: Vec<Value>,
    after: Vec<Value>,
) -> Result<Option<impl Future<Output = Result<T>> + Send + use<'a, T>>> {
    let table = mapping.table();
    check_has_id(table, &before)?;
    if table.key.iter().any(|&i| before.get(i) != after.get(i)) {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "an update cannot change the id of a `{}`; insert another one and delete this",
                table.model
            ),
        )
        .with_table(table.name.clone().into_owned()));
    }
    if !differs(table, &before, &after) {
        return Ok(None);
    }
    let way = if kept::is_kept(&origin.handle, table) {
        kept::Way::Kept(kept::update(origin, mapping, before, after))
    } else {
        kept::Way::Plain(plain_update(origin, mapping, before, after)?)
    };
    Ok(Some(async move {
        match way {
            kept::Way::Kept(call) => call.await,
            kept::Way::Plain(update) => update.await,
        }
    }))
}

/// Prepares the update of one row of which nothing is kept.
fn plain_update<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    before: Vec<Value>,
    after: Vec<Value>,
) -> Result<impl Future<Output = Result<T>> + Send + use<'a, T>> {
    let data = Data::Change {
        before,
        after: [after],
    };
    let Mapping {
        subject,
        decode,
        values,
        ..
    } = mapping;
    let table = subject.table.clone();
    let compile = move |dialect: Dialect, subject: &Subject, data: Data| {
        let Data::Change { before, after } = data else {
            return Err(nothing_stored());
        };
        let columns = changes(&subject.table, &before, &after[0]);
        let change = change(
            dialect,
            &subject.table,
            &before,
            &after[0],
            &columns,
            None,
            decode.clone(),
        )?;
        Ok(Store::new(change))
    };
    let write = Write::new(origin, Operation::Update, subject, data, compile)?;
    Ok(async move {
        let settle = |stored| settled(stored, &table, || not_found(&table));
        write.run(settle, |row| Ok(Seen::rows(vec![values(row)?]))).await
    })
}

/// Refuses to save rows of which nobody can tell whether they are stored.
pub(super) fn check_has_key(table: &TableDef) -> Result<()> {
    if table.key.is_empty() {
        return Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "`{}` has no id, so `save` cannot tell whether it is stored; use `insert`",
                table.model
            ),
        )
        .with_table(table.name.clone().into_owned()));
    }
    Ok(())
}

/// Prepares saving one row: inserting it, or overwriting the one of its key. A row that is known to be unstored is
/// inserted.
pub(crate) fn save<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Vec<Value>,
    unstored: bool,
) -> Result<impl Future<Output = Result<T>> + Send + use<'a, T>> {
    let table = mapping.table().clone();
    check_has_key(&table)?;
    let hooks = origin.handle.hooks(Operation::Save, || mapping.subject.clone());
    let in_parts = hooks.clone().filter(|h| h.has(Events::PARTS));
    let versioned = table.version.is_some() && !unstored;
    let way = if kept::is_kept(&origin.handle, &table) {
        Way::Kept(kept::save(origin, mapping, row))
    } else if let Some(hooks) = in_parts {
        Way::Parts(save_parts(origin, hooks, mapping, row)?)
    } else if versioned {
        let (subject, values) = (mapping.subject.clone(), mapping.values);
        let compile = move |dialect: Dialect, _: &Subject, data: Data| {
            versioned_save(dialect, &mapping, &data.into_row())
        };
        let write = Write::with(
            origin,
            hooks,
            Operation::Save,
            subject,
            Data::Rows(vec![row]),
            compile,
        )?;
        Way::Versioned(write, values)
    } else {
        let (subject, values) = (mapping.subject.clone(), mapping.values);
        let compile = move |dialect: Dialect, _: &Subject, data: Data| {
            plain_save(dialect, &mapping, data.into_row(), unstored)
        };
        let write = Write::with(
            origin,
            hooks,
            Operation::Save,
            subject,
            Data::Rows(vec![row]),
            compile,
        )?;
        Way::Plain(write, values)
    };
    Ok(async move {
        match way {
            Way::Kept(call) => call.await,
            Way::Parts(parts) => parts.await,
            Way::Versioned(write, values) => {
                let settle = |stored| settled(stored, &table, nothing_stored);
                write.run(settle, |row| Ok(Seen::rows(vec![values(row)?]))).await
            }
            Way::Plain(write, values) => {
                let settle = |(rows, _): (Vec<T>, u64)| rows.into_iter().next().ok_or_else(nothing_stored);
                write.run(settle, |row| Ok(Seen::rows(vec![values(row)?]))).await
            }
        }
    })
}

/// How a row is saved.
enum Way<K, P, V, S, T> {
    /// As records that are kept.
    Kept(K),
    /// Looked for, then inserted or updated, with the hooks of both.
    Parts(P),
    /// Updated where it has the version that was read, or else inserted.
    Versioned(V, fn(&T) -> Result<Vec<Value>>),
    /// In one statement.
    Plain(S, fn(&T) -> Result<Vec<Value>>),
}

/// An insert that overwrites the row of its key.
fn plain_save<T>(
    dialect: Dialect,
    mapping: &Mapping<T>,
    row: Vec<Value>,
    unstored: bool,
) -> Result<Insert<T>> {
    let table = mapping.table();
    let conflict = if unstored || unset_key(table, &row) {
        Conflict::Fail
    } else {
        take_over(table, table.key.to_vec())
    };
    let wanted = Wanted::Rows(mapping.decode.clone());
    let fixed = matches!(conflict, Conflict::Fail).then_some(mapping);
    prepare(dialect, table, vec![row], conflict, wanted, |columns| {
        fixed.and_then(|m| m.fixed_insert(dialect, columns))
    })
}

/// An update of every column where the version is the one that was read, or else an insert.
fn versioned_save<T: Send + 'static>(
    dialect: Dialect,
    mapping: &Mapping<T>,
    row: &[Value],
) -> Result<Store<T>> {
    let table = mapping.table();
    let wanted = Wanted::Rows(mapping.decode.clone());
    let insert = prepare(dialect, table, vec![row.to_vec()], Conflict::Fail, wanted, |_| {
        None
    })?;
    let every = every_column(table, row.len());
    let decode = mapping.decode.clone();
    Ok(Store::new(change(
        dialect,
        table,
        row,
        row,
        &every,
        Some(insert),
        decode,
    )?))
}

/// What an update of a whole row sets.
pub(super) fn every_column(table: &TableDef, width: usize) -> Vec<usize> {
    (0..width)
        .filter(|i| !table.key.contains(i) && table.columns[*i].generated == Generated::No)
        .filter(|&i| table.created_at != Some(i))
        .collect()
}

/// On conflict, everything is taken from the new row but the key, the conflicting columns and the time of creation.
pub(crate) fn take_over(table: &TableDef, on: Vec<usize>) -> Conflict {
    let set = (0..table.columns.len())
        .filter(|i| !on.contains(i) && !table.key.contains(i) && table.created_at != Some(*i))
        .filter(|&i| table.columns[i].generated == Generated::No)
        .collect();
    Conflict::Update { on, set }
}
