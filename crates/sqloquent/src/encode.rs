//! Values as text for hashing and comparing.

use std::fmt::Write as _;

use sqloquent_core::{Error, ErrorKind, Result, Value};

/// The bytes that packify writes for a value, in hexadecimal: the same text for the same value, on every machine.
///
/// ```
/// use sqloquent::{Value, encode_value};
///
/// assert_eq!(encode_value(&Value::Text("a".into()))?, "430161");
/// # Ok::<(), sqloquent::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::InvalidValue`] for a value that the format cannot hold, such as text of more than 4 GiB.
pub fn encode_value(value: &Value) -> Result<String> {
    let bytes = packify::pack(&packed(value)?).map_err(refused)?;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cold]
fn refused(e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("the value cannot be packed: {e}"),
    )
    .with_source(e)
}

/// The value of packify that stands for a value of SQL; what it has no type for is text.
fn packed(value: &Value) -> Result<packify::Value> {
    Ok(match value {
        Value::Null => packify::Value::None,
        Value::Bool(v) => packify::Value::from(*v),
        Value::Int(v) => packify::Value::from(*v),
        Value::Float(v) => packify::Value::from(*v),
        Value::Text(v) | Value::Json(v) => packify::Value::from(v.as_str()),
        Value::Bytes(v) => packify::Value::from(v.as_slice()),
        Value::Decimal(v) => packify::Value::from(packify::Decimal::new(v).map_err(refused)?),
        other => packify::Value::from(other.to_string()),
    })
}
