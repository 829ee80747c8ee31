//! The values of a row where its columns are named beforehand.

use sqloquent_core::Value;

use crate::types::{IntoValue, ValueError};

/// The values of a row in the order of columns that are named beforehand: a value where there is one column, a tuple or
/// vector of values where there are several.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row of values",
    note = "use a value for one column, or a tuple of values, or a `Vec<Value>`, for several"
)]
pub trait IntoValues {
    /// The values, in order.
    ///
    /// # Errors
    /// A value that no engine can hold; the position tells which one.
    fn into_values(self) -> Result<Vec<Value>, (usize, ValueError)>;
}

impl<T: IntoValue> IntoValues for T {
    fn into_values(self) -> Result<Vec<Value>, (usize, ValueError)> {
        Ok(vec![self.into_value().map_err(|e| (0, e))?])
    }
}

impl IntoValues for Vec<Value> {
    fn into_values(self) -> Result<Self, (usize, ValueError)> {
        Ok(self)
    }
}

macro_rules! tuples {
    ($($name:ident $i:tt),+) => {
        impl<$($name: IntoValue),+> IntoValues for ($($name,)+) {
            fn into_values(self) -> Result<Vec<Value>, (usize, ValueError)> {
                Ok(vec![$(self.$i.into_value().map_err(|e| ($i, e))?),+])
            }
        }
    };
}

tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
