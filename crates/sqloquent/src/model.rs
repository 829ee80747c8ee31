//! Models: structs that are rows of a table.

mod find;
mod ids;
mod key;
mod load;
mod row;
mod save;
mod statement_cache;
mod update_each;
mod write;

pub(crate) use find::keys_condition;
pub use ids::IdType;
pub(crate) use ids::random;
pub use key::Key;
pub use load::Instances;
pub(crate) use row::ValuesRow;
pub(crate) use statement_cache::Fixed;
pub use statement_cache::StatementCache;
pub use update_each::Settable;

use sqloquent_core::{Result, RowAccess, Value};

use crate::{
    call::Call,
    executor::Executor,
    expr::Slot,
    query::{Query, Selection},
    relation::IntoIncludes,
    schema::TableDef,
};

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

    /// Takes over the columns of another instance; skipped and relation fields stay as they are.
    #[doc(hidden)]
    fn absorb(&mut self, stored: Self);

    /// What the instance would store, in the order of the columns.
    ///
    /// # Errors
    /// A value that the engine cannot hold, with table and column.
    fn values(&self) -> Result<Vec<Value>>;

    /// Adds what the instance would store, in the order of the columns, and may take it out of the instance, which is
    /// thrown away.
    ///
    /// # Errors
    /// As [`values`](Self::values).
    #[doc(hidden)]
    fn take_values(&mut self, values: &mut Vec<Value>) -> Result<()> {
        values.append(&mut self.values()?);
        Ok(())
    }

    /// What a new instance would store in each column that has a value of its own, in the order of the columns.
    ///
    /// # Errors
    /// A default that the engine cannot hold.
    #[doc(hidden)]
    fn defaults() -> Result<Vec<Option<Value>>> {
        Ok(Vec::new())
    }

    /// The instance's key.
    fn id(&self) -> Self::Id;

    /// Where statements that never change are kept once rendered.
    #[doc(hidden)]
    fn statements() -> &'static StatementCache;

    /// Whether the model has a global scope.
    #[doc(hidden)]
    const SCOPED: bool = false;

    /// Narrows every query of the model, finding by key included: a global scope. `Model::unscoped()` leaves it out.
    #[doc(hidden)]
    fn scope(query: Query<Self>) -> Query<Self> {
        query
    }

    /// All rows that the model's global scope lets through.
    fn query() -> Query<Self> {
        Query::new()
    }

    /// All rows.
    fn unscoped() -> Query<Self> {
        Query::unscoped()
    }

    /// The row with the key, if there is one.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let found = User::find(&db, &ada.id).await?;
    /// assert_eq!(found, Some(ada));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The engine's refusal; a value that does not fit its field; a model without id.
    #[track_caller]
    fn find<V>(db: &dyn Executor, id: V) -> Call<'_, Option<Self>>
    where
        Self::Id: Key<V>,
    {
        find::find(db, <Self::Id as Key<V>>::key_values(id))
    }

    /// The row with the key.
    ///
    /// # Errors
    /// As [`find`](Self::find); [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none.
    #[track_caller]
    fn find_required<V>(db: &dyn Executor, id: V) -> Call<'_, Self>
    where
        Self::Id: Key<V>,
    {
        find::find_required(db, <Self::Id as Key<V>>::key_values(id))
    }

    /// The rows of any number of keys, in the order in which the database gives them; keys without a row are left out.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    #[track_caller]
    fn find_many<'a, V>(db: &'a dyn Executor, ids: impl IntoIterator<Item = V>) -> Call<'a, Vec<Self>>
    where
        Self::Id: Key<V>,
    {
        find::find_many(db, ids)
    }

    /// Inserts the instance and gives back what the database stored.
    ///
    /// # Errors
    /// [`ErrorKind::Unique`](crate::ErrorKind::Unique) when there is such a row already; the engine's refusal.
    #[track_caller]
    fn insert(self, db: &dyn Executor) -> Call<'_, Self> {
        write::insert(db, self)
    }

    /// Inserts any number of rows in one transaction and tells how many.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); no row is stored then.
    #[track_caller]
    fn insert_many(db: &dyn Executor, rows: impl IntoIterator<Item = Self>) -> Call<'_, u64> {
        write::insert_many(db, rows)
    }

    /// Inserts any number of rows in one transaction and gives back what the database stored.
    ///
    /// # Errors
    /// As [`insert_many`](Self::insert_many).
    #[track_caller]
    fn insert_many_returning(db: &dyn Executor, rows: impl IntoIterator<Item = Self>) -> Call<'_, Vec<Self>> {
        write::insert_many_returning(db, rows)
    }

    /// Inserts the instance unless it conflicts with a row that is there; none then.
    ///
    /// # Errors
    /// The engine's refusal for any other reason.
    #[track_caller]
    fn insert_or_ignore(db: &dyn Executor, instance: Self) -> Call<'_, Option<Self>> {
        write::insert_or_ignore(db, &instance)
    }

    /// Inserts the instance, or changes the row that it conflicts with on the given columns: that row takes over all
    /// values but its key, the conflicting columns and the time of its creation. Gives back what the database stored.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let user = User::upsert(&db, User::new("ada@example.org"), |u| (u.email,)).await?;
    /// assert_eq!(user.id, ada.id);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The engine's refusal, such as columns without a unique index.
    #[track_caller]
    fn upsert<X: Selection>(
        db: &dyn Executor,
        instance: Self,
        on: impl FnOnce(Self::Columns) -> X,
    ) -> Call<'_, Self> {
        write::upsert(db, &instance, on)
    }

    /// Changes the instance and stores the columns that differ. Nothing changed: nothing is sent. The instance shows
    /// what the database stored once that is done; on failure it is as before (skipped fields excepted).
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// # let mut ada = ada;
    /// ada.update(&db, |u| u.bio = Some("mathematician".into())).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the row is gone,
    /// [`ErrorKind::StaleVersion`](crate::ErrorKind::StaleVersion) when somebody else changed it; a changed id; the
    /// engine's refusal.
    #[track_caller]
    fn update<'a>(&'a mut self, db: &'a dyn Executor, edit: impl FnOnce(&mut Self)) -> Call<'a, ()> {
        save::update(self, db, edit)
    }

    /// Sets columns of many rows, found by key, each to values of its own, by one statement that is prepared once. Tells
    /// how many rows were changed. The rows are pairs of a key and a value, or a tuple of values where there are several
    /// columns; values are what [`Column::set`](crate::Column::set) takes, save expressions.
    ///
    /// All rows are changed or none: in a transaction of the call's own, or as one part of the transaction that it is
    /// called in, which goes on after a failure. Keys without a row are no mistake, as with updates of queries. A key that
    /// is given twice is updated twice, in that order, and counted twice. Hooks for updates run for each row by itself, as
    /// if each were updated by a query.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let ages = vec![(ada.id.clone(), 36), ("nobody".to_owned(), 7)];
    /// let n = User::update_each(&db, |u| u.age, ages).await?;
    /// assert_eq!(n, 1);
    ///
    /// let rows = [(&ada.id, (Some("counts"), 12))];
    /// User::update_each(&db, |u| (u.bio, u.logins), rows).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The engine's refusal of any row, such as [`ErrorKind::Unique`](crate::ErrorKind::Unique); nothing is changed
    /// then. A column of the key, or a column twice; a value that the engine cannot hold, or an expression.
    #[track_caller]
    fn update_each<'a, X, K, V>(
        db: &'a dyn Executor,
        columns: impl FnOnce(Self::Columns) -> X,
        rows: impl IntoIterator<Item = (K, V)>,
    ) -> Call<'a, u64>
    where
        X: Settable<Self, V>,
        Self::Id: Key<K>,
    {
        update_each::update_each::<Self, X, K, V>(db, columns, rows)
    }

    /// Stores every column: inserts the row, or overwrites it.
    ///
    /// # Errors
    /// [`ErrorKind::StaleVersion`](crate::ErrorKind::StaleVersion) when the model has a version and somebody else
    /// changed the row; the engine's refusal.
    #[track_caller]
    fn save<'a>(&'a mut self, db: &'a dyn Executor) -> Call<'a, ()> {
        save::save(self, db)
    }

    /// Deletes the row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when it is gone, or was never stored; the engine's refusal.
    #[track_caller]
    fn delete<'a>(&self, db: &'a dyn Executor) -> Call<'a, ()> {
        write::delete(self, db)
    }

    /// Loads relations of instances that are at hand: one, a vector or a slice. One statement for each relation, whatever
    /// the number of instances.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let mut users = User::query().get(&db).await?;
    /// User::load(&db, &mut users, |u| u.posts).await?;
    /// assert_eq!(users[0].posts.try_get()?.len(), 1);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// A mistake in how a relation is narrowed; the engine's refusal; a value that does not fit its field.
    #[track_caller]
    fn load<'a, I: IntoIncludes<Self>>(
        db: &'a dyn Executor,
        instances: impl Instances<'a, Self>,
        relations: impl FnOnce(Self::Columns) -> I,
    ) -> Call<'a, ()> {
        load::load(db, instances.instances(), relations, false)
    }

    /// Loads relations of those instances that do not have them loaded. What is loaded already is left as it is, with
    /// everything below it.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    #[track_caller]
    fn load_missing<'a, I: IntoIncludes<Self>>(
        db: &'a dyn Executor,
        instances: impl Instances<'a, Self>,
        relations: impl FnOnce(Self::Columns) -> I,
    ) -> Call<'a, ()> {
        load::load(db, instances.instances(), relations, true)
    }

    /// Reads the row again.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when it is gone.
    #[track_caller]
    fn reload<'a>(&'a mut self, db: &'a dyn Executor) -> Call<'a, ()> {
        find::reload(self, db)
    }
}
