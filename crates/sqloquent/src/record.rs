//! Records: rows whose columns are known at run time.

mod compare;
mod data;
mod decode;
mod format;
mod hashed;
mod joined;
#[cfg(feature = "serde")]
mod serialize;
mod store;

pub use data::IntoRecord;
#[doc(hidden)]
pub use data::pairs;
pub(crate) use decode::typed;
pub use joined::JoinedRecord;

use std::{collections::BTreeMap, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Result, Value};

use crate::{
    dynamic::{DynamicModel, RelatedRecords},
    types::{IntoValue, SqlType, coerce},
};

/// A row by names: what dynamic models and free selections give.
///
/// A record that came from a [`DynamicModel`] knows it: it has the model's columns, holds values of their declared types
/// and can be stored again. Any other record is just names and values.
///
/// Equal when of the same model, or both of none, with the same content; the order of the columns does not matter.
///
/// ```
/// use sqloquent::{Record, Value};
///
/// let mut record = Record::from([("email", "ada@example.org")]);
/// record.set("age", 36)?;
/// assert_eq!(record.get("age"), Some(&Value::Int(36)));
/// assert_eq!(record.read::<String>("email")?, "ada@example.org");
/// # Ok::<(), sqloquent::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Record {
    pub(crate) header: Header,
    /// As many as the header has names.
    pub(crate) values: Vec<Value>,
    /// What was loaded with it.
    pub(crate) related: Option<Box<RelatedRecords>>,
}

/// Where the names of a record are, shared by all records of a result.
#[derive(Clone)]
pub(crate) enum Header {
    Of(DynamicModel),
    Free(Arc<[Box<str>]>),
}

impl Default for Header {
    fn default() -> Self {
        Self::Free(Arc::default())
    }
}

impl Header {
    fn name(&self, index: usize) -> &str {
        match self {
            Self::Of(model) => model.table().columns.get(index).map_or("", |c| &c.name),
            Self::Free(names) => names.get(index).map_or("", |n| n),
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        match self {
            Self::Of(model) => model.table().columns.iter().position(|c| c.name == name),
            Self::Free(names) => names.iter().position(|n| **n == *name),
        }
    }
}

impl Record {
    /// A record without columns, of no model.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A record of names and values, of no model: of an array, vector or map of pairs, or of a tuple of pairs whose
    /// values are of different types.
    ///
    /// ```
    /// use sqloquent::Record;
    ///
    /// let record = Record::of((("email", "ada@example.org"), ("age", 36)))?;
    /// assert_eq!(record.len(), 2);
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    ///
    /// # Errors
    /// A value that no engine can hold; a name given twice.
    pub fn of(data: impl IntoRecord) -> Result<Self> {
        data.into_record()
    }

    pub(crate) fn of_model(model: DynamicModel, values: Vec<Value>) -> Self {
        Self {
            header: Header::Of(model),
            values,
            related: None,
        }
    }

    pub(crate) fn free(names: Arc<[Box<str>]>, values: Vec<Value>) -> Self {
        Self {
            header: Header::Free(names),
            values,
            related: None,
        }
    }

    /// The model that the record is a row of, if it is one.
    #[must_use]
    pub fn model(&self) -> Option<&DynamicModel> {
        match &self.header {
            Header::Of(model) => Some(model),
            Header::Free(_) => None,
        }
    }

    /// How many columns the record has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether the record has no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names of the columns.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.values.len()).map(|i| self.header.name(i))
    }

    /// The values in the order of the columns.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values by themselves.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// Names with values, in the order of the columns.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.names().zip(&self.values)
    }

    /// The values by name.
    #[must_use]
    pub fn into_map(self) -> BTreeMap<String, Value> {
        self.into_iter().collect()
    }

    /// The value of a column.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.header.position(column).and_then(|i| self.values.get(i))
    }

    /// The value of a column as a Rust type.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] when there is none of that name, [`ErrorKind::Decode`] when it is of another type.
    pub fn read<T: SqlType>(&self, column: &str) -> Result<T> {
        let value = self.get(column).ok_or_else(|| self.unknown(column))?;
        T::from_value(value.as_ref()).map_err(|e| match self.model() {
            Some(model) => e.reading(&model.table().name, column),
            None => Error::new(ErrorKind::Decode, format!("cannot read `{column}`: {e}"))
                .with_column(column.to_owned()),
        })
    }

    /// Gives a column a value. A record of a model takes values of its columns' types only; another record gets the
    /// column if it has none of that name. The database is not touched.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] for a column that the model does not have; a value that the column, or any engine,
    /// cannot hold.
    pub fn set(&mut self, column: &str, value: impl IntoValue) -> Result<()> {
        let value = value.into_value();
        let position = self.header.position(column);
        match &self.header {
            Header::Of(model) => {
                let at = position.ok_or_else(|| model.table().unknown_column(column))?;
                let def = &model.table().columns[at];
                self.values[at] = value
                    .and_then(|v| coerce(v, def.ty, true))
                    .map_err(|e| e.writing(&model.table().name, column))?;
            }
            Header::Free(names) => {
                let value = value.map_err(|e| data::unstorable(column, &e))?;
                if let Some(at) = position {
                    self.values[at] = value;
                } else {
                    self.header = Header::Free(names.iter().cloned().chain([column.into()]).collect());
                    self.values.push(value);
                }
            }
        }
        Ok(())
    }

    #[cold]
    fn unknown(&self, column: &str) -> Error {
        if let Some(model) = self.model() {
            return model.table().unknown_column(column);
        }
        let there: Vec<_> = self.names().map(|n| format!("`{n}`")).collect();
        Error::new(
            ErrorKind::UnknownColumn,
            format!("the record has no column `{column}`; it has {}", there.join(", ")),
        )
        .with_column(column.to_owned())
    }
}

impl IntoIterator for Record {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        let header = self.header;
        let pairs: Vec<_> = self
            .values
            .into_iter()
            .enumerate()
            .map(|(i, value)| (header.name(i).to_owned(), value))
            .collect();
        pairs.into_iter()
    }
}
