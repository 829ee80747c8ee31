//! Storing a type in another way than its own.

use sqloquent_core::{Value, ValueRef};

use super::ValueError;

/// A type, or an `Option` of one, that is stored in the way `W`. What the `with` modules are made of.
pub trait Through<W>: Sized {
    /// The value to store.
    ///
    /// # Errors
    /// When it cannot be stored in this way.
    fn store(&self) -> Result<Value, ValueError>;

    /// Reads what is stored.
    ///
    /// # Errors
    /// When it is not stored in this way.
    fn load(value: ValueRef<'_>) -> Result<Self, ValueError>;
}

impl<W, T: Through<W>> Through<W> for Option<T> {
    fn store(&self) -> Result<Value, ValueError> {
        self.as_ref().map_or(Ok(Value::Null), T::store)
    }

    fn load(value: ValueRef<'_>) -> Result<Self, ValueError> {
        if value.is_null() {
            Ok(None)
        } else {
            T::load(value).map(Some)
        }
    }
}

/// Makes the module that `#[model(with = …)]` names.
macro_rules! with_module {
    ($(#[$doc:meta])* $module:ident: $way:ident as $column:ident) => {
        $(#[$doc])*
        pub mod $module {
            use super::$way;
            use $crate::{ColumnType, Value, ValueError, ValueRef, types::Through};

            /// The logical type of the column.
            pub const TYPE: ColumnType = ColumnType::$column;

            /// The value to store.
            ///
            /// # Errors
            /// When the column cannot hold it.
            pub fn to_value<T: Through<$way>>(value: &T) -> Result<Value, ValueError> {
                value.store()
            }

            /// Reads what is stored.
            ///
            /// # Errors
            /// When it is of another type, NULL, or out of range.
            pub fn from_value<T: Through<$way>>(value: ValueRef<'_>) -> Result<T, ValueError> {
                T::load(value)
            }
        }
    };
}
pub(crate) use with_module;
