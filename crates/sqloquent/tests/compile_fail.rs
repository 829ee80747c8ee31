//! What the compiler says about the likeliest mistakes.
//!
//! The messages are those of the Rust version this crate is developed with; `TRYBUILD=overwrite` writes them anew.
#![cfg(feature = "derive")]

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
