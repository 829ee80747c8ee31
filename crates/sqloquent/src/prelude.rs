//! What most programs import: `use sqloquent::prelude::*;`.

pub use crate::{
    Call, Column, Db, Direction, Direction::*, Error, ErrorKind, Executor, Expr, Expression, FromRow,
    IntoSelect, Model, Null, Query, Record, Result, SqlType, Tx, TxOptions, Value, count_all, exists,
    not_exists, raw,
};
