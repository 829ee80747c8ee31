//! The cases. Each takes a fresh database with the tables of the suite; [`suite!`](crate::suite) makes tests of them.
#![allow(clippy::missing_errors_doc, reason = "a case fails by its error")]

pub mod acquired;
pub mod cancellation;
pub mod closing;
pub mod concurrency;
pub mod cursors;
pub mod decoding;
pub mod errors;
pub mod isolation;
pub mod lists;
pub mod matching;
pub mod own_transaction;
pub mod queries;
pub mod savepoints;
pub mod scripts;
pub mod transactions;
pub mod values;
pub mod waiting;
pub mod writes;

use std::fmt::Debug;

use sqloquent::{Error, Executor, Model, Result};

use crate::{Item, Subject};

/// The error that a call must end in.
#[track_caller]
fn refused<T: Debug>(result: Result<T>) -> Error {
    match result {
        Ok(value) => panic!("this should have been refused and gave {value:?}"),
        Err(error) => error,
    }
}

/// Stores items of sizes 0, 1, 2, …, named after a stem.
async fn fill(db: &dyn Executor, stem: &str, count: i64) -> Result<u64> {
    Item::insert_many(db, (0..count).map(|i| Item::new(format!("{stem}-{i}"), i))).await
}

/// The names of all items, in order.
async fn names(t: &Subject) -> Result<Vec<String>> {
    Item::query()
        .order_by("name", sqloquent::Asc)
        .pluck(&t.db, "name")
        .await
}
