//! Text matching: the same meaning on every engine.
//!
//! Insensitive matches fold ASCII letters only. SQLite's `LIKE` does that; PostgreSQL does under the collation `C`; MySQL
//! compares folded binary text.

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
        let by_hand = self.family() == Family::Sqlite
            && m.kind != MatchKind::Like
            && (m.text.len() > LONGEST_PATTERN || m.text.contains('\0'));
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
            pattern.push(if fold { c.to_ascii_lowercase() } else { c });
        }
        if matches!(m.kind, MatchKind::Contains | MatchKind::StartsWith) {
            pattern.push('%');
        }
        self.param_owned(Value::Text(pattern))?;
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

    /// Without a pattern: for texts that are too long for one, or hold a NUL.
    fn searched(&mut self, m: &Match) -> Result<()> {
        let text = if m.exact {
            m.text.clone()
        } else {
            m.text.to_ascii_lowercase()
        };
        let chars = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let (open, close) = if m.exact { ("", "") } else { ("lower(", ")") };
        match m.kind {
            MatchKind::Contains => {
                self.push("instr(");
                self.push(open);
                self.operand(&m.operand)?;
                self.push(close);
                self.push(", ");
                self.param_owned(Value::Text(text))?;
                self.push(") > 0");
            }
            MatchKind::StartsWith | MatchKind::EndsWith | MatchKind::Like => {
                let start = if m.kind == MatchKind::EndsWith { -chars } else { 1 };
                self.push(open);
                self.push("substr(");
                self.operand(&m.operand)?;
                self.push(", ");
                self.param_owned(Value::Int(start))?;
                self.push(", ");
                self.param_owned(Value::Int(chars))?;
                self.push(")");
                self.push(close);
                self.push(" = ");
                self.param_owned(Value::Text(text))?;
            }
        }
        Ok(())
    }
}
