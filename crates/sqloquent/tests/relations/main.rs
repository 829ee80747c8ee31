//! Relations: declared, loaded, looked into, changed.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "models and helpers of tests"
)]

mod declared;
mod eager;
mod looked_into;
mod models;
