//! Adding rows to the journal.

use std::{borrow::Cow, mem, sync::Arc};

use packify::Packer;
use sqloquent_core::{
    Dialect, Error, ErrorKind, Family, Flow, Job, Outcome, Plan, Result, RowAccess, Statement, Value,
    text_form,
};

use super::{
    ChangeKind, Hash,
    entry::{Fields, NO_HASH},
    journal,
    record_id::record_key,
};
use crate::{
    call::Task,
    compile::{self, Conflict, UpdateTree},
    db::Settings,
    expr::{Assignment, Expr},
    job::{Insert, Rows, into_any},
    query::read,
    schema::Table,
    write::now_micros,
};

/// A change that is to be noted.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) kind: ChangeKind,
    pub(crate) record_id: String,
    pub(crate) previous_id: Option<String>,
    /// The archive that was made, or that a record came back from.
    pub(crate) archive_id: Option<String>,
    /// The packed record.
    pub(crate) content: Vec<u8>,
}

/// On whose behalf a change is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cause {
    pub(crate) actor: Option<Arc<str>>,
    pub(crate) reason: Option<Arc<str>>,
}

impl From<&Settings> for Cause {
    fn from(settings: &Settings) -> Self {
        Self {
            actor: settings.actor.clone(),
            reason: settings.reason.clone(),
        }
    }
}

/// Adds rows for changes of one model: takes the head of the model's rows, under its lock, and goes on from there.
pub(crate) struct Append {
    dialect: Dialect,
    model: Cow<'static, str>,
    cause: Cause,
    changes: Vec<Noted>,
    /// The time of the rows.
    micros: i64,
    stage: Stage,
    head: Option<(u64, Hash)>,
}

enum Stage {
    /// Reads the head.
    Read,
    /// Has read it.
    Found,
    /// Makes a head for a model that has none yet; where another transaction makes it too, one waits for the other.
    Begin(Box<Insert<()>>),
    Insert(Box<Insert<()>>),
    Over,
}

impl Append {
    pub(crate) fn new(dialect: Dialect, model: Cow<'static, str>, cause: Cause, changes: Vec<Noted>) -> Self {
        let stage = if changes.is_empty() {
            Stage::Over
        } else {
            Stage::Read
        };
        Self {
            dialect,
            model,
            cause,
            changes,
            micros: now_micros(),
            stage,
            head: None,
        }
    }

    fn model(&self) -> Value {
        Value::Text(self.model.clone().into_owned())
    }

    /// The head, locked where an engine has locks of rows.
    fn read_head(&self) -> Result<Statement> {
        let mut compiled = compile::find(self.dialect, &journal::heads(), vec![self.model()])?;
        if self.dialect.family != Family::Sqlite {
            compiled.sql.push_str(" FOR UPDATE");
        }
        Ok(compiled.into_statement())
    }

    /// A head before the first row.
    fn begin(&self) -> Insert<()> {
        let values = vec![self.model(), Value::Int(0), Value::Bytes(NO_HASH.to_vec())];
        rows(self.dialect, journal::heads(), values, 1, Conflict::Ignore)
    }

    /// Makes the rows, each with the hash of the one before it.
    fn chain(&mut self, (mut sequence, mut previous): (u64, Hash)) -> Result<Insert<()>> {
        // Only now is nobody else adding rows.
        self.micros = now_micros();
        let time = text_form::datetime_text(self.micros);
        let mut packer = Packer::new();
        let changes = mem::take(&mut self.changes);
        let count = changes.len();
        let mut values = Vec::with_capacity(count * journal::COLUMNS.len());
        let text = |text: &Option<Arc<str>>| text.as_deref().map_or(Value::Null, |t| Value::Text(t.into()));
        for change in changes {
            sequence += 1;
            let key = record_key(&change.record_id);
            let fields = Fields {
                model: &self.model,
                sequence,
                time: &time,
                actor: self.cause.actor.as_deref(),
                reason: self.cause.reason.as_deref(),
                kind: change.kind,
                record_id: &change.record_id,
                previous_id: change.previous_id.as_deref(),
                archive_id: change.archive_id.as_deref(),
                content: &change.content,
                previous_hash: &previous,
            };
            let hash = fields.hashed(&mut packer)?;
            values.extend([
                self.model(),
                Value::Int(i64::try_from(sequence).unwrap_or(i64::MAX)),
                Value::Text(time.clone()),
                text(&self.cause.actor),
                text(&self.cause.reason),
                Value::Text(change.kind.name().into()),
                Value::Text(change.record_id),
                change.previous_id.map_or(Value::Null, Value::Text),
                change.archive_id.map_or(Value::Null, Value::Text),
                Value::Bytes(change.content),
                Value::Bytes(previous.to_vec()),
                Value::Bytes(hash.to_vec()),
                Value::Int(key),
            ]);
            previous = hash;
        }
        self.head = Some((sequence, previous));
        Ok(rows(
            self.dialect,
            journal::table(),
            values,
            count,
            Conflict::Fail,
        ))
    }

