//! UUIDs: as the engine's own type or text, and on request as bytes.

use ::uuid::Uuid;
use sqloquent_core::{Value, ValueRef};

use super::{
    Comparable, SqlType, Through, ValueError, comparable::*, into_value::by_reference, read,
    through::with_module,
};
use crate::{expr::Expr, schema::ColumnType};

/// Hyphenated text where the engine has no such type. Read from text with hyphens or without, and from 16 bytes.
#[diagnostic::do_not_recommend]
impl SqlType for Uuid {
    const TYPE: ColumnType = ColumnType::Uuid;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Uuid(*self.as_bytes()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        read::uuid(value).map(Self::from_bytes)
    }
}

impl OrderedType for Uuid {
    type Nullable = Option<Self>;
}
comparable!(Uuid: Uuid, #['a] &'a Uuid);
comparable_with_columns!(Uuid: Uuid);
by_reference!(Uuid, UuidBlob);

/// A UUID that is stored as 16 bytes on every engine.
///
/// As the type of a field it compares with [`Uuid`] too. Where the field is to be a plain [`Uuid`], name [`as_blob`] in
/// `#[model(with = …)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UuidBlob(pub Uuid);

impl From<Uuid> for UuidBlob {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<UuidBlob> for Uuid {
    fn from(id: UuidBlob) -> Self {
        id.0
    }
}

/// Read as any [`Uuid`] is: from 16 bytes, and from text, which older rows may hold.
#[diagnostic::do_not_recommend]
impl SqlType for UuidBlob {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Bytes(self.0.as_bytes().to_vec()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        Uuid::from_value(value).map(Self)
    }
}

impl OrderedType for UuidBlob {
    type Nullable = Option<Self>;
}
comparable!(UuidBlob: UuidBlob, #['a] &'a UuidBlob);
comparable_with_columns!(UuidBlob: UuidBlob);

macro_rules! blobs {
    ($($t:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl Comparable<Uuid> for $t {
            fn operand(value: Uuid) -> Expr {
                Expr::from_sql_type(&UuidBlob(value))
            }
        }
        #[diagnostic::do_not_recommend]
        impl Comparable<&Uuid> for $t {
            fn operand(value: &Uuid) -> Expr {
                Expr::from_sql_type(&UuidBlob(*value))
            }
        }
    )+};
}

blobs!(UuidBlob, Option<UuidBlob>);

#[diagnostic::do_not_recommend]
impl Comparable<Option<Uuid>> for Option<UuidBlob> {
    fn operand(value: Option<Uuid>) -> Expr {
        Expr::from_sql_type(&value.map(UuidBlob))
    }
}

impl Through<UuidBlob> for Uuid {
    fn store(&self) -> Result<Value, ValueError> {
        UuidBlob(*self).to_value()
    }

    fn load(value: ValueRef<'_>) -> Result<Self, ValueError> {
        <Self as SqlType>::from_value(value)
    }
}

with_module! {
    /// Stores a `Uuid` or `Option<Uuid>` as 16 bytes: `#[model(with = sqloquent::types::as_blob)]`.
    as_blob: UuidBlob as Bytes
}
