//! Derive macros for sqloquent.
