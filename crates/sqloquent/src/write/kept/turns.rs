//! The order in which the rows of a query are changed.
//!
//! The id of a hashed row is the hash of its content, and the content that a row is to get may be what another one still
//! has that is to be changed as well. The two are not to become one, so the other has its turn first. Where rows take
//! each other's content in a circle, one of them steps aside until its place is free.

use std::collections::HashSet;

use sqloquent_core::{Result, Value};

use super::{
    RowChange, Stage,
    change::{place, seal, write},
    keep::keep,
    perform::Done,
    query::changed,
};
use crate::{content, expr::Assignment, hooks::Operation, query::Select, write::key_of};

/// The update of a query's rows.
pub(super) struct Turns<'a> {
    stage: &'a Stage<'a>,
    select: &'a Select,
    set: &'a [Assignment],
    wanted: bool,
    /// The keys of hashed rows that have not had their turn.
    waiting: HashSet<Vec<Value>>,
    changes: Vec<RowChange>,
    pub(super) done: Done,
}

/// A row that is to be changed.
struct Turn {
    before: Vec<Value>,
    /// With the id of its content.
    after: Vec<Value>,
    columns: Vec<usize>,
}

/// A row that lies under an id that is none, until the row of that key has had its turn.
struct Aside {
    row: Vec<Value>,
    turn: Turn,
}

impl<'a> Turns<'a> {
    /// For the rows of keys.
    pub(super) fn new(
        stage: &'a Stage<'a>,
        select: &'a Select,
        set: &'a [Assignment],
        wanted: bool,
        keys: &[Vec<Value>],
    ) -> Self {
        let waiting = match stage.table.hashed {
            Some(_) => keys.iter().cloned().collect(),
            None => HashSet::new(),
        };
        Self {
            stage,
            select,
            set,
            wanted,
            waiting,
            changes: Vec::new(),
            done: Done::default(),
        }
    }

    /// Changes the rows of some of the keys, those that stand in their way, and remembers it.
    pub(super) async fn take(&mut self, keys: &[Vec<Value>]) -> Result<()> {
        let table = self.stage.table;
        if table.hashed.is_none() {
            for (before, after) in self.changed(keys).await? {
                if let Some(turn) = self.turn(before, after)? {
                    self.place(turn).await?;
                }
            }
        } else {
            let mut keys = keys.to_vec();
            keys.retain(|key| self.waiting.contains(key));
            for (before, after) in self.changed(&keys).await? {
                // It may have stood in the way of another meanwhile.
                if self.waiting.remove(&key_of(table, &before)) {
                    self.chain(before, after).await?;
                }
            }
        }
        keep(self.stage, Operation::Update, &self.changes).await?;
        self.changes.clear();
        Ok(())
    }

    async fn changed(&self, keys: &[Vec<Value>]) -> Result<Vec<(Vec<Value>, Vec<Value>)>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        changed(self.stage, self.select, self.set, keys).await
    }

    /// Counts a row that is to be changed; none where nothing changes.
    fn turn(&mut self, before: Vec<Value>, mut after: Vec<Value>) -> Result<Option<Turn>> {
        self.done.affected += 1;
        let Some(columns) = seal(self.stage.table, &before, &mut after)? else {
            self.back(&before);
            return Ok(None);
        };
        Ok(Some(Turn {
            before,
            after,
            columns,
        }))
    }

    fn back(&mut self, row: &[Value]) {
        if self.wanted {
            self.done.rows.push(row.to_vec());
        }
    }

    async fn place(&mut self, turn: Turn) -> Result<()> {
        let stored = place(self.stage, &turn.before, &turn.after, &turn.columns).await?;
        self.back(&stored);
        self.changes.push(RowChange::changed(turn.before, stored));
        Ok(())
    }

    /// Changes a hashed row, after the one whose content it gets if that is to change too, and so on.
    async fn chain(&mut self, before: Vec<Value>, after: Vec<Value>) -> Result<()> {
        let table = self.stage.table;
        let mut chain: Vec<Turn> = self.turn(before, after)?.into_iter().collect();
        let mut open: HashSet<Vec<Value>> = chain.iter().map(|t| key_of(table, &t.before)).collect();
        let mut aside: Option<Aside> = None;
        while let Some(turn) = chain.pop() {
            let wanted = key_of(table, &turn.after);
            let own = key_of(table, &turn.before);
            if wanted != own && self.waiting.remove(&wanted) {
                let mut next = None;
                if let Some((before, after)) = self.changed(std::slice::from_ref(&wanted)).await?.pop() {
                    next = self.turn(before, after)?;
                }
                chain.push(turn);
                if let Some(next) = next {
                    open.insert(wanted);
                    chain.push(next);
                }
            } else if wanted != own && open.contains(&wanted) {
                let row = self.step_aside(&turn).await?;
                open.remove(&own);
                aside = Some(Aside { row, turn });
            } else {
                open.remove(&own);
                self.place(turn).await?;
                aside = match aside {
                    Some(aside) if key_of(table, &aside.turn.after) == own => {
                        self.come_back(aside).await?;
                        None
                    }
                    other => other,
                };
            }
        }
        Ok(())
    }

    /// Frees the id of a row. For who reads what is remembered, the row is gone, and comes back as a new one: the record
    /// of its id is there again before.
    async fn step_aside(&mut self, turn: &Turn) -> Result<Vec<Value>> {
        let at = content::id_at(self.stage.table)?;
        let mut row = turn.before.clone();
        if let Some(Value::Text(id)) = row.get_mut(at) {
            // As long as an id, and none.
            id.replace_range(..1, "~");
        }
        let row = write(self.stage, &turn.before, &row, &[at]).await?;
        self.changes.push(RowChange::deleted(turn.before.clone()));
        Ok(row)
    }

    async fn come_back(&mut self, Aside { row, turn }: Aside) -> Result<()> {
        let stored = write(self.stage, &row, &turn.after, &turn.columns).await?;
        self.back(&stored);
        self.changes.push(RowChange::inserted(stored));
        Ok(())
    }
}
