//! Adding rows to the journal.

use std::{borrow::Cow, mem, sync::Arc};

use sqloquent_core::{
    Dialect, Error, ErrorKind, Flow, Job, Outcome, Plan, Result, RowAccess, Sql, Statement, Value,
};

use super::{
    ChangeKind, Hash, NO_HASH, RowHasher, journal, number::row_number, record_id::record_key,
    row_hash::Fields, statements::Statements,
};
use crate::{
    call::Task,
    compile::Conflict,
    db::Settings,
    job::{Insert, Rows, into_any},
    query::read,
    schema::Table,
    write::now_micros,
};

/// No more changes than this are noted on the caller's thread.
const FEW: usize = 4;

/// A change that is to be noted.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) kind: ChangeKind,
    pub(crate) record_id: String,
    pub(crate) previous_id: Option<String>,
    /// The archive that was made, or that a record came back from.
    pub(crate) archive_id: Option<String>,
    /// The packed record, without what the id says.
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
    statements: Statements,
    plan: Plan,
    model: Cow<'static, str>,
    cause: Cause,
    changes: Vec<Noted>,
    /// The time of the rows.
    micros: i64,
    stage: Stage,
    head: Option<Head>,
}

/// Where the rows of the model end.
#[derive(Clone, Copy)]
struct Head {
    /// The number of the model.
    model: i64,
    sequence: u64,
    hash: Hash,
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
    pub(crate) fn new(
        dialect: Dialect,
        model: Cow<'static, str>,
        cause: Cause,
        changes: Vec<Noted>,
    ) -> Result<Self> {
        let stage = if changes.is_empty() {
            Stage::Over
        } else {
            Stage::Read
        };
        Ok(Self {
            dialect,
            statements: Statements::of(dialect)?,
            // Each of its statements goes by key.
            plan: if changes.len() <= FEW {
                Plan::WRITE_TRANSACTION.short()
            } else {
                Plan::WRITE_TRANSACTION
            },
            model,
            cause,
            changes,
            micros: now_micros(),
            stage,
            head: None,
        })
    }

    fn model(&self) -> Value {
        Value::Text(self.model.clone().into_owned())
    }

    fn read_head(&self) -> Statement {
        Statement::new(self.statements.read_head.clone(), vec![self.model()])
    }

    /// A head before the first row. The database gives the model a number.
    fn begin(&self) -> Insert<()> {
        let values = vec![self.model(), Value::Int(0), Value::Bytes(NO_HASH.to_vec())];
        let columns = (journal::HEAD_MODEL..).take(values.len()).collect();
        let heads = (journal::heads(), columns);
        rows(self.dialect, heads, (values, 1), Conflict::Ignore, None)
    }

    /// Makes the rows, each with the hash of the one before it.
    fn chain(&mut self, mut head: Head) -> Result<Insert<()>> {
        // Only now is nobody else adding rows.
        self.micros = now_micros();
        let mut hasher = RowHasher::new(&self.model);
        let changes = mem::take(&mut self.changes);
        let count = changes.len();
        let mut values = Vec::with_capacity(count * journal::COLUMNS.len());
        let shared = |text: &Option<Arc<str>>| text.as_deref().map_or(Value::Null, |t| Value::Text(t.into()));
        let own = |text: Option<String>| text.map_or(Value::Null, Value::Text);
        for change in changes {
            head.sequence += 1;
            let id = row_number(head.model, head.sequence)?;
            let fields = Fields {
                id,
                micros: self.micros,
                actor: self.cause.actor.as_deref(),
                reason: self.cause.reason.as_deref(),
                kind: change.kind,
                record_id: &change.record_id,
                previous_id: change.previous_id.as_deref(),
                archive_id: change.archive_id.as_deref(),
                content: &change.content,
            };
            head.hash = hasher.hashed(&fields, &head.hash);
            let key = record_key(&change.record_id);
            values.extend([
                Value::Int(id),
                Value::Int(self.micros),
                shared(&self.cause.actor),
                shared(&self.cause.reason),
                Value::Int(change.kind.number().into()),
                Value::Text(change.record_id),
                own(change.previous_id),
                own(change.archive_id),
                Value::Bytes(change.content),
                Value::Bytes(head.hash.to_vec()),
                Value::Int(key),
            ]);
        }
        self.head = Some(head);
        let table = journal::table();
        let columns = (0..table.columns.len()).collect();
        let add = Some(self.statements.add.clone());
        Ok(rows(
            self.dialect,
            (table, columns),
            (values, count),
            Conflict::Fail,
            add,
        ))
    }

    fn move_head(&self, head: Head) -> Statement {
        let params = vec![
            Value::Int(i64::try_from(head.sequence).unwrap_or(i64::MAX)),
            Value::Bytes(head.hash.to_vec()),
            Value::Int(head.model),
        ];
        Statement::new(self.statements.move_head.clone(), params)
    }
}

fn rows(
    dialect: Dialect,
    (table, columns): (Table, Vec<usize>),
    (values, count): (Vec<Value>, usize),
    conflict: Conflict,
    single: Option<Sql>,
) -> Insert<()> {
    let rows = Rows {
        table,
        columns,
        values,
        count,
        conflict,
    };
    Insert::new(rows, dialect, single.map(Into::into), None)
}

impl Job for Append {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        loop {
            match &mut self.stage {
                Stage::Read => {
                    self.stage = Stage::Found;
                    return Ok(Some(self.read_head()));
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
                        // The write that is noted goes with it.
                        return Ok(Some(statement.without_savepoint()));
                    }
                    self.stage = Stage::Over;
                    if let Some(head) = self.head {
                        return Ok(Some(self.move_head(head)));
                    }
                }
                Stage::Over => return Ok(None),
            }
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if matches!(self.stage, Stage::Found) {
            let (model, sequence, hash): (i64, i64, Vec<u8>) = (read(row, 0)?, read(row, 2)?, read(row, 3)?);
            let head = u64::try_from(sequence).ok().zip(hash.try_into().ok());
            let head = head.map(|(sequence, hash)| Head {
                model,
                sequence,
                hash,
            });
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
