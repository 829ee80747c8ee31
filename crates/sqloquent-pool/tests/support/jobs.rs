//! Jobs for tests.

use std::{any::Any, collections::VecDeque};

use sqloquent_core::{ChunkJob, Flow, Job, Outcome, Plan, Result, RowAccess, Statement, Value, ValueRef};

/// Runs statements and keeps the integers in the first column of their rows.
pub(crate) struct Ints {
    plan: Plan,
    statements: VecDeque<Statement>,
    pub(crate) found: Vec<i64>,
    pub(crate) affected: u64,
    /// What each set did, as the job was told.
    pub(crate) sets: Vec<u64>,
    /// How many rows make a chunk; 0 for a job that is no cursor's.
    chunk: usize,
    panics: bool,
}

impl Ints {
    pub(crate) fn new(plan: Plan, statements: impl IntoIterator<Item = Statement>) -> Box<Self> {
        Box::new(Self {
            plan,
            statements: statements.into_iter().collect(),
            found: Vec::new(),
            affected: 0,
            sets: Vec::new(),
            chunk: 0,
            panics: false,
        })
    }

    pub(crate) fn chunks(sql: &'static str, chunk: usize) -> Box<Self> {
        let mut job = read(sql);
        job.chunk = chunk;
        job
    }

    pub(crate) fn panicking(mut self: Box<Self>) -> Box<Self> {
        self.panics = true;
        self
    }
}

pub(crate) fn read(sql: &'static str) -> Box<Ints> {
    Ints::new(Plan::READ, [Statement::new(sql, Vec::new())])
}

pub(crate) fn write(sql: &'static str) -> Box<Ints> {
    write_with(sql, Vec::new())
}

pub(crate) fn write_with(sql: &'static str, params: Vec<Value>) -> Box<Ints> {
    Ints::new(Plan::WRITE, [Statement::new(sql, params)])
}

/// The job that came back.
pub(crate) fn back(job: Box<dyn Job>) -> Ints {
    *job.into_any()
        .downcast()
        .expect("the job that was sent comes back")
}

impl Job for Ints {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        Ok(self.statements.pop_front())
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        assert!(!self.panics, "this decoder gives up");
        if let ValueRef::Int(value) = row.get(0)? {
            self.found.push(value);
        }
        let full = self.chunk > 0 && self.found.len() == self.chunk;
        Ok(if full { Flow::Flush } else { Flow::Continue })
    }

    fn set_done(&mut self, affected: u64) {
        self.sets.push(affected);
    }

    fn done(&mut self, outcome: Outcome) -> Result<()> {
        self.affected += outcome.affected;
        Ok(())
    }

    fn restart(&mut self) -> bool {
        false
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl ChunkJob for Ints {
    fn take_chunk(&mut self) -> Option<Box<dyn Any + Send>> {
        let chunk = std::mem::take(&mut self.found);
        (!chunk.is_empty()).then(|| Box::new(chunk) as _)
    }
}
