//! The types that columns can have, and what they compare with.
//!
//! One file per family of types; each implements [`SqlType`] and [`Comparable`].

mod any;
mod bytes;
mod coerce;
mod comparable;
#[cfg(feature = "rust_decimal")]
mod decimals;
mod error;
mod id_list;
#[cfg(feature = "jiff")]
mod instants;
mod into_value;
#[cfg(feature = "serde")]
mod json;
mod nonzero;
mod numbers;
mod own;
mod read;
mod system_time;
mod text;
mod through;
mod truth;
mod unix;
#[cfg(feature = "uuid")]
mod uuids;

pub use coerce::{coerce, coerce_operand, read_as};
pub(crate) use comparable::operand_value;
pub use comparable::{Comparable, NumberType, OrderedType, TextType};
pub use error::ValueError;
pub use id_list::{IdList, IdListType};
pub(crate) use id_list::{id_text, normalized, read_id, text_ids};
pub use into_value::IntoValue;
#[cfg(feature = "serde")]
pub use json::Json;
pub use own::OwnType;
pub use through::Through;
pub use unix::{Instant, UnixMillis, UnixSeconds, unix_millis, unix_seconds};
#[cfg(feature = "uuid")]
pub use uuids::{UuidBlob, as_blob};

use sqloquent_core::{Value, ValueRef};

use crate::schema::ColumnType;

/// A Rust type that a column can have.
///
/// Implement it for a type of your own to choose how it is stored; `#[derive(SqlType)]` does so for enums and newtypes.
///
/// ```
/// use sqloquent::{ColumnType, SqlType, Value, ValueError, ValueRef};
///
/// #[derive(Debug, PartialEq)]
/// struct Celsius(f64);
///
/// impl SqlType for Celsius {
///     const TYPE: ColumnType = ColumnType::Float64;
///     fn to_value(&self) -> Result<Value, ValueError> {
///         self.0.to_value()
///     }
///     fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
///         f64::from_value(value).map(Celsius)
///     }
/// }
///
/// assert_eq!(Celsius::from_value(ValueRef::Float(21.5)).unwrap(), Celsius(21.5));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a column",
    label = "not a column type",
    note = "implement `SqlType`, derive it for an enum or newtype, wrap the type in `Json<_>`, or mark the field `#[model(skip)]`"
)]
pub trait SqlType: Sized {
    /// The logical type of the column.
    const TYPE: ColumnType;
    /// Whether the column may hold NULL.
    const NULLABLE: bool = false;

    /// The value to store.
    ///
    /// # Errors
    /// When the engine cannot hold it, such as an integer beyond 64 bits signed.
    fn to_value(&self) -> Result<Value, ValueError>;

    /// The value to store, of an instance that nobody looks at any more: text and bytes need not be copied but may be
    /// taken out of it.
    ///
    /// # Errors
    /// As [`to_value`](Self::to_value).
    fn take_value(&mut self) -> Result<Value, ValueError> {
        self.to_value()
    }

    /// Reads what is stored.
    ///
    /// # Errors
    /// When it is of another type, NULL, or out of range.
    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError>;
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> SqlType for Option<T> {
    const TYPE: ColumnType = T::TYPE;
    const NULLABLE: bool = true;

    fn to_value(&self) -> Result<Value, ValueError> {
        self.as_ref().map_or(Ok(Value::Null), T::to_value)
    }

    #[inline]
    fn take_value(&mut self) -> Result<Value, ValueError> {
        self.as_mut().map_or(Ok(Value::Null), T::take_value)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        if value.is_null() {
            Ok(None)
        } else {
            T::from_value(value).map(Some)
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> SqlType for Box<T> {
    const TYPE: ColumnType = T::TYPE;
    const NULLABLE: bool = T::NULLABLE;

    fn to_value(&self) -> Result<Value, ValueError> {
        (**self).to_value()
    }

    #[inline]
    fn take_value(&mut self) -> Result<Value, ValueError> {
        (**self).take_value()
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        T::from_value(value).map(Box::new)
    }
}
