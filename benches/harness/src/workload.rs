//! What is measured.

use crate::{BOOKS_EACH, id};

/// A kind of work. What each means is in [`Workload::description`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Workload {
    Insert,
    InsertMany,
    Find,
    FindTasks,
    Select,
    SelectDeclared,
    GoThrough,
    Update,
    UpdateAwaited,
    Eager,
    Join,
    Count,
    Mixed,
    FlushedInsert,
    Pack,
    HashedInsert,
    HistoryInsert,
    HistoryUpdate,
    Verify,
    VerifyHistory,
}

/// One step of [`Workload::Mixed`].
pub enum Operation {
    /// Find the row with this id.
    Find(String),
    /// Set the age of the row with this id to this.
    SetAge(String, i64),
}

impl Workload {
    /// All, in the order of the report.
    pub const ALL: [Workload; 20] = [
        Self::Find,
        Self::FindTasks,
        Self::Count,
        Self::Select,
        Self::GoThrough,
        Self::Join,
        Self::Eager,
        Self::Insert,
        Self::InsertMany,
        Self::Update,
        Self::UpdateAwaited,
        Self::Mixed,
        Self::SelectDeclared,
        Self::FlushedInsert,
        Self::Pack,
        Self::HashedInsert,
        Self::HistoryInsert,
        Self::HistoryUpdate,
        Self::Verify,
        Self::VerifyHistory,
    ];

