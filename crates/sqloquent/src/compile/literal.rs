//! Values written into the text, for `to_sql_inlined`.

use std::fmt::Write as _;

use sqloquent_core::{Error, ErrorKind, Family, Result, Value, text_form};

use super::Writer;

impl Writer {
    /// Writes a value so that the engine reads exactly it.
    pub(super) fn literal(&mut self, value: &Value) -> Result<()> {
        let family = self.family();
        match value {
            Value::Null => self.push("NULL"),
            Value::Bool(v) => self.push(match (family, v) {
                (Family::Sqlite, true) => "1",
                (Family::Sqlite, false) => "0",
                (_, true) => "TRUE",
                (_, false) => "FALSE",
            }),
            Value::Int(v) => {
                let _ = write!(self.sql, "{v}");
            }
            Value::Float(v) => self.float(*v)?,
            Value::Text(v) | Value::Json(v) => self.text(v)?,
            Value::Decimal(v) if family == Family::Sqlite => self.text(v)?,
            Value::Decimal(v) => {
                if v.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
                    self.push(v);
                } else {
                    return Err(Error::new(
                        ErrorKind::InvalidValue,
                        "a decimal parameter is not a number",
                    ));
                }
            }
            Value::Bytes(v) => self.bytes(v),
            Value::Uuid(v) => self.text(&text_form::uuid_text(*v))?,
            Value::Timestamp(_) if family == Family::Postgres => {
                let text = format!("{value}+00");
                self.text(&text)?;
            }
            other => self.text(&other.to_string())?,
        }
        Ok(())
    }

    fn float(&mut self, v: f64) -> Result<()> {
        match self.family() {
            _ if v.is_finite() => {
                // `{:?}` is the shortest text that reads back as the same float, and always has a point or exponent.
                let _ = write!(self.sql, "{v:?}");
            }
            Family::Sqlite if v.is_infinite() => self.push(if v > 0.0 { "9e999" } else { "-9e999" }),
            Family::Postgres => {
                let _ = write!(
                    self.sql,
                    "'{}'::double precision",
                    if v.is_nan() {
                        "NaN"
                    } else if v > 0.0 {
                        "Infinity"
                    } else {
                        "-Infinity"
                    }
                );
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "the engine has no literal for this float",
                ));
            }
        }
        Ok(())
    }

    fn bytes(&mut self, v: &[u8]) {
        let postgres = self.family() == Family::Postgres;
        self.push(if postgres { "'\\x" } else { "x'" });
        for b in v {
            let _ = write!(self.sql, "{b:02x}");
        }
        self.push(if postgres { "'::bytea" } else { "'" });
    }

    fn text(&mut self, v: &str) -> Result<()> {
        let plain = match self.family() {
            Family::Sqlite => !v.contains('\0'),
            Family::Postgres if v.contains('\0') => {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "PostgreSQL text cannot hold a NUL character",
                ));
            }
            Family::Postgres => true,
            // Backslashes and control characters mean different things under different SQL modes.
            _ => !v.contains('\\') && !v.chars().any(char::is_control),
        };
        if plain {
            self.sql.push('\'');
            for c in v.chars() {
                if c == '\'' {
                    self.sql.push('\'');
                }
                self.sql.push(c);
            }
            self.sql.push('\'');
            return Ok(());
        }
        let sqlite = self.family() == Family::Sqlite;
        self.push(if sqlite { "CAST(x'" } else { "CONVERT(x'" });
        for b in v.bytes() {
            let _ = write!(self.sql, "{b:02x}");
        }
        self.push(if sqlite { "' AS TEXT)" } else { "' USING utf8mb4)" });
        Ok(())
    }
}
