//! Content-addressed records.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

mod attachments;
mod dynamic;
mod fixture;
mod graph;
mod hooks;
mod ids;
mod pitfalls;
mod protected;
mod queries;
mod relations;
mod restore;
mod vectors;
mod versions;
