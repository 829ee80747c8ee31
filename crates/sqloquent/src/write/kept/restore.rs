//! Bringing back deleted records.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{
    RowChange, Stage,
    keep::keep,
    perform::{Act, Done, perform},
    read,
};
use crate::{
    call::Call,
    compile::{self, Conflict},
    content,
    hooks::Operation,
    job::{First, Insert, Remove},
    schema::TableDef,
    write::{Data, Mapping, Origin, Wanted, delete_row, key_of, prepare},
};

/// Restores a row from the archived record that it came of, given as its values.
#[cfg_attr(
    not(feature = "derive"),
    allow(dead_code, reason = "what calls it is derived")
)]
pub(crate) fn restore<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    archive: Vec<Value>,
    row: Vec<Value>,
    verified: bool,
) -> Call<'a, T> {
    if verified && let Err(e) = check(mapping.table(), &row, &archive) {
        return Call::failed(e);
    }
    let hooks = origin
        .handle
        .hooks(Operation::Restore, || mapping.subject.clone());
    let data = Data::Rows(vec![row]);
    Call::steps(async move {
        let (table, decode) = (mapping.table().clone(), mapping.decode);
        let act = Act::Restore { archive, verified };
        let done = perform(origin, hooks, mapping.subject, Operation::Restore, act, data).await?;
        read::decoded(&table, &decode, &done.row()?)
    })
}

/// Whether a row is the record that the archive says it is.
fn check(table: &TableDef, row: &[Value], archive: &[Value]) -> Result<()> {
    let names_itself = content::key_text(table, row).as_ref() == archive[2].as_ref();
    if names_itself && (table.hashed.is_none() || content::is_intact(table, row)) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::ContentMismatch,
        format!(
            "the archived `{}` does not hold what its id says, so it is not restored; `restore_unverified` does so all \
             the same",
            table.model
        ),
    )
    .with_table("deleted_records"))
}

/// Restores a row within a write, and removes it from the archive.
pub(super) async fn row(
    stage: &Stage<'_>,
    row: Vec<Value>,
    archive: &[Value],
    verified: bool,
) -> Result<Done> {
    let table = stage.table;
    if verified {
        // The hooks may have changed it.
        check(table, &row, archive)?;
    }
    let archives = content::deleted_records();
    let find = compile::find(stage.dialect(), &archives, vec![archive[0].clone()])?;
    let find = read::locked(stage.dialect(), find);
    let plan = sqloquent_core::Plan::READ_BY_KEY;
    let stored = stage.run(First::new(find, plan, read::whole(&archives))).await?;
    match stored {
        None => return Err(no_longer_there(table)),
        Some(stored) if stored != archive => return Err(changed(table)),
        Some(_) => {}
    }
    if read::by_key(stage, key_of(table, &row)).await?.is_some() {
        return Err(there_again(table));
    }
    let wanted = Wanted::Rows(read::whole(table));
    let insert: Insert<_> = prepare(stage.dialect(), table, vec![row], Conflict::Fail, wanted, |_| {
        None
    })?;
    let (stored, _) = stage.run(insert).await?;
    let delete = delete_row(stage.dialect(), &archives, archive)?;
    stage.run(Remove::new(delete, None)).await?;
    let archive_id = archive[0].to_string();
    let restored = |row: &Vec<Value>| RowChange::restored(row.clone(), archive_id.clone());
    let new: Vec<RowChange> = stored.iter().map(restored).collect();
    keep(stage, Operation::Restore, &new).await?;
    Ok(Done {
        affected: new.len() as u64,
        rows: stored,
        ..Done::default()
    })
}

#[cold]
fn no_longer_there(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!(
            "the deleted `{}` is no longer among the deleted records; it was restored already",
            table.model
        ),
    )
    .with_table("deleted_records")
}

#[cold]
fn changed(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::StaleVersion,
        format!(
            "the deleted `{}` is not as it was when it was read; read it again",
            table.model
        ),
    )
    .with_table("deleted_records")
}

#[cold]
fn there_again(table: &TableDef) -> Error {
    Error::new(
        ErrorKind::Unique,
        format!(
            "there is a `{}` of that id again, so there is nothing to restore",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}
