//! One suite of tests that every sqloquent driver must pass.
