//! The vocabulary shared by `sqloquent` and its database drivers.
//!
//! Users of the ORM rarely name this crate: `sqloquent` exports what they need. Authors of a driver implement
//! [`Driver`] and [`Connection`] with plain `async fn`s and depend on nothing else.
#![forbid(unsafe_code)]

mod affinity;
mod as_given;
mod backend;
mod context;
mod dialect;
mod driver;
mod error;
mod job;
pub mod log;
mod row;
mod statement;
mod stats;
pub mod text_form;
mod transaction;
mod value;
mod value_ref;

pub use affinity::Affinity;
pub use as_given::{AsGiven, GivenColumn};
pub use backend::{Backend, Cursor, Session, Tried};
pub use context::CallContext;
pub use dialect::{Dialect, Family};
pub use driver::{Connection, Driver};
pub use error::{Error, ErrorKind, Result};
pub use job::{Access, ChunkJob, Flow, Job, Plan};
pub use row::{OwnedRow, RowAccess, RowSink};
pub use statement::{Outcome, Sql, Statement};
pub use stats::Stats;
pub use transaction::{Isolation, TxOptions};
pub use value::{Null, Value};
pub use value_ref::ValueRef;

/// A boxed, sendable future: what object-safe asynchronous functions return.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
