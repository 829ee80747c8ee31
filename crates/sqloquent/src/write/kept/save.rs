//! Saving a kept record: inserting it, or changing the one of its id.

use sqloquent_core::{Result, Value};

use super::{
    Stage, change, insert,
    perform::{Act, Done, perform},
    read,
};
use crate::{
    call::Call,
    hooks::{Active, Operation, WriteState, fire},
    write::{Data, Mapping, Origin, Seen, changes, key_of, store::every_column, unset_key},
};

/// Saves one row.
pub(in crate::write) fn save<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Vec<Value>,
) -> Call<'a, T> {
    let hooks = origin.handle.hooks(Operation::Save, || mapping.subject.clone());
    let data = Data::Rows(vec![row]);
    Call::steps(async move {
        let (table, decode) = (mapping.table().clone(), mapping.decode);
        let done = perform(origin, hooks, mapping.subject, Operation::Save, Act::Save, data).await?;
        read::decoded(&table, &decode, &done.row()?)
    })
}

/// Saves a row within a write, with the hooks of what is done to it.
pub(super) async fn row(stage: &Stage<'_>, hooks: Option<&Active>, save: &WriteState) -> Result<Done> {
    let (table, row) = (stage.table, save.data().into_row());
    let stored = if unset_key(table, &row) {
        None
    } else {
        read::by_key(stage, key_of(table, &row)).await?
    };
    let part = |operation, data| save.part(save.subject().clone(), operation, data);
    let Some(mut before) = stored else {
        let part = part(Operation::Insert, Data::Rows(vec![row]));
        return with_hooks(stage, hooks, &part).await;
    };
    let mut after = before.clone();
    for i in every_column(table, row.len()) {
        if let (Some(place), Some(value)) = (after.get_mut(i), row.get(i)) {
            *place = value.clone();
        }
    }
    if changes(table, &before, &after).is_empty() {
        return Ok(Done {
            rows: vec![before],
            affected: 1,
            ..Done::default()
        });
    }
    // The version that counts is the one that was read into the instance.
    if let Some(at) = table.version {
        before[at] = row[at].clone();
    }
    let data = Data::Change {
        before,
        after: [after],
    };
    with_hooks(stage, hooks, &part(Operation::Update, data)).await
}

async fn with_hooks(stage: &Stage<'_>, hooks: Option<&Active>, part: &WriteState) -> Result<Done> {
    let operation = part.operation();
    if let Some(hooks) = hooks {
        fire(stage.handle, hooks, operation.before(), part).await?;
    }
    let data = part.data();
    let done = match operation {
        Operation::Insert => insert::rows(stage, data.into_rows()).await?,
        _ => change::row(stage, data).await?,
    };
    part.saw(seen(&done.rows, done.affected));
    if let Some(hooks) = hooks
        && done.affected > 0
    {
        fire(stage.handle, hooks, operation.after(), part).await?;
    }
    // Whether or not the row was new, it was saved.
    Ok(Done { affected: 1, ..done })
}

fn seen(rows: &[Vec<Value>], affected: u64) -> Seen {
    Seen {
        rows: Some(rows.to_vec()),
        affected,
        happened: affected > 0,
    }
}
