//! What most programs import: `use sqloquent::prelude::*;`.

pub use crate::{
    Call, Column, ContentId, Db, Direction, Direction::*, DynamicModel, Error, ErrorKind, Event, Executor,
    Expr, Expression, FromRow, HashedModel, HistoryModel, HookCx, IntoRecord, IntoSelect, JoinedRecord,
    Model, Null, Pivoted, Query, Record, Related, Result, SqlType, Tx, TxOptions, Value, count_all, exists,
    not_exists, raw, record,
};
