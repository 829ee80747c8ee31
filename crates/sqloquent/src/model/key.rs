//! Keys: what rows are found by.

use sqloquent_core::{Result, Value};

use crate::types::{Comparable, SqlType, operand_value};

/// A key type that a `V` can stand for: a `String` key by `&str`, a composite key by a tuple.
#[diagnostic::on_unimplemented(
    message = "a key of type `{Self}` cannot be given as `{V}`",
    label = "this is of the wrong type for the model's key"
)]
pub trait Key<V> {
    /// The values of the key's columns, in order.
    ///
    /// # Errors
    /// A value that the engine cannot hold.
    fn key_values(key: V) -> Result<Vec<Value>>;

    /// The same, added to values that are at hand.
    ///
    /// # Errors
    /// As [`key_values`](Self::key_values).
    fn add_key_values(key: V, into: &mut Vec<Value>) -> Result<()> {
        into.append(&mut Self::key_values(key)?);
        Ok(())
    }
}

fn value<T: Comparable<V>, V>(key: V) -> Result<Value> {
    operand_value::<T, V>(key, "a key is made of values, not of expressions")
}

#[diagnostic::do_not_recommend]
impl<T: Comparable<V>, V> Key<V> for T {
    fn key_values(key: V) -> Result<Vec<Value>> {
        Ok(vec![value::<T, V>(key)?])
    }

    fn add_key_values(key: V, into: &mut Vec<Value>) -> Result<()> {
        into.push(value::<T, V>(key)?);
        Ok(())
    }
}

macro_rules! composite {
    ($($t:ident $v:ident $i:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($t: Comparable<$v>, $v),+> Key<($($v,)+)> for ($($t,)+) {
            fn key_values(key: ($($v,)+)) -> Result<Vec<Value>> {
                Ok(vec![$(value::<$t, $v>(key.$i)?),+])
            }

            fn add_key_values(key: ($($v,)+), into: &mut Vec<Value>) -> Result<()> {
                $(into.push(value::<$t, $v>(key.$i)?);)+
                Ok(())
            }
        }
        #[diagnostic::do_not_recommend]
        impl<'k, $($t: SqlType),+> Key<&'k ($($t,)+)> for ($($t,)+) {
            fn key_values(key: &'k ($($t,)+)) -> Result<Vec<Value>> {
                Ok(vec![$(key.$i.to_value()?),+])
            }
        }
    };
}

composite!(A VA 0, B VB 1);
composite!(A VA 0, B VB 1, C VC 2);
composite!(A VA 0, B VB 1, C VC 2, D VD 3);
