//! Rows of joins over dynamic tables: a record of each table.

mod decode;

use std::{fmt, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{IntoRecord, Record};
use crate::{dynamic::DynamicModel, types::SqlType};

/// A row of joined tables: by the name of the table, or the alias it was joined as, a record.
///
/// ```
/// use sqloquent::{DynamicModel, JoinedRecord, record};
///
/// let users = DynamicModel::new("users", ["id", "email"]);
/// let posts = DynamicModel::new("posts", ["id", "title"]);
/// let data = record! { "users.id": 1, "users.email": "ada@example.org", "posts.id": 7, "posts.title": "On engines" };
/// let row = JoinedRecord::parse([&users, &posts], data)?;
/// assert_eq!(row.read::<String>("posts.title")?, "On engines");
/// # Ok::<(), sqloquent::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JoinedRecord {
    /// The names of the tables, shared by all rows of a result.
    tables: Arc<[Box<str>]>,
    /// As many as there are tables; none where an outer join found nothing.
    records: Vec<Option<Record>>,
}

impl JoinedRecord {
    pub(crate) fn single(table: String, record: Record) -> Self {
        Self {
            tables: [table.into_boxed_str()].into(),
            records: vec![Some(record)],
        }
    }

    /// Makes a row of values by `table.column`, without a database. A table of which no column is given, or only NULL,
    /// was not found by an outer join.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownTable`] and [`ErrorKind::UnknownColumn`] for a name that none of the models has; a value that
    /// does not fit its column.
    pub fn parse<'m>(
        models: impl IntoIterator<Item = &'m DynamicModel>,
        data: impl IntoRecord,
    ) -> Result<Self> {
        let models: Vec<&DynamicModel> = models.into_iter().collect();
        let mut records: Vec<Option<Record>> = vec![None; models.len()];
        let tables: Arc<[Box<str>]> = models.iter().map(|m| Box::from(&*m.table().name)).collect();
        for model in &models {
            model.check()?;
        }
        for (name, value) in data.into_record()? {
            let found = (0..models.len()).find_map(|i| {
                let column = name.strip_prefix(&*tables[i])?.strip_prefix('.')?;
                Some((i, column))
            });
            let (at, column) = found.ok_or_else(|| unknown_table(&tables, &name))?;
            let model = models[at];
            model.table().column(column)?;
            if value.is_null() {
                continue;
            }
            let width = model.table().columns.len();
            records[at]
                .get_or_insert_with(|| Record::of_model(model.clone(), vec![Value::Null; width]))
                .set(column, value)?;
        }
        Ok(Self { tables, records })
    }

    /// The names of the tables, in the order of the query.
    pub fn tables(&self) -> impl ExactSizeIterator<Item = &str> {
        self.tables.iter().map(|t| &**t)
    }

    /// The row of a table, by its name or alias; none where an outer join found nothing, and for other names.
    #[must_use]
    pub fn record(&self, table: &str) -> Option<&Record> {
        let at = self.tables.iter().position(|t| **t == *table)?;
        self.records.get(at)?.as_ref()
    }

    /// The rows of the tables, in the order of the query, without those that an outer join did not find. No query is
    /// needed for them.
    #[must_use]
    pub fn models(&self) -> Vec<Record> {
        self.records.iter().flatten().cloned().collect()
    }

    /// The rows by table; none where an outer join found nothing.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Option<&Record>)> {
        self.tables().zip(self.records.iter().map(Option::as_ref))
    }

    /// The value of a column, by `table.column`, or by the column's name alone: then of the first table that has it.
    /// None for other names, and where an outer join found nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let qualified = self.iter().find_map(|(table, record)| {
            let column = name.strip_prefix(table)?.strip_prefix('.')?;
            record?.get(column)
        });
        qualified.or_else(|| self.records.iter().flatten().find_map(|record| record.get(name)))
    }

    /// The value of a column as a Rust type. What an outer join did not find is NULL.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`], [`ErrorKind::UnknownTable`] for a name that is not there; [`ErrorKind::Decode`]
    /// when the value is of another type.
    pub fn read<T: SqlType>(&self, name: &str) -> Result<T> {
        for (table, record) in self.iter() {
            let Some(column) = name.strip_prefix(table).and_then(|n| n.strip_prefix('.')) else {
                continue;
            };
            return match record {
                Some(record) => record.read(column),
                None => T::from_value(sqloquent_core::ValueRef::Null).map_err(|e| e.reading(table, column)),
            };
        }
        match self.records.iter().flatten().find(|r| r.get(name).is_some()) {
            Some(record) => record.read(name),
            None => Err(unknown_table(&self.tables, name)),
        }
    }
}

#[cold]
fn unknown_table(tables: &[Box<str>], name: &str) -> Error {
    let there: Vec<_> = tables.iter().map(|t| format!("`{t}.…`")).collect();
    Error::new(
        ErrorKind::UnknownTable,
        format!(
            "`{}` is no column of the joined tables; there are {}",
            name.escape_debug(),
            there.join(", ")
        ),
    )
}

impl fmt::Debug for JoinedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// `{users: User(id=1), posts: not found}`.
impl fmt::Display for JoinedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (table, record)) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            match record {
                Some(record) => write!(f, "{table}: {record}")?,
                None => write!(f, "{table}: not found")?,
            }
        }
        f.write_str("}")
    }
}
