//! Relations: declared, loaded, looked into, changed.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "models and helpers of tests"
)]

mod changed;
mod declared;
mod eager;
mod hooked;
mod looked_into;
mod models;
mod pitfalls;
mod random;
