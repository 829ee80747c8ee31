//! What SQLite makes of a value that is stored in a column.

/// The affinity that SQLite gives a column by the type it is declared with.
///
/// ```
/// use sqloquent_core::Affinity;
///
/// assert_eq!(Affinity::of_declared("VARCHAR(30)"), Affinity::Text);
/// assert_eq!(Affinity::of_declared("DECIMAL(10, 2)"), Affinity::Numeric);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Affinity {
    /// Numbers are made integers where that loses nothing.
    Integer,
    /// Numbers are made text.
    Text,
    /// Nothing is made another thing.
    Blob,
    /// Numbers are made floating-point numbers.
    Real,
    /// Text that looks like a number is made one.
    Numeric,
}

impl Affinity {
    /// SQLite's rules, in their order.
    #[must_use]
    pub fn of_declared(ty: &str) -> Self {
        let ty = ty.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
        if has(&["INT"]) {
            Self::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Self::Text
        } else if ty.is_empty() || has(&["BLOB"]) {
            Self::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else {
            Self::Numeric
        }
    }
}
