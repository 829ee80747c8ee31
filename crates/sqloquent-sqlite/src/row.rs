//! The row that SQLite stands on.

use rusqlite::types::ValueRef as Stored;
use sqloquent_core::{Error, ErrorKind, Result, RowAccess, ValueRef};

pub(crate) struct SqliteRow<'a>(pub(crate) &'a rusqlite::Row<'a>);

impl RowAccess for SqliteRow<'_> {
    fn column_count(&self) -> usize {
        self.0.as_ref().column_count()
    }

    fn column_name(&self, index: usize) -> &str {
        self.0.as_ref().column_name(index).unwrap_or("")
    }

    #[inline]
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.0.get_ref(index) {
            Ok(Stored::Null) => Ok(ValueRef::Null),
            Ok(Stored::Integer(v)) => Ok(ValueRef::Int(v)),
            Ok(Stored::Real(v)) => Ok(ValueRef::Float(v)),
            Ok(Stored::Text(v)) => match std::str::from_utf8(v) {
                Ok(text) => Ok(ValueRef::Text(text)),
                Err(e) => Err(self.bad_text(index, e)),
            },
            Ok(Stored::Blob(v)) => Ok(ValueRef::Bytes(v)),
            Err(_) => Err(self.no_such_column(index)),
        }
    }
}

impl SqliteRow<'_> {
    #[cold]
    fn bad_text(&self, index: usize, error: std::str::Utf8Error) -> Error {
        let name = self.column_name(index).to_owned();
        Error::new(
            ErrorKind::Decode,
            format!(
                "the text in column `{name}` is not valid UTF-8 from byte {} on; read it as `cast({name} as blob)`",
                error.valid_up_to()
            ),
        )
        .with_column(name)
    }

    #[cold]
    fn no_such_column(&self, index: usize) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!("the row has {} columns, none at {index}", self.column_count()),
        )
    }
}
