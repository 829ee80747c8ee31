//! What a relation field holds.

use sqloquent_core::{Result, RowAccess};

use crate::{
    model::Model,
    schema::{Table, TableDef},
};

/// What a [`Related`](super::Related) field holds: `Option<Model>` or `Vec<Model>`.
#[diagnostic::on_unimplemented(
    message = "a relation cannot hold `{Self}`",
    note = "a relation field is `Related<Option<Model>>` or `Related<Vec<Model>>`"
)]
pub trait RelatedContent: Sized + Send + Sync + 'static {
    /// One related row.
    type Item: Send + Sync + 'static;

    /// Whether there can be several.
    const MANY: bool;

    /// The content of the rows that were found.
    fn gather(items: Vec<Self::Item>) -> Self;
}

impl<I: Send + Sync + 'static> RelatedContent for Vec<I> {
    type Item = I;
    const MANY: bool = true;

    fn gather(items: Self) -> Self {
        items
    }
}

impl<I: Send + Sync + 'static> RelatedContent for Option<I> {
    type Item = I;
    const MANY: bool = false;

    fn gather(items: Vec<I>) -> Self {
        items.into_iter().next()
    }
}

/// One related row: a model, or a model with the pivot row that leads to it ([`Pivoted`](super::Pivoted)).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model, so nothing can be related to it",
    note = "add `#[derive(Model)]` to the struct"
)]
pub trait RelatedItem: Sized + Send + Sync + 'static {
    /// The related model.
    type Model: Model;

    /// The pivot whose columns are read behind those of the model.
    #[doc(hidden)]
    fn pivot() -> Option<&'static TableDef> {
        None
    }

    /// Reads a row: the model's columns from the first on, the pivot's from `pivot` on.
    ///
    /// # Errors
    /// A value that does not fit its field.
    fn decode(row: &dyn RowAccess, pivot: usize) -> Result<Self>;

    /// The model.
    fn model_mut(&mut self) -> &mut Self::Model;
}

impl<M: Model> RelatedItem for M {
    type Model = M;

    fn decode(row: &dyn RowAccess, _: usize) -> Result<Self> {
        M::decode(row, 0)
    }

    fn model_mut(&mut self) -> &mut M {
        self
    }
}

/// The table of a model.
pub(crate) fn table_of<M: Model>() -> Table {
    Table::Static(M::table())
}
