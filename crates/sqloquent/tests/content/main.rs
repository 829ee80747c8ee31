//! Content-addressed records.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

mod ids;
mod vectors;
