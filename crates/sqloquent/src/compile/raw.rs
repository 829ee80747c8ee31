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
                let length = opaque(rest).ok_or_else(|| open_end(sql))?;
                let piece = &rest[..length];
                rest = &rest[length..];
                self.push(piece);
                if rest.is_empty() && piece.starts_with("--") && !piece.ends_with('\n') {
                    self.push("\n");
                }
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

/// The length of what begins the text and holds no placeholders: a quoted piece, a comment, or one character; none for
/// a comment that does not end, so that it would swallow what follows the text.
fn opaque(text: &str) -> Option<usize> {
    let until = |open: usize, close: &str| text[open..].find(close).map(|i| i + open + close.len());
    // A quoted piece without end is refused by every engine. Some let a backslash hide a quote, so that it may only seem
    // to have none.
    let quoted = |close: &str| Some(until(1, close).unwrap_or(text.len()));
    match text.as_bytes() {
        // A doubled quote inside closes and opens again at once, which comes to the same.
        [b'\'', ..] => quoted("'"),
        [b'"', ..] => quoted("\""),
        [b'`', ..] => quoted("`"),
        [b'-', b'-', ..] => Some(until(2, "\n").unwrap_or(text.len())),
        [b'/', b'*', ..] => until(2, "*/"),
        _ => Some(1),
    }
}

#[cold]
fn open_end(sql: &str) -> Error {
    Error::new(ErrorKind::InvalidQuery, "raw SQL ends inside a comment").with_sql(sql.to_owned())
}

#[cold]
fn count_mismatch(sql: &str, given: usize) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!("raw SQL and its parameters do not match: {given} given; write one `?` for each (`??` for a question mark)"),
    )
    .with_sql(sql.to_owned())
}
