//! Names of columns: one, or several of a composite key.

/// One name of a column, or several.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name columns",
    note = "use the name of a column, or an array or vector of names for a key of several columns"
)]
pub trait ColumnNames {
    /// The names, in order.
    fn into_names(self) -> Vec<String>;
}

impl ColumnNames for &str {
    fn into_names(self) -> Vec<String> {
        vec![self.to_owned()]
    }
}

impl ColumnNames for String {
    fn into_names(self) -> Vec<String> {
        vec![self]
    }
}

impl<N: Into<String>, const K: usize> ColumnNames for [N; K] {
    fn into_names(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<N: Into<String>> ColumnNames for Vec<N> {
    fn into_names(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}
