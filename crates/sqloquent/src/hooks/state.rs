//! A write as its hooks see it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqloquent_core::{Result, Value};

use super::{Operation, depth};
use crate::write::{Data, Seen, Subject};

/// A write with what its hooks change and learn. Outlives the write where hooks wait for the end of the transaction.
pub(crate) struct WriteState {
    subject: Subject,
    operation: Operation,
    /// How many writes of hooks this one is inside of.
    depth: u8,
    now: Mutex<Now>,
}

/// What is known so far.
pub(crate) struct Now {
    pub(super) data: Data,
    /// The keys of the rows touched, once somebody asked.
    pub(super) keys: Option<Vec<Vec<Value>>>,
    pub(super) affected: Option<u64>,
    /// Whether it turned out that there was nothing to write.
    nothing: bool,
}

impl Now {
    fn of(data: Data) -> Mutex<Self> {
        Mutex::new(Self {
            data,
            keys: None,
            affected: None,
            nothing: false,
        })
    }
}

impl WriteState {
    /// # Errors
    /// When hooks cause each other without end.
    pub(crate) fn new(subject: Subject, operation: Operation, data: Data) -> Result<Self> {
        let depth = depth::check(&subject.table, operation)?;
        Ok(Self {
            subject,
            operation,
            depth,
            now: Now::of(data),
        })
    }

    /// A part of this write with events of its own.
    pub(crate) fn part(&self, subject: Subject, operation: Operation, data: Data) -> Self {
        Self {
            subject,
            operation,
            depth: self.depth,
            now: Now::of(data),
        }
    }

    pub(crate) fn subject(&self) -> &Subject {
        &self.subject
    }

    pub(crate) fn operation(&self) -> Operation {
        self.operation
    }

    pub(super) fn depth(&self) -> u8 {
        self.depth
    }

    pub(super) fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be written, as the hooks left it.
    pub(crate) fn data(&self) -> Data {
        self.now().data.clone()
    }

    /// Takes out what is to be written, where no hook looks at it afterwards.
    pub(crate) fn take_data(&self) -> Data {
        std::mem::replace(&mut self.now().data, Data::Rows(Vec::new()))
    }

    /// Takes in what was written.
    pub(crate) fn saw(&self, seen: Seen) {
        let mut now = self.now();
        now.affected = Some(seen.affected);
        now.nothing = !seen.happened;
        if let Some(rows) = seen.rows {
            now.data.show(rows);
        }
    }

    pub(super) fn came_to_nothing(&self) -> bool {
        self.now().nothing
    }
}
