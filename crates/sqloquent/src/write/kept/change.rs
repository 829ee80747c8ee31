//! Changes of one kept record.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{
    RowChange, Stage,
    keep::keep,
    perform::{Act, Done, perform},
    read,
};
use crate::{
    call::Call,
    compile::{self, UpdateTree},
    content,
    hooks::Operation,
    job::{Execute, Remove, Store, Stored},
    schema::{Generated, Table, TableDef},
    write::{Data, Mapping, Origin, change, changes, delete_row, key_of, not_found, nothing_stored, stale},
};

/// Updates one row.
pub(in crate::write) fn update<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    before: Vec<Value>,
    after: Vec<Value>,
) -> Call<'a, T> {
    let hooks = origin.handle.hooks(Operation::Update, || mapping.subject.clone());
    let data = Data::Change {
        before,
        after: [after],
    };
    Call::steps(async move {
        let (table, decode) = (mapping.table().clone(), mapping.decode);
        let done = perform(
            origin,
            hooks,
            mapping.subject,
            Operation::Update,
            Act::Change,
            data,
        )
        .await?;
        read::decoded(&table, &decode, &done.row()?)
    })
}

/// Changes one row within a write: what the instance changed is changed of what the database holds.
pub(super) async fn row(stage: &Stage<'_>, data: Data) -> Result<Done> {
    let Data::Change {
        before,
        after: [after],
    } = data
    else {
        return Err(nothing_stored());
    };
    let table = stage.table;
    let stored = read::by_key(stage, key_of(table, &before))
        .await?
        .ok_or_else(|| not_found(table))?;
    if let Some(at) = table.version
        && stored.get(at) != before.get(at)
    {
        return Err(stale(table));
    }
    let mut changed = stored.clone();
    for at in changes(table, &before, &after) {
        if let (Some(place), Some(value)) = (changed.get_mut(at), after.get(at)) {
            *place = value.clone();
        }
    }
    let stored = apply(stage, stored, changed).await?;
    Ok(Done {
        rows: vec![stored],
        affected: 1,
        ..Done::default()
    })
}

/// The columns in which two rows differ and that are written.
fn differing(table: &TableDef, before: &[Value], after: &[Value]) -> Vec<usize> {
    let width = before.len().min(after.len());
    (0..width)
        .filter(|&i| before[i] != after[i] && table.columns[i].generated != Generated::Always)
        .collect()
}

/// Makes the row that the database holds another one, and remembers it. Gives back what is stored then.
pub(super) async fn apply(stage: &Stage<'_>, before: Vec<Value>, after: Vec<Value>) -> Result<Vec<Value>> {
    match store(stage, &before, after).await? {
        Some(stored) => {
            let change = RowChange::changed(before, stored.clone());
            keep(stage, Operation::Update, &[change]).await?;
            Ok(stored)
        }
        None => Ok(before),
    }
}

/// Makes the row that the database holds another one. Gives back what is stored then; none where nothing changes.
pub(super) async fn store(
    stage: &Stage<'_>,
    before: &[Value],
    mut after: Vec<Value>,
) -> Result<Option<Vec<Value>>> {
    match seal(stage.table, before, &mut after)? {
        Some(columns) => place(stage, before, &after, &columns).await.map(Some),
        None => Ok(None),
    }
}

/// Gives a hashed row whose content changes the id of that. Gives back the columns that change; none where nothing does.
pub(super) fn seal(table: &Table, before: &[Value], after: &mut Vec<Value>) -> Result<Option<Vec<usize>>> {
    let mut columns = differing(table, before, after);
    if table.hashed.is_some() {
        let at = content::id_at(table)?;
        if columns.contains(&at) {
            return Err(own_id(table));
        }
        if table.hashed_columns().any(|i| columns.contains(&i)) {
            read::check_intact(table, before)?;
            content::seal(table, [&mut *after])?;
            if after[at] != before[at] {
                columns.push(at);
            }
        }
    }
    Ok((!columns.is_empty()).then_some(columns))
}

/// Stores a row that is [sealed](seal). Where there is a row of its id already, the two become one. Gives back what is
/// stored then.
pub(super) async fn place(
    stage: &Stage<'_>,
    before: &[Value],
    after: &[Value],
    columns: &[usize],
) -> Result<Vec<Value>> {
    let table = stage.table;
    if table.hashed.is_some()
        && columns.contains(&content::id_at(table)?)
        && let Some(twin) = read::by_key(stage, key_of(table, after)).await?
    {
        read::check_intact(table, &twin)?;
        let delete = delete_row(stage.dialect(), table, before)?;
        stage.run(Remove::new(delete, None)).await?;
        return Ok(twin);
    }
    write(stage, before, after, columns).await
}

#[cold]
fn own_id(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!(
            "the id of a `{}` is made of its content and cannot be set; change the content",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}

/// Writes columns of a row as they are to be.
pub(super) async fn write(
    stage: &Stage<'_>,
    before: &[Value],
    after: &[Value],
    columns: &[usize],
) -> Result<Vec<Value>> {
    let (table, dialect) = (stage.table, stage.dialect());
    let change = change(dialect, table, before, after, columns, None, read::whole(table))?;
    if dialect.returning_from_update {
        return match stage.run(Store::new(change)).await? {
            Stored::Row(row) => Ok(row),
            Stored::Missing => Err(not_found(table)),
            Stored::Stale => Err(stale(table)),
        };
    }
    let plan = sqloquent_core::Plan::WRITE;
    if stage.run(Execute::one(change.update, plan)).await? == 0 {
        return Err(not_found(table));
    }
    read::by_key(stage, key_of(table, after))
        .await?
        .ok_or_else(nothing_stored)
}

/// Checks the update of a query's rows as the engine would be given it, so that mistakes show before anything runs.
pub(super) fn check_update(
    dialect: sqloquent_core::Dialect,
    table: &Table,
    tree: &UpdateTree<'_>,
) -> Result<()> {
    compile::compile(dialect, |w| w.update(tree))?;
    if table.hashed.is_some() {
        let id = &table.columns[content::id_at(table)?].name;
        if tree.set.iter().any(|a| a.column() == *id) {
            return Err(own_id(table));
        }
    }
    Ok(())
}
