//! Parameters of raw SQL: tuples of values.

use sqloquent_core::{Result, Value};

use crate::types::IntoValue;

/// The parameters of raw SQL: `()` for none, a tuple, an array, a vector.
pub trait IntoParams {
    /// All of them, in order.
    ///
    /// # Errors
    /// A value that the engine cannot hold.
    fn into_params(self) -> Result<Vec<Value>>;
}

impl IntoParams for () {
    fn into_params(self) -> Result<Vec<Value>> {
        Ok(Vec::new())
    }
}

impl<T: IntoValue> IntoParams for Vec<T> {
    fn into_params(self) -> Result<Vec<Value>> {
        self.into_iter().map(|v| Ok(v.into_value()?)).collect()
    }
}

impl<T: IntoValue, const N: usize> IntoParams for [T; N] {
    fn into_params(self) -> Result<Vec<Value>> {
        self.into_iter().map(|v| Ok(v.into_value()?)).collect()
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: IntoValue),+> IntoParams for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the fields")]
            fn into_params(self) -> Result<Vec<Value>> {
                let ($($name,)+) = self;
                Ok(vec![$($name.into_value()?),+])
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
