//! Deletes of one kept record.

use sqloquent_core::{Result, Value};

use super::{
    RowChange, Stage,
    keep::keep,
    perform::{Act, Done, perform},
    read,
};
use crate::{
    hooks::Operation,
    job::Remove,
    write::{Data, Origin, Subject, check_has_id, delete_row, key_of, not_found, stale},
};

/// Prepares the delete of one row.
pub(in crate::write) fn delete<'a>(
    origin: Origin<'a>,
    subject: Subject,
    row: Vec<Value>,
) -> Result<impl Future<Output = Result<Done>> + Send + use<'a>> {
    check_has_id(&subject.table, &row)?;
    let hooks = origin.handle.hooks(Operation::Delete, || subject.clone());
    let data = Data::Row([row]);
    Ok(perform(
        origin,
        hooks,
        subject,
        Operation::Delete,
        Act::Delete,
        data,
    ))
}

/// Prepares the delete of one row that gives back its archive.
#[cfg(feature = "derive")]
pub(crate) fn archive<'a>(
    origin: Origin<'a>,
    subject: Subject,
    row: Vec<Value>,
) -> Result<impl Future<Output = Result<Vec<Value>>> + Send + use<'a>> {
    let done = delete(origin, subject, row)?;
    Ok(async move {
        let archived = done.await?.archived;
        archived
            .into_iter()
            .next()
            .ok_or_else(crate::write::nothing_stored)
    })
}

/// Deletes one row within a write.
pub(super) async fn row(stage: &Stage<'_>, row: Vec<Value>) -> Result<Done> {
    let table = stage.table;
    let stored = read::by_key(stage, key_of(table, &row))
        .await?
        .ok_or_else(|| not_found(table))?;
    if let Some(at) = table.version
        && stored.get(at) != row.get(at)
    {
        return Err(stale(table));
    }
    let delete = delete_row(stage.dialect(), table, &stored)?;
    stage.run(Remove::new(delete, None)).await?;
    let archived = keep(stage, Operation::Delete, &[RowChange::deleted(stored)]).await?;
    Ok(Done {
        affected: 1,
        archived,
        ..Done::default()
    })
}
