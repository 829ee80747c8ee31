//! Performing writes of kept records: one transaction, the hooks, the steps between them.

use std::{panic::Location, sync::Arc};

use sqloquent_core::{Dialect, Result, Value};

use super::{bulk, change, insert, query, remove, restore, save};
use crate::{
    call::{Task, run},
    compile::Conflict,
    executor::Handle,
    hooks::{Active, Operation, Pending, WriteState, fire},
    schema::Table,
    write::{Data, Origin, Seen, Subject, nothing_stored, scope::Scope},
};

/// What is to be done between the hooks.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Rows are inserted; those that are there already stay.
    Insert,
    /// The same, and only how many are new is wanted.
    InsertMany,
    /// A row is inserted unless it conflicts with any.
    InsertOrIgnore,
    /// A row is inserted, or the one that has its values in the columns is changed.
    Upsert(Conflict),
    /// One row is changed.
    Change,
    /// One row is deleted.
    Delete,
    /// A row is inserted or changed, with the hooks of both.
    Save,
    /// A row is restored from its archive, and whether only if it matches its id.
    #[cfg_attr(
        not(feature = "derive"),
        allow(dead_code, reason = "what calls it is derived")
    )]
    Restore { archive: Vec<Value>, verified: bool },
    /// The rows of a query are changed; and whether they are wanted.
    UpdateRows(bool),
    /// The rows of a query are deleted; and whether they are wanted.
    DeleteRows(bool),
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// The rows as they are stored, or were, where they are wanted.
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) affected: u64,
    /// What was archived when one row was deleted.
    #[cfg_attr(
        not(feature = "derive"),
        allow(dead_code, reason = "what calls it is derived")
    )]
    pub(crate) archived: Vec<Vec<Value>>,
}

impl Done {
    pub(super) fn row(self) -> Result<Vec<Value>> {
        self.rows.into_iter().next().ok_or_else(nothing_stored)
    }

    fn seen(&self, operation: Operation) -> Seen {
        let shown = matches!(
            operation,
            Operation::Insert | Operation::Update | Operation::Save | Operation::Restore
        );
        Seen {
            rows: (shown && self.rows.len() == 1).then(|| self.rows.clone()),
            affected: self.affected,
            happened: self.affected > 0,
        }
    }
}

/// Where the steps of a write run, and on which table.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'s> {
    pub(crate) handle: Handle<'s>,
    pub(crate) caller: &'static Location<'static>,
    pub(crate) table: &'s Table,
}

impl Stage<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        self.handle.dialect()
    }

    pub(crate) async fn run<J: Task>(&self, job: J) -> Result<J::Output> {
        run(self.handle, self.caller, job).await?.output()
    }
}

/// Performs a write in a transaction of its own, or as part of the one that it is in.
pub(super) async fn perform(
    origin: Origin<'_>,
    hooks: Option<Active>,
    subject: Subject,
    operation: Operation,
    act: Act,
    data: Data,
) -> Result<Done> {
    let Origin { handle, caller } = origin;
    handle.db.models().note(&subject)?;
    let state = Arc::new(WriteState::new(subject, operation, data)?);
    let pending = hooks.as_ref().and_then(|active| Pending::new(active, &state));
    let scope = Scope::open(handle, caller, pending).await?;
    let done = steps(scope.handle(), caller, hooks.as_ref(), &state, &act).await;
    scope.close(done).await
}

async fn steps(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    hooks: Option<&Active>,
    state: &WriteState,
    act: &Act,
) -> Result<Done> {
    let operation = state.operation();
    let table = &state.subject().table;
    let stage = Stage {
        handle,
        caller,
        table,
    };
    if let Some(hooks) = hooks {
        fire(handle, hooks, operation.before(), state).await?;
    }
    if hooks.is_some() {
        query::check_again(stage.dialect(), act, &state.data())?;
    }
    let data = match (act, hooks) {
        // Many rows are not copied where nobody looks at them.
        (Act::InsertMany, None) => state.take_data(),
        _ => state.data(),
    };
    let done = match act {
        Act::Insert => insert::rows(&stage, data.into_rows()).await,
        Act::InsertMany => bulk::rows(&stage, data.into_rows()).await,
        Act::InsertOrIgnore => insert::unless_there(&stage, data.into_row()).await,
        Act::Upsert(conflict) => insert::or_change(&stage, data.into_row(), conflict).await,
        Act::Change => change::row(&stage, data).await,
        Act::Delete => remove::row(&stage, data.into_row()).await,
        Act::Save => save::row(&stage, hooks, state).await,
        Act::Restore { archive, verified } => restore::row(&stage, data.into_row(), archive, *verified).await,
        Act::UpdateRows(wanted) => query::update(&stage, data, *wanted).await,
        Act::DeleteRows(wanted) => query::delete(&stage, data, *wanted).await,
    }?;
    let seen = done.seen(operation);
    let happened = seen.happened;
    state.saw(seen);
    if let Some(hooks) = hooks
        && happened
    {
        fire(handle, hooks, operation.after(), state).await?;
    }
    Ok(done)
}
