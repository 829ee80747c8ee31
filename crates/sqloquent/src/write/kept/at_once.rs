//! Updates of one row by its key that need not read it first: the engine is asked to change it if anything would change,
//! and gives it back.

use sqloquent_core::{Plan, Result, Value};

use super::{RowChange, Stage, keep::keep, perform::Done, read};
use crate::{
    compile::{self, UpdateTree},
    expr::{Assignment, BinaryOp, ColumnRef, Expr, SourceRef},
    hooks::Operation,
    job::Collect,
    query::Select,
    schema::{ColumnType, Generated, TableDef},
    types::read_as,
};

/// Makes the update of a query's row at once, if it is one of which that is possible. None where it is not, or where no
/// row changed: then there may be none, or it holds already what it is to get.
pub(super) async fn update(
    stage: &Stage<'_>,
    select: &Select,
    set: &[Assignment],
    wanted: bool,
) -> Result<Option<Done>> {
    let Some(values) = values(stage, select, set)? else {
        return Ok(None);
    };
    let table = stage.table;
    let column = |at: usize| {
        let def = &table.columns[at];
        Expr::Column(ColumnRef {
            source: SourceRef::Slot(select.slot),
            name: def.name.clone(),
            ty: def.ty,
        })
    };
    let differs = |(at, value): &(usize, Value)| {
        Expr::binary(BinaryOp::Different, column(*at), Expr::Value(value.clone()))
    };
    let mut query = select.clone();
    query.filter.push(Expr::Any(values.iter().map(differs).collect()));
    let assigned = |(at, value): &(usize, Value)| {
        Assignment::named(table.columns[*at].name.clone(), Expr::Value(value.clone()))
    };
    let set: Vec<Assignment> = values.iter().map(assigned).collect();
    let tree = UpdateTree {
        query: &query,
        set: &set,
        returning: true,
    };
    let update = compile::compile(stage.dialect(), |w| w.update(&tree))?.into_statement();
    let job = Collect::new(update, Plan::WRITE_BY_KEY, read::whole(table));
    let stored = stage.run(job).await?;
    if stored.is_empty() {
        return Ok(None);
    }
    // What the row was before nobody asks where it keeps its key and is not archived.
    let changes: Vec<RowChange> = stored
        .into_iter()
        .map(|row| RowChange::changed(row.clone(), row))
        .collect();
    keep(stage, Operation::Update, &changes).await?;
    Ok(Some(Done {
        affected: changes.len() as u64,
        rows: if wanted {
            changes.into_iter().filter_map(|change| change.after).collect()
        } else {
            Vec::new()
        },
        ..Done::default()
    }))
}

/// Which columns get which values; none where the update is not of one row, or takes more than to set values: those that
/// are computed, keys, and what every update sets beside them.
fn values(stage: &Stage<'_>, select: &Select, set: &[Assignment]) -> Result<Option<Vec<(usize, Value)>>> {
    let table: &TableDef = stage.table;
    let more = table.hashed.is_some() || table.version.is_some() || table.updated_at.is_some();
    if more || !stage.dialect().returning_from_update || select.only_key().is_none() {
        return Ok(None);
    }
    let mut values: Vec<(usize, Value)> = Vec::with_capacity(set.len());
    for assignment in set {
        let (Some(at), Expr::Value(given)) = (table.position(assignment.column()), assignment.value()) else {
            return Ok(None);
        };
        let def = &table.columns[at];
        let plain = def.generated == Generated::No && !def.hidden && !table.key.contains(&at);
        // Some engines cannot tell whether JSON differs.
        if !plain || def.ty == ColumnType::Json {
            return Ok(None);
        }
        let value = read_as(given.as_ref(), def.ty).map_err(|e| e.writing(&table.name, &def.name))?;
        // The last of several values counts.
        values.retain(|(other, _)| *other != at);
        values.push((at, value));
    }
    Ok((!values.is_empty()).then_some(values))
}
