//! What is remembered of a write.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{Stage, note::note};
use crate::{
    compile::Conflict,
    content,
    history::journal,
    hooks::Operation,
    job::Insert,
    model::IdType as _,
    schema::Table,
    write::{Wanted, now_micros, prepare},
};

/// A row before and after a write, as the values of its mapped columns.
#[derive(Clone, Debug)]
pub(crate) struct RowChange {
    /// As the database held it; none for a new row.
    pub(crate) before: Option<Vec<Value>>,
    /// As the database holds it now; none for a row that is gone.
    pub(crate) after: Option<Vec<Value>>,
    /// The id of the archive that the row came back from.
    pub(crate) archive_id: Option<String>,
}

impl RowChange {
    pub(crate) fn inserted(row: Vec<Value>) -> Self {
        Self {
            before: None,
            after: Some(row),
            archive_id: None,
        }
    }

    pub(crate) fn restored(row: Vec<Value>, archive_id: String) -> Self {
        Self {
            archive_id: Some(archive_id),
            ..Self::inserted(row)
        }
    }

    pub(crate) fn changed(before: Vec<Value>, after: Vec<Value>) -> Self {
        Self {
            before: Some(before),
            after: Some(after),
            archive_id: None,
        }
    }

    pub(crate) fn deleted(row: Vec<Value>) -> Self {
        Self {
            before: Some(row),
            after: None,
            archive_id: None,
        }
    }

    /// The row as it was, where no row of its key is left.
    pub(super) fn gone(&self, table: &Table) -> Option<&[Value]> {
        let before = self.before.as_deref()?;
        let key = |row: &[Value]| table.key.iter().map(|&i| row.get(i).cloned()).collect::<Vec<_>>();
        match &self.after {
            Some(after) if key(after) == key(before) => None,
            _ => Some(before),
        }
    }
}

/// Remembers what a write did: notes it in the journal, archives the rows of hashed models that are gone, and links new
/// versions to old ones. Part of the write's transaction. Gives back the archived rows.
pub(crate) async fn keep(
    stage: &Stage<'_>,
    operation: Operation,
    changes: &[RowChange],
) -> Result<Vec<Vec<Value>>> {
    let table = stage.table;
    let gone = || changes.iter().filter_map(|c| c.gone(table));
    let archive_ids: Vec<String> = match table.hashed {
        Some(_) => gone().map(|_| String::unset()).collect(),
        None => Vec::new(),
    };
    // The journal vouches for the time of what is kept beside it.
    let micros = if table.history {
        note(stage, operation, changes, &archive_ids)
            .await
            .map_err(|e| explain(e, table, &journal()))?
    } else {
        now_micros()
    };
    if table.hashed.is_none() {
        return Ok(Vec::new());
    }
    let archived = content::archived(table, gone().zip(archive_ids), micros)?;
    let versions = changes
        .iter()
        .filter_map(|c| Some((c.gone(table)?, c.after.as_deref()?)));
    let linked = content::linked(table, versions, micros);
    add(stage, content::deleted_records(), archived.clone()).await?;
    add(stage, content::record_versions(), linked).await?;
    Ok(archived)
}

async fn add(stage: &Stage<'_>, table: Table, rows: Vec<Vec<Value>>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let insert: Insert<()> = prepare(
        stage.dialect(),
        &table,
        rows,
        Conflict::Fail,
        Wanted::Count,
        |_| None,
    )?;
    stage
        .run(insert)
        .await
        .map(|_| ())
        .map_err(|e| explain(e, stage.table, &table))
}

/// Says where the table comes from that is not there.
pub(super) fn explain(error: Error, of: &Table, own: &Table) -> Error {
    if error.kind() != ErrorKind::UnknownTable {
        return error;
    }
    Error::new(
        ErrorKind::UnknownTable,
        format!(
            "what is kept of `{}` goes to the table `{}`, which is not there; `create_tables` with the model makes it",
            of.model, own.name
        ),
    )
    .with_table(own.name.clone().into_owned())
    .with_source(error)
}
