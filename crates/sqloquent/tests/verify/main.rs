//! Verifying: databases of the Python library, tampering, history and checkpoints.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "models and helpers of tests"
)]

mod attachments;
mod bulk;
mod chains;
mod changed_models;
mod flips;
mod history;
mod pitfalls;
mod python;
mod random;
