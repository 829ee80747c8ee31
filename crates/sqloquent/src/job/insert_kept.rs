//! Inserts of content-addressed rows: what is there already is the same row, and is found.

use std::collections::{HashMap, HashSet};

use sqloquent_core::{Dialect, Family, Flow, Job, Outcome, Plan, Result, RowAccess, Statement, Value};

use super::{Insert, into_any};
use crate::{
    call::Task,
    compile, content,
    expr::{ColumnRef, Expr, SourceRef},
    model::keys_condition,
    query::{Decode, Item, Select},
    schema::Table,
    write::mismatch,
};

/// A row that is stored.
#[derive(Debug)]
pub(crate) struct Placed<T> {
    pub(crate) row: T,
    /// Whether it was not there before.
    pub(crate) new: bool,
}

/// Inserts rows that are not there, and finds those that are.
pub(crate) struct InsertKept<T> {
    /// Gives back the new rows, with their ids.
    insert: Insert<(Value, T)>,
    table: Table,
    dialect: Dialect,
    /// The ids of all rows, in their order.
    ids: Vec<Value>,
    decode: Decode<(Value, T)>,
    values: fn(&T) -> Result<Vec<Value>>,
    stage: Stage,
    /// The ids that there were before, where the engine does not tell which rows it inserted.
    there: Option<HashSet<Value>>,
    found: Vec<(Value, T)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Asks which rows are there, where inserting does not tell.
    Looking,
    Looked,
    Inserting,
    Finding,
    Over,
}

impl<T> InsertKept<T> {
    pub(crate) fn new(
        insert: Insert<(Value, T)>,
        table: Table,
        dialect: Dialect,
        ids: Vec<Value>,
        decode: Decode<(Value, T)>,
        values: fn(&T) -> Result<Vec<Value>>,
    ) -> Self {
        Self {
            insert,
            table,
            dialect,
            ids,
            decode,
            values,
            stage: begin(dialect),
            there: None,
            found: Vec::new(),
        }
    }

    /// The statement that finds the ids that are there. It locks them, and, as far as the engine does, the places of
    /// those that are not.
    fn look(&self) -> Result<Statement> {
        let ids: HashSet<&Value> = self.ids.iter().collect();
        let keys: Vec<Vec<Value>> = ids.into_iter().map(|id| vec![id.clone()]).collect();
        let mut select = Select::from_table(self.table.clone());
        let slot = select.slot;
        select.filter.push(keys_condition(&self.table, slot, &keys)?);
        let ids = self.table.key_columns().map(|def| Item {
            expr: Expr::Column(ColumnRef {
                source: SourceRef::Slot(slot),
                name: def.name.clone(),
                ty: def.ty,
            }),
            alias: None,
        });
        select.items = ids.collect();
        let mut compiled = compile::select(self.dialect, &select)?;
        compiled.sql.push_str(" FOR UPDATE");
        Ok(compiled.into_statement())
    }

    /// The statement that finds the rows that were there; none where all are new.
    fn find(&self) -> Result<Option<Statement>> {
        let new: HashSet<&Value> = self.insert.stored().iter().map(|(id, _)| id).collect();
        let rest: HashSet<&Value> = self.ids.iter().filter(|id| !new.contains(id)).collect();
        if rest.is_empty() {
            return Ok(None);
        }
        let keys: Vec<Vec<Value>> = rest.into_iter().map(|id| vec![id.clone()]).collect();
        let mut select = Select::from_table(self.table.clone());
        select
            .filter
            .push(keys_condition(&self.table, select.slot, &keys)?);
        Ok(Some(compile::select(self.dialect, &select)?.into_statement()))
    }
}

/// MySQL and MariaDB give back no rows, and count those that were there like new ones.
fn begin(dialect: Dialect) -> Stage {
    if dialect.family == Family::MySql {
        Stage::Looking
    } else {
        Stage::Inserting
    }
}

impl<T: Send + 'static> Job for InsertKept<T> {
    fn plan(&self) -> Plan {
        if self.ids.len() == 1 {
            Plan::WRITE_TRANSACTION.short()
        } else {
            Plan::WRITE_TRANSACTION
        }
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        if self.stage == Stage::Looking && !self.ids.is_empty() {
            self.stage = Stage::Looked;
            self.there = Some(HashSet::new());
            return self.look().map(Some);
        }
        if matches!(self.stage, Stage::Looking | Stage::Looked) {
            self.stage = Stage::Inserting;
        }
        if self.stage == Stage::Inserting {
            if let Some(statement) = self.insert.next()? {
                return Ok(Some(statement));
            }
            self.stage = Stage::Finding;
            if let Some(find) = self.find()? {
                return Ok(Some(find));
            }
        }
        self.stage = Stage::Over;
        Ok(None)
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        match (self.stage, &mut self.there) {
            (Stage::Inserting, _) => return self.insert.row(row),
            (Stage::Looked, Some(there)) => {
                there.insert(row.get(0)?.to_owned());
                return Ok(Flow::Continue);
            }
            _ => {}
        }
        self.found.push(self.decode.row(row)?);
        Ok(Flow::Continue)
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        match self.stage {
            Stage::Inserting => self.insert.done(outcome),
            _ => Ok(()),
        }
    }

    fn restart(&mut self) -> bool {
        self.stage = begin(self.dialect);
        self.there = None;
        self.found.clear();
        self.insert.restart()
    }

    into_any!();
}

/// The stored rows in the order in which they were given, each once.
impl<T: Send + 'static> Task for InsertKept<T> {
    type Output = Vec<Placed<T>>;

    fn output(self) -> Result<Vec<Placed<T>>> {
        let mut places: HashMap<Value, usize> = HashMap::with_capacity(self.ids.len());
        for id in self.ids {
            let next = places.len();
            places.entry(id).or_insert(next);
        }
        let mut placed: Vec<Option<Placed<T>>> = Vec::new();
        placed.resize_with(places.len(), || None);
        let was_there = |id: &Value| self.there.as_ref().map(|there| there.contains(id));
        let found = self.found.into_iter().map(|(id, row)| {
            let new = was_there(&id) == Some(false);
            (id, row, new)
        });
        // What the insert gives back is new, unless the row was seen before.
        let stored = self.insert.output()?.0.into_iter().map(|(id, row)| {
            let new = was_there(&id) != Some(true);
            (id, row, new)
        });
        for (id, row, new) in found.chain(stored) {
            if !new {
                // The id was asked for, so that content of another id was not stored by this library.
                let content = content::content_id(&self.table, &(self.values)(&row)?).ok();
                if content.map(|c| Value::Text(c.to_text())).as_ref() != Some(&id) {
                    return Err(mismatch(&self.table));
                }
            }
            if let Some(&at) = places.get(&id) {
                placed[at] = Some(Placed { row, new });
            }
        }
        Ok(placed.into_iter().flatten().collect())
    }
}
