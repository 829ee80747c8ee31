//! Values on their way into SQLite.

use std::ffi::{c_int, c_uchar};

use rusqlite::ffi;
use sqloquent_core::{Error, ErrorKind, Result, Value, text_form};

/// Binds a value to the parameter at an index that counts from 0. Gives SQLite's code.
///
/// # Safety
/// The statement must be alive and at its beginning. Text and bytes are not copied: they must stay until the parameter
/// is bound anew, or be stepped over never again.
pub(super) unsafe fn bind(statement: *mut ffi::sqlite3_stmt, index: usize, value: &Value) -> Result<c_int> {
    let at = c_int::try_from(index + 1).unwrap_or(c_int::MAX);
    // SAFETY: the caller's promises; a copied text may go away after the call.
    let code = unsafe {
        match value {
            Value::Null => ffi::sqlite3_bind_null(statement, at),
            Value::Bool(v) => ffi::sqlite3_bind_int64(statement, at, i64::from(*v)),
            Value::Int(v) => ffi::sqlite3_bind_int64(statement, at, *v),
            Value::Float(v) if v.is_nan() => return Err(not_a_number(index)),
            Value::Float(v) => ffi::sqlite3_bind_double(statement, at, *v),
            Value::Text(v) | Value::Decimal(v) | Value::Json(v) => {
                bind_text(statement, at, v, ffi::SQLITE_STATIC())
            }
            Value::Bytes(v) => ffi::sqlite3_bind_blob64(
                statement,
                at,
                v.as_ptr().cast(),
                v.len() as u64,
                ffi::SQLITE_STATIC(),
            ),
            Value::Uuid(v) => copy_text(statement, at, &text_form::uuid_text(*v)),
            Value::Timestamp(v) | Value::DateTime(v) => {
                copy_text(statement, at, &text_form::datetime_text(*v))
            }
            Value::Date(v) => copy_text(statement, at, &text_form::date_text(*v)),
            Value::Time(v) => copy_text(statement, at, &text_form::time_text(*v)),
            other => return Err(unknown(other.type_name())),
        }
    };
    Ok(code)
}

unsafe fn bind_text(
    statement: *mut ffi::sqlite3_stmt,
    at: c_int,
    text: &str,
    lifetime: ffi::sqlite3_destructor_type,
) -> c_int {
    // SAFETY: the caller's promises; the text has this length.
    unsafe {
        ffi::sqlite3_bind_text64(
            statement,
            at,
            text.as_ptr().cast(),
            text.len() as u64,
            lifetime,
            ffi::SQLITE_UTF8 as c_uchar,
        )
    }
}

unsafe fn copy_text(statement: *mut ffi::sqlite3_stmt, at: c_int, text: &str) -> c_int {
    // SAFETY: the caller's promises; SQLite copies the text.
    unsafe { bind_text(statement, at, text, ffi::SQLITE_TRANSIENT()) }
}

#[cold]
fn not_a_number(index: usize) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!(
            "parameter {} is not a number (NaN), which SQLite would store as NULL; use None or a number",
            index + 1
        ),
    )
}

#[cold]
fn unknown(type_name: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("this driver does not know values of type {type_name}"),
    )
}

#[cold]
pub(crate) fn wrong_count(wanted: usize, given: usize) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!("the statement has {wanted} placeholders but was given {given} parameters"),
    )
}
