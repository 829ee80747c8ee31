//! `bool`.

use sqloquent_core::{Value, ValueRef};

use super::{SqlType, ValueError, comparable::*, read};
use crate::schema::ColumnType;

/// Stored as 0 and 1 where the engine has no booleans; any other number is an error.
#[diagnostic::do_not_recommend]
impl SqlType for bool {
    const TYPE: ColumnType = ColumnType::Bool;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Bool(*self))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        read::boolean(value)
    }
}

comparable!(bool: bool, #['a] &'a bool);
comparable_with_columns!(bool: bool);
impl OrderedType for bool {
    type Nullable = Option<bool>;
}
