//! The row that SQLite stands on.

use std::{
    ffi::{CStr, c_int},
    marker::PhantomData,
    ptr::NonNull,
    slice,
};

use rusqlite::ffi;
use sqloquent_core::{Error, ErrorKind, Result, RowAccess, ValueRef};

/// A row, until the statement is stepped again.
pub(crate) struct Row<'r> {
    statement: NonNull<ffi::sqlite3_stmt>,
    columns: usize,
    rows: PhantomData<&'r mut ()>,
}

impl Row<'_> {
    #[inline]
    pub(super) fn new(statement: NonNull<ffi::sqlite3_stmt>, columns: usize) -> Self {
        Self {
            statement,
            columns,
            rows: PhantomData,
        }
    }
}

impl RowAccess for Row<'_> {
    fn column_count(&self) -> usize {
        self.columns
    }

    fn column_name(&self, index: usize) -> &str {
        let Some(at) = self.position(index) else { return "" };
        // SAFETY: the statement has that column; its name stays while the statement is not prepared anew, which only
        // stepping it from its beginning does.
        let name = unsafe {
            let name = ffi::sqlite3_column_name(self.statement.as_ptr(), at);
            (!name.is_null()).then(|| CStr::from_ptr(name))
        };
        name.and_then(|name| name.to_str().ok()).unwrap_or("")
    }

    #[inline]
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        let Some(at) = self.position(index) else {
            return Err(self.no_such_column(index));
        };
        // SAFETY: the statement stands on a row, of which this is a column. Values are asked for in the form that their
        // type has, pointers before lengths, and what they point to stays until the statement is stepped, which needs
        // the rows that this row borrows.
        unsafe {
            let value = ffi::sqlite3_column_value(self.statement.as_ptr(), at);
            Ok(match ffi::sqlite3_value_type(value) {
                ffi::SQLITE_INTEGER => ValueRef::Int(ffi::sqlite3_value_int64(value)),
                ffi::SQLITE_FLOAT => ValueRef::Float(ffi::sqlite3_value_double(value)),
                ffi::SQLITE_TEXT => {
                    let start = ffi::sqlite3_value_text(value);
                    match std::str::from_utf8(bytes(start, value)) {
                        Ok(text) if !start.is_null() => ValueRef::Text(text),
                        Ok(_) => return Err(out_of_memory()),
                        Err(e) => return Err(self.bad_text(index, e)),
                    }
                }
                ffi::SQLITE_BLOB => {
                    let start: *const u8 = ffi::sqlite3_value_blob(value).cast();
                    if start.is_null() && ffi::sqlite3_value_type(value) != ffi::SQLITE_BLOB {
                        return Err(out_of_memory());
                    }
                    ValueRef::Bytes(bytes(start, value))
                }
                _ => ValueRef::Null,
            })
        }
    }
}

/// The bytes that a value gave the start of; none where it gave no start.
///
/// # Safety
/// The start must be what the value gave just now.
#[inline]
unsafe fn bytes<'v>(start: *const u8, value: *mut ffi::sqlite3_value) -> &'v [u8] {
    if start.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise; SQLite tells the length of what it gave.
    unsafe {
        let length = usize::try_from(ffi::sqlite3_value_bytes(value)).unwrap_or(0);
        slice::from_raw_parts(start, length)
    }
}

impl Row<'_> {
    #[inline]
    fn position(&self, index: usize) -> Option<c_int> {
        if index < self.columns {
            c_int::try_from(index).ok()
        } else {
            None
        }
    }

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
            format!("the row has {} columns, none at {index}", self.columns),
        )
    }
}

#[cold]
fn out_of_memory() -> Error {
    Error::new(
        ErrorKind::Database,
        "SQLite had no memory left to hand out a value",
    )
}
