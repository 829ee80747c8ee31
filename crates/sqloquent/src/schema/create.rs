//! `create_tables`: from models to tables.

use sqloquent_core::{Dialect, Result};

use super::{Table, Tables};
use crate::{
    call::Call,
    content,
    db::Db,
    executor::Executor,
    job::Create,
    tx::{Lease, Savepoint, Tx},
};

/// The statements by which tables are made where none of them is there yet: for migrations, and for looking at.
///
/// ```
/// use sqloquent::{ColumnDef, ColumnType, Dialect, TableDef, schema};
///
/// let notes = TableDef::new("notes", vec![ColumnDef::new("body", ColumnType::Text)]);
/// let sql = schema::create_sql([notes], Dialect::POSTGRES)?;
/// assert_eq!(sql, [r#"CREATE TABLE IF NOT EXISTS "notes" ("body" text)"#]);
/// # Ok::<(), sqloquent::Error>(())
/// ```
///
/// # Errors
/// What the dialect does not have.
pub fn create_sql<T: Into<Table>>(
    tables: impl IntoIterator<Item = T>,
    dialect: Dialect,
) -> Result<Vec<String>> {
    Create::new(whole(tables.into_iter().map(Into::into).collect()), dialect)?.statements()
}

#[track_caller]
fn create(db: &dyn Executor, tables: Vec<Table>) -> Call<'_, ()> {
    let tables = whole(tables);
    let models = db.handle().db.models();
    if let Err(e) = tables.iter().try_for_each(|table| models.protect(table)) {
        return Call::failed(e);
    }
    Call::task(db, Create::new(tables, db.handle().dialect()))
}

/// The tables, and those that they cannot do without: where deleted records go, ….
fn whole(mut tables: Vec<Table>) -> Vec<Table> {
    let companions = content::companions(&tables);
    tables.extend(companions);
    tables
}

macro_rules! create_tables {
    ($($t:ty),+) => {$(
        impl $t {
            /// Makes the tables of models, with their keys, indexes and foreign keys, as far as they are not there: all
            /// of them or, on an error, none (MySQL, which cannot undo what makes tables, keeps those made before it).
            ///
            /// Hashed models bring the tables along in which their deleted records are kept.
            ///
            /// Tables and views that are there stay as they are, except that indexes which they lack are added (not on
            /// MySQL); they may have more columns than the model maps, but not fewer.
            ///
            /// ```
            /// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
            /// use sqloquent::prelude::*;
            ///
            /// #[derive(Model, Clone, Debug)]
            /// pub struct Author {
            ///     #[model(id)]
            ///     pub id: i64,
            ///     #[model(unique)]
            ///     pub email: String,
            /// }
            ///
            /// #[derive(Model, Clone, Debug)]
            /// pub struct Book {
            ///     #[model(id)]
            ///     pub id: i64,
            ///     #[model(references = Author, on_delete = cascade, index)]
            ///     pub author_id: i64,
            ///     pub title: String,
            /// }
            ///
            /// let db = Db::connect("sqlite::memory:").await?;
            /// db.create_tables::<(Book, Author)>().await?;
            /// let ada = Author::new("ada@example.org").insert(&db).await?;
            /// Book::new(ada.id, "Notes").insert(&db).await?;
            /// # Ok(()) }) }
            /// ```
            ///
            /// # Errors
            /// [`ErrorKind::UnknownColumn`](crate::ErrorKind::UnknownColumn) that names every mapped column which a
            /// table that is there lacks; what the dialect does not have; the engine's refusal.
            #[track_caller]
            pub fn create_tables<T: Tables>(&self) -> Call<'_, ()> {
                create(self, T::tables())
            }

            /// The same for tables that are known at run time.
            ///
            /// ```
            /// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
            /// use sqloquent::{ColumnDef, ColumnType, Db, TableDef};
            ///
            /// let db = Db::connect("sqlite::memory:").await?;
            /// let notes = TableDef::new("notes", vec![ColumnDef::new("body", ColumnType::Text)]);
            /// db.create_table_defs(&[notes]).await?;
            /// # Ok(()) }) }
            /// ```
            ///
            /// # Errors
            /// As [`create_tables`](Self::create_tables).
            #[track_caller]
            pub fn create_table_defs<T: Into<Table>>(&self, tables: impl IntoIterator<Item = T>) -> Call<'_, ()> {
                create(self, tables.into_iter().map(Into::into).collect())
            }
        }
    )+};
}

create_tables!(Db, Tx, Lease, Savepoint<'_>);
