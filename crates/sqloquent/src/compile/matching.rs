//! Text matching: the same meaning on every engine.
//!
//! Insensitive matches fold ASCII letters only. SQLite's `LIKE` does that; PostgreSQL does under the collation `C`. MySQL has
//! no such folding: there both sides are folded as it folds, all letters, and compared as binary text.

use sqloquent_core::{Family, Result, Value};

use super::Writer;
use crate::expr::{Match, MatchKind};

/// SQLite refuses patterns beyond 50,000 bytes; far below that another form is used.
const LONGEST_PATTERN: usize = 10_000;

impl Writer {
    pub(super) fn text_match(&mut self, m: &Match) -> Result<()> {
        if m.negated {
            self.push("NOT (");
        }
        // `LIKE` and `GLOB` see a text only up to its first NUL, which hides what stands behind it.
        let by_hand = self.family() == Family::Sqlite
            && match m.kind {
                MatchKind::Like => false,
                MatchKind::StartsWith => m.text.len() > LONGEST_PATTERN || m.text.contains('\0'),
                MatchKind::Contains | MatchKind::EndsWith => !m.text.is_empty(),
            };
        match (self.family(), m.exact) {
            _ if by_hand => self.searched(m)?,
            (Family::Sqlite, true) => self.glob(m)?,
            _ => self.like(m)?,
        }
        if m.negated {
            self.push(")");
        }
        Ok(())
    }

    /// `LIKE` with wildcards escaped, except for those of a pattern of the user's own.
    fn like(&mut self, m: &Match) -> Result<()> {
        let fold = !m.exact && self.family() != Family::Sqlite;
        let my_sql = self.family() == Family::MySql;
        let (before, after) = match self.family() {
            Family::Postgres if fold => ("lower(", " COLLATE \"C\")"),
            Family::MySql if fold => ("lower(", " COLLATE utf8mb4_bin)"),
            Family::MySql => ("", " COLLATE utf8mb4_bin"),
            _ => ("", ""),
        };
        self.push(before);
        self.operand(&m.operand)?;
        self.push(after);
        self.push(" LIKE ");
        let mut pattern = String::with_capacity(m.text.len() + 2);
        if matches!(m.kind, MatchKind::Contains | MatchKind::EndsWith) {
            pattern.push('%');
        }
        let escaped = m.kind != MatchKind::Like;
        for c in m.text.chars() {
            if escaped && matches!(c, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(if fold && !my_sql {
                c.to_ascii_lowercase()
            } else {
                c
            });
        }
        if matches!(m.kind, MatchKind::Contains | MatchKind::StartsWith) {
            pattern.push('%');
        }
        let folded = fold && my_sql;
        self.push(if folded { "lower(" } else { "" });
        self.param_owned(Value::Text(pattern))?;
        self.push(if folded { ")" } else { "" });
        if escaped {
            self.push(" ESCAPE '!'");
        } else if self.family() != Family::Sqlite {
            self.push(" ESCAPE ''");
        }
        Ok(())
    }

    /// SQLite's case-sensitive match, which can use an index for prefixes.
    fn glob(&mut self, m: &Match) -> Result<()> {
        self.operand(&m.operand)?;
        self.push(" GLOB ");
        let mut pattern = String::with_capacity(m.text.len() + 2);
        if matches!(m.kind, MatchKind::Contains | MatchKind::EndsWith) {
            pattern.push('*');
        }
        for c in m.text.chars() {
            match c {
                '*' | '?' | '[' if m.kind != MatchKind::Like => {
                    pattern.push('[');
                    pattern.push(c);
                    pattern.push(']');
                }
                c => pattern.push(c),
            }
        }
        if matches!(m.kind, MatchKind::Contains | MatchKind::StartsWith) {
            pattern.push('*');
        }
        self.param_owned(Value::Text(pattern))
    }

    /// Without a pattern: by bytes, whatever they are and however many.
    fn searched(&mut self, m: &Match) -> Result<()> {
        let text = if m.exact {
            m.text.clone()
        } else {
            m.text.to_ascii_lowercase()
        };
        let (open, close) = if m.exact { ("", "") } else { ("lower(", ")") };
        let folded = |w: &mut Self| -> Result<()> {
            w.push(open);
            w.operand(&m.operand)?;
            w.push(close);
            Ok::<(), sqloquent_core::Error>(())
        };
        if m.kind != MatchKind::EndsWith {
            self.push("instr(");
            folded(self)?;
            self.push(", ");
            self.param_owned(Value::Text(text))?;
            self.push(if m.kind == MatchKind::StartsWith {
                ") = 1"
            } else {
                ") > 0"
            });
            return Ok(());
        }
        // A piece of nothing is NULL to SQLite, where it should be nothing.
        self.operand(&m.operand)?;
        self.push(" <> '' AND substr(CAST(");
        folded(self)?;
        self.push(" AS BLOB), -length(CAST(");
        self.param_owned(Value::Text(text.clone()))?;
        self.push(" AS BLOB))) = CAST(");
        self.param_owned(Value::Text(text))?;
        self.push(" AS BLOB)");
        Ok(())
    }
}