    /// What the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::InsertMany => "insert-many",
            Self::Find => "find",
            Self::FindTasks => "find-64-tasks",
            Self::Select => "select",
            Self::SelectDeclared => "select-declared",
            Self::GoThrough => "go-through",
            Self::Update => "update",
            Self::UpdateAwaited => "update-awaited",
            Self::Eager => "eager",
            Self::Join => "join",
            Self::Count => "count",
            Self::Mixed => "mixed",
            Self::FlushedInsert => "flushed-insert",
            Self::Pack => "pack",
            Self::HashedInsert => "hashed-insert",
            Self::HistoryInsert => "history-insert",
            Self::HistoryUpdate => "history-update",
            Self::Verify => "verify",
            Self::VerifyHistory => "verify-history",
        }
    }

    /// What exactly is done, for the report.
    pub fn description(self) -> &'static str {
        match self {
            Self::Insert => "insert rows one by one, each committed by itself",
            Self::InsertMany => "insert all rows in one go",
            Self::Find => "find by id, one after the other",
            Self::FindTasks => "find by id, from 64 tasks at once",
            Self::Select => "select all rows of a table into structs",
            Self::SelectDeclared => "select all rows of a model that declares five relations, none loaded",
            Self::GoThrough => "go through a table in pieces of 1,000 rows",
            Self::Update => "update by id, all in one transaction",
            Self::UpdateAwaited => "update by id, each awaited, in one transaction",
            Self::Eager => "load parents with 10 children each",
            Self::Join => "join three tables",
            Self::Count => "count with a filter, in a table of 100 rows",
            Self::Mixed => "nine finds to one update by id, from 32 tasks at once",
            Self::FlushedInsert => {
                "insert rows one by one, each on the disk before it is answered (`synchronous=FULL`), from 64 tasks"
            }
            Self::Pack => "pack records of a kilobyte, as content ids hash them",
            Self::HashedInsert => "insert in one go, ids being content hashes",
            Self::HistoryInsert => "insert in one go, noting history",
            Self::HistoryUpdate => "update by id, all in one transaction, noting history",
            Self::Verify => "check rows against their content ids",
            Self::VerifyHistory => {
                "check rows against their content ids and against the journal, and its chain"
            }
        }
    }

    /// How many operations or rows: of a full run, or of a quick one.
    pub fn size(self, quick: bool) -> usize {
        match (self, quick) {
            (Self::GoThrough, false) => 100_000,
            (Self::GoThrough, true) => 10_000,
            (Self::Mixed, false) => 20_000,
            (Self::Update | Self::UpdateAwaited | Self::HistoryUpdate, false) => 2_000,
            (Self::Update | Self::UpdateAwaited | Self::HistoryUpdate, true) => 200,
            (Self::Insert | Self::Count, false) => 2_000,
            (Self::Insert | Self::Count, true) => 200,
            (Self::FlushedInsert, false) => 2_000,
            (Self::FlushedInsert, true) => 200,
            (Self::Eager, false) => 1_000,
            (Self::Eager, true) => 100,
            (_, false) => 10_000,
            (_, true) => 1_000,
        }
    }

    /// How often it is done each time that it is a library's turn: what takes a few milliseconds is done more often,
    /// because the machine may be slow for as long.
    pub fn runs_in_a_turn(self, quick: bool) -> usize {
        match self {
            _ if quick => 1,
            Self::Count
            | Self::Select
            | Self::SelectDeclared
            | Self::Join
            | Self::Eager
            | Self::Update
            | Self::UpdateAwaited
            | Self::Pack => 5,
            Self::GoThrough | Self::Insert | Self::InsertMany => 3,
            _ => 1,
        }
    }

    /// What rivals have nothing for. The library is compared with itself then: see [`Workload::forms`].
    pub fn is_ours_alone(self) -> bool {
        !self.forms().is_empty()
    }

    /// The ways in which the library does a workload that is its own, the plain one first: the others are compared
    /// with that. Ids are of the same length in all.
    pub fn forms(self) -> &'static [&'static str] {
        match self {
            Self::SelectDeclared => &["plain", "relations declared"],
            Self::FlushedInsert => &[
                "rusqlite, one after the other",
                "a transaction each",
                "sharing transactions",
            ],
            Self::Pack => &[
                "copying and hashing as many bytes",
                "packed as it is written",
                "packed from a value",
            ],
            Self::HashedInsert => &["plain", "hashed"],
            Self::HistoryInsert => &["plain", "with history", "hashed, with history"],
            Self::HistoryUpdate => &["plain", "with history"],
            Self::Verify => &["raw scan, packed and hashed", "verify"],
            Self::VerifyHistory => &["raw scan of rows and journal, hashed", "verify"],
            _ => &[],
        }
    }

    /// Whether it takes many rows that are not there yet.
    pub fn inserts(self) -> bool {
        matches!(
            self,
            Self::Insert | Self::InsertMany | Self::FlushedInsert | Self::HashedInsert | Self::HistoryInsert
        )
    }

    /// People that are there before it begins.
    pub fn people(self, size: usize) -> usize {
        match self {
            Self::Count => 100,
            Self::Update | Self::UpdateAwaited | Self::Mixed => size.max(10_000),
            Self::Pack
            | Self::Eager
            | Self::Join
            | Self::HistoryUpdate
            | Self::Verify
            | Self::VerifyHistory => 0,
            _ if self.inserts() => 0,
            _ => size,
        }
    }

    /// Authors that are there before it begins, with their books.
    pub fn authors(self, size: usize) -> usize {
        match self {
            Self::Eager => size,
            Self::Join => size / BOOKS_EACH,
            _ => 0,
        }
    }

    /// Step `n` of the mixed workload in its run that begins at `first`. No row is set twice in one run.
    pub fn operation(n: usize, first: usize, size: usize) -> Operation {
        let rows = Self::Mixed.people(size);
        if n % 10 == 9 {
            Operation::SetAge(id(n / 10 * 3 % rows), (first + n) as i64)
        } else {
            Operation::Find(id(n * 7919 % rows))
        }
    }
}

/// Splits `0..size` into one block for each task.
pub fn blocks(size: usize, tasks: usize) -> Vec<std::ops::Range<usize>> {
    (0..tasks)
        .map(|t| t * size / tasks..(t + 1) * size / tasks)
        .collect()
}
