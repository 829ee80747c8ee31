//! What is known of tables: columns, keys, indexes, foreign keys. Made by the derive, or at run time.

mod column_def;
mod column_type;
mod table_def;

pub use column_def::{ColumnDef, Generated};
pub use column_type::ColumnType;
pub use table_def::{ForeignKeyDef, IndexDef, OnChange, Table, TableDef};
