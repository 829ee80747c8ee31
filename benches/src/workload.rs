//! What is measured.

use std::time::Duration;

/// A kind of work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    FindById,
    CountFiltered,
    SelectAll,
    GoThrough,
    InsertOneByOne,
    InsertMany,
    UpdateInTransaction,
    EagerLoad,
    UnloadedRelations,
}

/// A workload and its size.
pub struct Workload {
    pub name: &'static str,
    pub kind: Kind,
    pub size: usize,
}

/// All workloads.
pub const WORKLOADS: &[Workload] = &[
    Workload { name: "find by id, in sequence", kind: Kind::FindById, size: 10_000 },
    Workload { name: "count with a filter", kind: Kind::CountFiltered, size: 2_000 },
    Workload { name: "select 10,000 rows", kind: Kind::SelectAll, size: 10_000 },
    Workload { name: "go through 100,000 rows by 1,000", kind: Kind::GoThrough, size: 100_000 },
    Workload { name: "insert one by one", kind: Kind::InsertOneByOne, size: 2_000 },
    Workload { name: "insert 10,000 at once", kind: Kind::InsertMany, size: 10_000 },
    Workload { name: "update by id in a transaction", kind: Kind::UpdateInTransaction, size: 2_000 },
    Workload { name: "1,000 parents with 10 children each", kind: Kind::EagerLoad, size: 1_000 },
    Workload { name: "select 10,000 rows, 5 relations declared", kind: Kind::UnloadedRelations, size: 10_000 },
];

/// Rows that are there for workloads that read.
pub fn rows_for(kind: Kind, size: usize) -> usize {
    match kind {
        Kind::CountFiltered => 100,
        Kind::InsertOneByOne | Kind::InsertMany => 0,
        Kind::UpdateInTransaction => 10_000,
        _ => size,
    }
}

/// How many children each parent has.
pub const CHILDREN: usize = 10;

/// A library under measurement.
pub trait Library {
    fn name(&self) -> &'static str;
    /// Makes a database with the rows that the workload needs.
    fn prepare(&mut self, kind: Kind, size: usize) -> Result<(), Box<dyn std::error::Error>>;
    /// Does the work once: how long it took, and a sum over what it gave, for comparison.
    fn run(&mut self, kind: Kind, size: usize) -> Result<(Duration, u64), Box<dyn std::error::Error>>;
}
