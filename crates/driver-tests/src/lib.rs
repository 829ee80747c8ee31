//! One suite of tests that every [`sqloquent`] driver must pass, ours and anybody's.
//!
//! [`suite!`] takes a name, what the cases run on, and an asynchronous closure that gives a fresh, empty database. It
//! makes one test per case:
//!
//! ```ignore
//! async fn fresh() -> Subject {
//!     let folder = tempfile::tempdir().expect("a folder");
//!     let driver = MyDriver::new(folder.path().join("test.db"));
//!     let db = Db::with_driver(driver, PoolOptions::new().max_connections(4)).await.expect("a database");
//!     Subject::new(db).keeping(folder)
//! }
//!
//! driver_tests::suite!(my_driver, MultiThread, fresh);
//! driver_tests::suite!(my_driver_on_one_thread, CurrentThread, fresh);
//! ```
//!
//! # What the database must offer
//!
//! At least four connections, or exactly one, which is then said with [`Subject::one_connection`]. The cases make their
//! tables themselves. A case fails when anything is still held, or a transaction open, once it is over.
#![forbid(unsafe_code)]

pub mod cases;
mod dropping;
mod list;
mod models;
mod run;
mod subject;

pub use dropping::{Dice, polled_at_most};
pub use models::{Item, Owner};
pub use run::{Runtime, run};
pub use subject::Subject;
