//! Models: structs that are rows of a table.

mod ids;
mod key;
mod statement_cache;

pub use ids::IdType;
pub use key::Key;
pub use statement_cache::StatementCache;

use sqloquent_core::{Result, RowAccess, Value};

use crate::{expr::Slot, query::Query, schema::TableDef};

/// A struct that is a row of a table. Derive it; the methods are what every model can do.
///
/// The required items are what the derive writes: where the table is, how a row is read, what it stores.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` to the struct"
)]
pub trait Model: Sized + Send + Sync + 'static {
    /// The typed columns that closures of the query builder are handed.
    type Columns: Copy + Send + Sync + 'static;

    /// The type of the key: that of the id field, or a tuple of several. `()` when the model has no id.
    type Id: Send + Sync + 'static;

    /// What is known of the table.
    fn table() -> &'static TableDef;

    /// The typed columns of the table at a place in a query.
    fn columns(slot: Slot) -> Self::Columns;

    /// Reads the model's columns, in their order, from `offset` on. Skipped and relation fields get their defaults.
    ///
    /// # Errors
    /// A value that does not fit its field, with table, column and expected type.
    fn decode(row: &dyn RowAccess, offset: usize) -> Result<Self>;

    /// Reads the model's columns into an existing instance; skipped and relation fields stay as they are.
    ///
    /// # Errors
    /// As [`decode`](Self::decode); the instance is unchanged then.
    fn refresh(&mut self, row: &dyn RowAccess, offset: usize) -> Result<()>;

    /// What the instance would store, in the order of the columns.
    ///
    /// # Errors
    /// A value that the engine cannot hold, with table and column.
    fn values(&self) -> Result<Vec<Value>>;

    /// The instance's key.
    fn id(&self) -> Self::Id;

    /// Where statements that never change are kept once rendered.
    #[doc(hidden)]
    fn statements() -> &'static StatementCache;

    /// Narrows every query of the model: a global scope. `Model::unscoped()` leaves it out.
    #[doc(hidden)]
    fn scope(query: Query<Self>) -> Query<Self> {
        query
    }
}
