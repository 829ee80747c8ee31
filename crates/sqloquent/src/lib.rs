//! An async ORM: models, a typed query builder, relations, hooks and records that can prove themselves.
#![forbid(unsafe_code)]

#[doc(hidden)]
pub mod __private;
pub mod expr;
pub mod model;
pub mod query;
pub mod record;
pub mod schema;
pub mod types;

pub use expr::{
    Assignment, Column, Direction, Direction::*, Expr, Expression, Mistake, Nulls, Order, Slot, TypedExpr,
    count_all, exists, not_exists, raw,
};
pub use model::{Key, Model, StatementCache};
pub use query::{FromRow, IntoSelect, JoinKind, Query, RowPlan, Select, Selection, Shape};
pub use record::Record;
pub use schema::{ColumnDef, ColumnType, ForeignKeyDef, Generated, IndexDef, OnChange, Table, TableDef};
pub use sqloquent_core::{
    Dialect, Error, ErrorKind, Family, Flow, Isolation, Null, OwnedRow, Result, RowAccess, Stats, TxOptions,
    Value, ValueRef,
};
pub use types::{Comparable, NumberType, OrderedType, SqlType, TextType, ValueError};

#[cfg(feature = "derive")]
pub use sqloquent_derive::{FromRow, Model, SqlType};
