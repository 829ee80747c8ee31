//! Values for columns by name.

use std::{borrow::Cow, sync::Arc};

use sqloquent_core::{Null, Value};

use super::{SqlType, ValueError};

/// What can be given for a column by name: a value of any column type, or a borrowed form of one.
///
/// Unlike `Into<Value>` it covers the types of other crates, the types you derive, and integers that the engine may not
/// be able to hold; such a number is an error of the query.
///
/// ```
/// use sqloquent::{Null, Value, types::IntoValue};
///
/// assert_eq!("ada".into_value().unwrap(), Value::Text("ada".into()));
/// assert_eq!(5_u64.into_value().unwrap(), Value::Int(5));
/// assert_eq!(Null.into_value().unwrap(), Value::Null);
/// assert!(u64::MAX.into_value().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a column",
    label = "not a column type",
    note = "implement or derive `SqlType` for it, or give a `Value`"
)]
pub trait IntoValue {
    /// The value to send.
    ///
    /// # Errors
    /// When the engine cannot hold it, such as an integer beyond 64 bits signed.
    fn into_value(self) -> Result<Value, ValueError>;
}

impl<T: SqlType> IntoValue for T {
    fn into_value(self) -> Result<Value, ValueError> {
        self.to_value()
    }
}

impl IntoValue for Null {
    fn into_value(self) -> Result<Value, ValueError> {
        Ok(Value::Null)
    }
}

/// Borrowed forms that turn into [`Value`] without fail.
macro_rules! by_from {
    ($([$($generics:tt)*] $t:ty),+ $(,)?) => {$(
        impl<$($generics)*> IntoValue for $t {
            fn into_value(self) -> Result<Value, ValueError> {
                Ok(self.into())
            }
        }
    )+};
}

by_from!(
    [] &str, [] Option<&str>, [] &[u8], [] Option<&[u8]>, [const N: usize] &[u8; N], [const N: usize] Option<&[u8; N]>,
    [] &Value,
);

impl IntoValue for &&str {
    fn into_value(self) -> Result<Value, ValueError> {
        Ok((*self).into())
    }
}

/// References to column types.
macro_rules! by_reference {
    ($($t:ty),+ $(,)?) => {$(
        impl $crate::types::IntoValue for &$t {
            fn into_value(self) -> Result<$crate::Value, $crate::ValueError> {
                $crate::types::SqlType::to_value(self)
            }
        }
        impl $crate::types::IntoValue for Option<&$t> {
            fn into_value(self) -> Result<$crate::Value, $crate::ValueError> {
                self.map_or(Ok($crate::Value::Null), $crate::types::SqlType::to_value)
            }
        }
        impl $crate::types::IntoValue for &Option<$t> {
            fn into_value(self) -> Result<$crate::Value, $crate::ValueError> {
                $crate::types::SqlType::to_value(self)
            }
        }
    )+};
}
pub(crate) use by_reference;

by_reference!(
    bool,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    f32,
    f64,
    char,
    String,
    Box<str>,
    Arc<str>,
    Cow<'_, str>,
    Vec<u8>,
    Box<[u8]>,
    Arc<[u8]>,
    Cow<'_, [u8]>,
);
