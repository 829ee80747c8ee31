//! The jobs that terminals send to the database.

mod chunk;
mod collect;
mod create;
mod eager;
mod execute;
mod insert;
mod insert_each;
mod insert_kept;
mod page;
mod pair;
mod remove;
mod store;
mod value;

pub(crate) use chunk::Chunked;
pub(crate) use collect::{Collect, First};
pub(crate) use create::Create;
pub(crate) use eager::{AnyLoader, Eager, LoadRelated};
pub(crate) use execute::Execute;
pub(crate) use insert::{Insert, OneRow, Rows};
pub(crate) use insert_each::InsertEach;
pub(crate) use insert_kept::InsertKept;
pub(crate) use page::PageOf;
pub(crate) use pair::Pair;
pub(crate) use remove::Remove;
pub(crate) use store::{Change, Store, Stored};
pub(crate) use value::Single;

/// What every job's `into_any` is.
macro_rules! into_any {
    () => {
        fn into_any(self: Box<Self>) -> Box<dyn std::any::Any + Send> {
            self
        }
    };
}
pub(crate) use into_any;
