//! The text under construction.

use smallvec::SmallVec;
use sqloquent_core::{Dialect, Error, ErrorKind, Family, Result, Value};

use super::{
    Compiled,
    scope::{Scope, split},
};

/// How many parameters there is room for when there is one.
const FEW_PARAMS: usize = 4;

/// Writes SQL of one dialect and gathers the parameters.
pub(crate) struct Writer {
    pub(super) dialect: Dialect,
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
    pub(super) scopes: SmallVec<[Scope; 1]>,
    /// Whether parameters are written into the text.
    inline: bool,
}

impl Writer {
    pub(crate) fn new(dialect: Dialect, inline: bool) -> Self {
        Self {
            dialect,
            sql: String::with_capacity(160),
            params: Vec::new(),
            scopes: SmallVec::new(),
            inline,
        }
    }

    pub(crate) fn finish(self) -> Compiled {
        Compiled {
            sql: self.sql,
            params: self.params,
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    pub(super) fn family(&self) -> Family {
        self.dialect.family
    }

    /// Writes the items with a separator between them.
    pub(super) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        separator: &str,
        mut each: impl FnMut(&mut Self, T) -> Result<()>,
    ) -> Result<()> {
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.push(separator);
            }
            each(self, item)?;
        }
        Ok(())
    }

    /// Writes a name, quoted always, so that reserved words, mixed case and hostile names are all just names.
    pub(super) fn name(&mut self, name: &str) -> Result<()> {
        let (quote, mark) = match self.family() {
            Family::MySql => ("`", b'`'),
            _ => ("\"", b'"'),
        };
        // One look at each byte, without a branch for it: names are short and seldom hold either.
        let plain = !name
            .bytes()
            .fold(false, |found, b| found | (b == 0) | (b == mark));
        if name.is_empty() || !plain && name.contains('\0') {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "`{}` cannot be the name of a table or column",
                    name.escape_debug()
                ),
            ));
        }
        self.sql.reserve(name.len() + 2);
        self.sql.push_str(quote);
        if plain {
            self.sql.push_str(name);
        } else {
            for part in name.split_inclusive(quote) {
                self.sql.push_str(part);
                if part.ends_with(quote) {
                    self.sql.push_str(quote);
                }
            }
        }
        self.sql.push_str(quote);
        Ok(())
    }

    /// Writes the name of a table, which may be `schema.table`.
    pub(super) fn table_name(&mut self, name: &str) -> Result<()> {
        if let Some((schema, table)) = split(name) {
            self.name(schema)?;
            self.push(".");
            self.name(table)
        } else {
            self.name(name)
        }
    }

    /// Writes a parameter: a placeholder, or the value itself when inlining.
    pub(super) fn param(&mut self, value: &Value) -> Result<()> {
        if self.inline {
            return self.literal(value);
        }
        self.param_owned(value.clone())
    }

    pub(super) fn param_owned(&mut self, value: Value) -> Result<()> {
        if self.inline {
            return self.literal(&value);
        }
        if self.params.capacity() == 0 {
            // Cheaper than to grow from nothing.
            self.params = Vec::with_capacity(FEW_PARAMS);
        }
        self.params.push(value);
        match self.family() {
            Family::Postgres => {
                use std::fmt::Write as _;
                let _ = write!(self.sql, "${}", self.params.len());
            }
            _ => self.sql.push('?'),
        }
        Ok(())
    }
}

/// The error for what an engine does not have.
#[cold]
pub(super) fn unsupported(dialect: Dialect, what: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("{} has no {what}", dialect.name()),
    )
}
