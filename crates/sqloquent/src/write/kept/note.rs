//! Noting writes in the journal.

use packify::Packer;
use sqloquent_core::{Result, Value};

use super::{RowChange, Stage};
use crate::{
    content,
    history::{Append, Cause, ChangeKind, Noted, record_id},
    hooks::Operation,
    schema::Table,
};

/// Adds a journal row for each change; two where a record became one of another id. Part of the write's transaction.
/// The archives of rows that are gone have the ids, in their order. Gives back the time that the journal has.
pub(super) async fn note(
    stage: &Stage<'_>,
    operation: Operation,
    changes: &[RowChange],
    archive_ids: &[String],
) -> Result<i64> {
    let table = stage.table;
    let mut packer = Packer::new();
    let mut noted = Vec::with_capacity(changes.len());
    let mut archive_ids = archive_ids.iter().cloned();
    for change in changes {
        let gone = change.gone(table);
        let previous = gone.map(|row| record_id(table, row));
        if let (Some(row), Some(id)) = (gone, &previous) {
            let kind = match change.after {
                Some(_) => ChangeKind::Replace,
                None => ChangeKind::Delete,
            };
            noted.push(Noted {
                archive_id: archive_ids.next(),
                ..entry(&mut packer, table, kind, id.clone(), None, row)?
            });
        }
        if let Some(row) = &change.after {
            let kind = match change.before {
                Some(_) => ChangeKind::Update,
                None => ChangeKind::Insert,
            };
            let kind = came(stage, operation, kind);
            noted.push(Noted {
                archive_id: change.archive_id.clone(),
                ..entry(&mut packer, table, kind, record_id(table, row), previous, row)?
            });
        }
    }
    append(stage, noted).await
}

/// Adds journal rows. Gives back the time that they have.
pub(super) async fn append(stage: &Stage<'_>, noted: Vec<Noted>) -> Result<i64> {
    let cause = Cause::from(stage.handle.settings);
    let append = Append::new(stage.dialect(), stage.table.model.clone(), cause, noted)?;
    stage.run(append).await
}

/// What is noted of a new row.
pub(super) fn inserted(
    packer: &mut Packer,
    stage: &Stage<'_>,
    operation: Operation,
    row: &[Value],
) -> Result<Noted> {
    let kind = came(stage, operation, ChangeKind::Insert);
    entry(packer, stage.table, kind, record_id(stage.table, row), None, row)
}

/// What is noted of a new row that is packed already.
pub(super) fn inserted_as(stage: &Stage<'_>, operation: Operation, row: &[Value], content: Vec<u8>) -> Noted {
    Noted {
        kind: came(stage, operation, ChangeKind::Insert),
        record_id: record_id(stage.table, row),
        previous_id: None,
        archive_id: None,
        content,
    }
}

/// The kind of a change after which the record is there.
fn came(stage: &Stage<'_>, operation: Operation, kind: ChangeKind) -> ChangeKind {
    if stage.handle.settings.restoring || operation == Operation::Restore {
        ChangeKind::Restore
    } else {
        kind
    }
}

fn entry(
    packer: &mut Packer,
    table: &Table,
    kind: ChangeKind,
    record_id: String,
    previous_id: Option<String>,
    row: &[Value],
) -> Result<Noted> {
    Ok(Noted {
        kind,
        record_id,
        previous_id,
        archive_id: None,
        content: content::pack_noted_as_found(packer, table, row)?,
    })
}
