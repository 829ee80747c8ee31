//! What records are made of: names with values.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::BuildHasher,
};

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::Record;
use crate::types::{IntoValue, ValueError};

/// Names with values, to be stored or looked for: arrays, vectors and maps of pairs, tuples of pairs with values of
/// different types, records, the outcome of [`record!`](crate::record!).
///
/// ```
/// use sqloquent::{Record, Value, record};
///
/// let record = Record::of([("id", 1), ("n", 2)])?;
/// assert_eq!(record, Record::of((("id", 1), ("n", 2)))?);
/// assert_eq!(record, record! { "id": 1, "n": 2 }?);
/// # Ok::<(), sqloquent::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no set of names with values",
    note = "use an array or map of (name, value), a tuple of such pairs, or `record! {{ \"name\": value }}`"
)]
pub trait IntoRecord {
    /// The names and values as a record.
    ///
    /// # Errors
    /// A value that no engine can hold; a name given twice.
    fn into_record(self) -> Result<Record>;
}

#[cold]
pub(super) fn unstorable(column: &str, error: &ValueError) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("cannot store `{column}`: {error}"),
    )
    .with_column(column.to_owned())
}

/// Gathers pairs into a record.
pub(super) fn gather<N: AsRef<str>>(
    pairs: impl IntoIterator<Item = (N, Result<Value, ValueError>)>,
) -> Result<Record> {
    let pairs = pairs.into_iter();
    let mut names: Vec<Box<str>> = Vec::with_capacity(pairs.size_hint().0);
    let mut values = Vec::with_capacity(pairs.size_hint().0);
    for (name, value) in pairs {
        let name = name.as_ref();
        values.push(value.map_err(|e| unstorable(name, &e))?);
        names.push(name.into());
    }
    let mut seen = HashSet::with_capacity(names.len());
    if let Some(twice) = names.iter().find(|n| !seen.insert(&***n)) {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!("`{}` is given twice", twice.escape_debug()),
        )
        .with_column(twice.to_string()));
    }
    Ok(Record::free(names.into(), values))
}

impl IntoRecord for Record {
    fn into_record(self) -> Result<Self> {
        Ok(self)
    }
}

impl IntoRecord for &Record {
    fn into_record(self) -> Result<Record> {
        Ok(self.clone())
    }
}

impl IntoRecord for Result<Record> {
    fn into_record(self) -> Self {
        self
    }
}

impl IntoRecord for () {
    fn into_record(self) -> Result<Record> {
        Ok(Record::new())
    }
}

macro_rules! collections {
    ($([$($generics:tt)*] $t:ty),+ $(,)?) => {$(
        impl<N: AsRef<str>, V: IntoValue, $($generics)*> IntoRecord for $t {
            fn into_record(self) -> Result<Record> {
                gather(self.into_iter().map(|(name, value)| (name, value.into_value())))
            }
        }
    )+};
}

collections!([const K: usize] [(N, V); K], [] Vec<(N, V)>, [S: BuildHasher] HashMap<N, V, S>, [] BTreeMap<N, V>);

macro_rules! tuples {
    ($($name:ident $value:ident $i:tt),+) => {
        impl<$($name: AsRef<str>, $value: IntoValue),+> IntoRecord for ($(($name, $value),)+) {
            fn into_record(self) -> Result<Record> {
                gather([$((self.$i.0.as_ref(), self.$i.1.into_value())),+])
            }
        }
    };
}

tuples!(A VA 0);
tuples!(A VA 0, B VB 1);
tuples!(A VA 0, B VB 1, C VC 2);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7);

/// Of values that every engine can hold; of a name given twice the last counts.
impl<N: AsRef<str>, V: Into<Value>> FromIterator<(N, V)> for Record {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut names: Vec<Box<str>> = Vec::new();
        let mut values: Vec<Value> = Vec::new();
        for (name, value) in pairs {
            let name = name.as_ref();
            match names.iter().position(|n| **n == *name) {
                Some(at) => values[at] = value.into(),
                None => {
                    names.push(name.into());
                    values.push(value.into());
                }
            }
        }
        Self::free(names.into(), values)
    }
}

impl<N: AsRef<str>, V: Into<Value>, const K: usize> From<[(N, V); K]> for Record {
    fn from(pairs: [(N, V); K]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<N: AsRef<str>, V: Into<Value>> From<Vec<(N, V)>> for Record {
    fn from(pairs: Vec<(N, V)>) -> Self {
        pairs.into_iter().collect()
    }
}

impl<N: AsRef<str>, V: Into<Value>> From<BTreeMap<N, V>> for Record {
    fn from(map: BTreeMap<N, V>) -> Self {
        map.into_iter().collect()
    }
}

impl<N: AsRef<str>, V: Into<Value>, S: BuildHasher> From<HashMap<N, V, S>> for Record {
    fn from(map: HashMap<N, V, S>) -> Self {
        map.into_iter().collect()
    }
}

/// Pairs for [`record!`](crate::record!).
#[doc(hidden)]
pub fn pairs<const K: usize>(pairs: [(&str, Result<Value, ValueError>); K]) -> Result<Record> {
    gather(pairs)
}

/// Names with values of any column types, as a `Result<Record>` that inserts and updates take as it is.
///
/// ```
/// use sqloquent::record;
///
/// let record = record! { "email": "ada@example.org", "age": 36, "bio": None::<String> }?;
/// assert_eq!(record.len(), 3);
/// assert!(record! { "n": u64::MAX }.is_err());
/// # Ok::<(), sqloquent::Error>(())
/// ```
#[macro_export]
macro_rules! record {
    ($($name:expr => $value:expr),* $(,)?) => {
        $crate::__private::pairs([$((::core::convert::AsRef::<str>::as_ref(&$name), $crate::IntoValue::into_value($value))),*])
    };
    ($($name:literal : $value:expr),* $(,)?) => {
        $crate::__private::pairs([$(($name, $crate::IntoValue::into_value($value))),*])
    };
}
