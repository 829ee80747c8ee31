//! The described interface, item by item: each test is named for the item it shows, and `docs/coverage.md` names the
//! tests. What an item does in Rust is shown on typed and on dynamic models.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::needless_borrows_for_generic_args,
    clippy::mutable_key_type,
    clippy::type_complexity,
    clippy::redundant_clone,
    reason = "models and helpers of tests"
)]

mod builder;
mod builder_conditions;
mod builder_terminals;
mod contains;
mod cursor;
mod dynamic;
mod fixture;
mod hashed;
mod hooks;
mod joined;
mod list;
mod model;
mod relation_functions;
mod relations;
