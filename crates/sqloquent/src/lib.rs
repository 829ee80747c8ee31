//! An async ORM: models, a typed query builder, relations, hooks and records that can prove themselves.
#![forbid(unsafe_code)]

#[doc(hidden)]
pub mod __private;
mod call;
mod compile;
pub mod content;
mod db;
#[cfg(feature = "derive")]
mod derives;
pub mod dynamic;
mod encode;
mod executor;
pub mod expr;
#[cfg(doctest)]
mod guide;
pub mod history;
pub mod hooks;
mod job;
pub mod model;
mod models;
pub mod prelude;
pub mod query;
mod raw;
pub mod record;
pub mod relation;
pub mod schema;
mod tx;
pub mod types;
pub mod verify;
mod write;

pub use call::{Call, block_on};
#[cfg(feature = "derive")]
pub use content::{Attachment, DeletedRecord, HashedRecord, RecordVersion};
pub use content::{ContentId, HashedModel};
pub use db::{Db, NPlusOne};
pub use dynamic::{
    Conditions, DynamicColumn, DynamicColumns, DynamicModel, IntoConditions, IntoKey, IntoValues, JoinTerms,
};
pub use encode::encode_value;
pub use executor::Executor;
pub use expr::{
    Assignment, Column, Direction, Direction::*, Expr, Expression, Mistake, Nulls, Order, Slot, TypedExpr,
    count_all, exists, not_exists, raw,
};
pub use history::{Checkpoint, HistoryModel};
pub use hooks::{Event, HookCx, HookId, Hooks, Observer, Operation};
pub use model::{Key, Model, Settable, StatementCache};
pub use models::Models;
pub use query::{
    Chunks, FromRow, IntoSelect, JoinKind, Page, ParentLink, Query, RowPlan, Rows, Select, Selection, Shape,
    TypedShape,
};
pub use raw::{Raw, RawText, TrustedSql};
pub use record::{IntoRecord, JoinedRecord, Record};
pub use relation::{Pivoted, Related, RelationDef, RelationKind};
pub use schema::{
    ColumnDef, ColumnType, ForeignKeyDef, Generated, HashedDef, IndexDef, OnChange, Table, TableDef, Tables,
};
pub use sqloquent_core::{
    Dialect, Error, ErrorKind, Family, Flow, Isolation, Null, OwnedRow, Result, RowAccess, Stats, TxOptions,
    Value, ValueRef,
};
#[cfg(feature = "pool")]
pub use sqloquent_pool::{Pool, PoolOptions};
pub use tx::{ExecutorView, Lease, Savepoint, Tx};
#[cfg(feature = "serde")]
pub use types::Json;
#[cfg(feature = "uuid")]
pub use types::UuidBlob;
pub use types::{
    Comparable, IdList, IntoValue, NumberType, OrderedType, SqlType, TextType, UnixMillis, UnixSeconds,
    ValueError,
};

#[cfg(feature = "derive")]
pub use derives::{FromRow, Model, SqlType};
#[cfg(feature = "sqlite")]
pub use sqloquent_sqlite::{Durability, Journal, SqliteOptions, rusqlite};
