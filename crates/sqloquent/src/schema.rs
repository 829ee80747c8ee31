//! What is known of tables: columns, keys, indexes, foreign keys. Made by the derive, or at run time.

mod column_def;
mod column_type;
mod create;
pub(crate) mod derived;
mod gives_back;
mod object_name;
mod table_def;
mod tables;

pub use column_def::{ColumnDef, Generated};
pub use column_type::ColumnType;
pub use create::create_sql;
pub use derived::Derived;
pub(crate) use gives_back::gives_back;
pub(crate) use object_name::object_name;
pub use table_def::{ForeignKeyDef, HashedDef, IndexDef, OnChange, Table, TableDef};
pub use tables::Tables;
pub(crate) use tables::{in_order, same_table};
