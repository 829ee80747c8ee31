//! Enums as columns.

use sqloquent_core::{Value, ValueRef};

use crate::types::ValueError;

/// The name of a variant as a value.
///
/// # Errors
/// None; the type is that of `SqlType::to_value`.
pub fn text(name: &str) -> Result<Value, ValueError> {
    Ok(Value::Text(name.to_owned()))
}

/// The text that names a variant.
///
/// # Errors
/// Anything but text.
pub fn as_text(value: ValueRef<'_>) -> Result<&str, ValueError> {
    match value {
        ValueRef::Text(text) => Ok(text),
        other => Err(ValueError::mismatch("text", other)),
    }
}

/// Text that names no variant.
#[cold]
#[must_use]
pub fn unknown_name(names: &[&str]) -> ValueError {
    let names: Vec<_> = names.iter().map(|n| format!("`{n}`")).collect();
    ValueError::new(format!("expected {}, found other text", one_of(&names)))
}

/// A number that stands for no variant.
#[cold]
#[must_use]
pub fn unknown_number(numbers: &[i64]) -> ValueError {
    let numbers: Vec<_> = numbers.iter().map(i64::to_string).collect();
    ValueError::new(format!("expected {}, found another integer", one_of(&numbers)))
}

fn one_of(known: &[String]) -> String {
    match known.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => known.concat(),
    }
}