    fn move_head(&self, (sequence, hash): (u64, Hash)) -> Result<Statement> {
        let select = compile::by_key(&journal::heads(), vec![self.model()])?;
        let sequence = Value::Int(i64::try_from(sequence).unwrap_or(i64::MAX));
        let set = [
            Assignment::named("sequence", Expr::Value(sequence)),
            Assignment::named("hash", Expr::Value(Value::Bytes(hash.to_vec()))),
        ];
        let tree = UpdateTree {
            query: &select,
            set: &set,
            returning: false,
        };
        Ok(compile::compile(self.dialect, |w| w.update(&tree))?.into_statement())
    }
}

fn rows(dialect: Dialect, table: Table, values: Vec<Value>, count: usize, conflict: Conflict) -> Insert<()> {
    let columns = (0..table.columns.len()).collect();
    let rows = Rows {
        table,
        columns,
        values,
        count,
        conflict,
    };
    Insert::new(rows, dialect, None, None)
}

impl Job for Append {
    fn plan(&self) -> Plan {
        Plan::WRITE_TRANSACTION
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        loop {
            match &mut self.stage {
                Stage::Read => {
                    self.stage = Stage::Found;
                    return self.read_head().map(Some);
                }
                Stage::Found => {
                    self.stage = match self.head {
                        Some(head) => Stage::Insert(Box::new(self.chain(head)?)),
                        None => Stage::Begin(Box::new(self.begin())),
                    };
                }
                Stage::Begin(insert) => match insert.next()? {
                    Some(statement) => return Ok(Some(statement)),
                    None => self.stage = Stage::Read,
                },
                Stage::Insert(insert) => {
                    if let Some(statement) = insert.next()? {
                        return Ok(Some(statement));
                    }
                    self.stage = Stage::Over;
                    if let Some(head) = self.head {
                        return self.move_head(head).map(Some);
                    }
                }
                Stage::Over => return Ok(None),
            }
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if matches!(self.stage, Stage::Found) {
            let (sequence, hash): (i64, Vec<u8>) = (read(row, 1)?, read(row, 2)?);
            let head = u64::try_from(sequence).ok().zip(hash.try_into().ok());
            self.head = Some(head.ok_or_else(|| damaged_head(&self.model))?);
        }
        Ok(Flow::Continue)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        match &mut self.stage {
            Stage::Begin(insert) | Stage::Insert(insert) => insert.done(outcome),
            _ => Ok(()),
        }
    }

    /// Possible until the rows have been made.
    fn restart(&mut self) -> bool {
        let made = matches!(self.stage, Stage::Insert(_) | Stage::Over);
        if !made {
            self.stage = Stage::Read;
            self.head = None;
        }
        !made || self.changes.is_empty() && self.head.is_none()
    }

    into_any!();
}

impl Task for Append {
    /// The time of the rows, in microseconds since 1970.
    type Output = i64;

    fn output(self) -> Result<i64> {
        Ok(self.micros)
    }
}

#[cold]
fn damaged_head(model: &str) -> Error {
    Error::new(
        ErrorKind::ContentMismatch,
        format!(
            "the journal of `{model}` cannot go on: the head of its rows is damaged; verify the database, and compare \
             it with a checkpoint or a backup"
        ),
    )
    .with_table(journal::HEADS)
}
