//! SQL of the caller's own: its placeholders become those of the dialect.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::Writer;
use crate::expr::RawSql;

impl Writer {
    pub(super) fn raw(&mut self, raw: &RawSql) -> Result<()> {
        self.raw_text(&raw.sql, &raw.params)
    }

    /// Writes the text, each `?` outside of quotes and comments as a parameter and `??` as a question mark.
    pub(crate) fn raw_text(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        let mut used = 0;
        let mut rest = sql;
        while let Some(at) = rest.find(['?', '\'', '"', '`', '-', '/']) {
            self.push(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with("??") {
                self.push("?");
                rest = &rest[2..];
            } else if let Some(after) = rest.strip_prefix('?') {
                let value = params
                    .get(used)
                    .ok_or_else(|| count_mismatch(sql, params.len()))?;
                self.param(value)?;
                used += 1;
                rest = after;
            } else {
                let length = opaque(rest);
                self.push(&rest[..length]);
                rest = &rest[length..];
            }
        }
        self.push(rest);
        if used == params.len() {
            Ok(())
        } else {
            Err(count_mismatch(sql, params.len()))
        }
    }
}

/// The length of what begins the text and holds no placeholders: a quoted piece, a comment, or one character.
fn opaque(text: &str) -> usize {
    let quoted = |open: usize, close: &str| {
        text[open..]
            .find(close)
            .map_or(text.len(), |i| i + open + close.len())
    };
    match text.as_bytes() {
        // A doubled quote inside closes and opens again at once, which comes to the same.
        [b'\'', ..] => quoted(1, "'"),
        [b'"', ..] => quoted(1, "\""),
        [b'`', ..] => quoted(1, "`"),
        [b'-', b'-', ..] => quoted(2, "\n"),
        [b'/', b'*', ..] => quoted(2, "*/"),
        _ => 1,
    }
}

#[cold]
fn count_mismatch(sql: &str, given: usize) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!("raw SQL and its parameters do not match: {given} given; write one `?` for each (`??` for a question mark)"),
    )
    .with_sql(sql.to_owned())
}
