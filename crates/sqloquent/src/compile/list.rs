//! Membership in lists of any length, in few statement shapes.

use sqloquent_core::{Dialect, Error, ErrorKind, Family, Result, Value, text_form};

use super::Writer;
use crate::{expr::Expr, schema::ColumnType};

/// Lists up to this length are spelled out, padded to a power of two; longer ones travel as one parameter.
pub(super) const SPELLED_OUT: usize = 16;

impl Writer {
    /// Writes `operand IN (…)`. NULL in the list stands for rows where the operand is NULL.
    pub(super) fn in_list(&mut self, operand: &Expr, values: &[Value], negated: bool) -> Result<()> {
        let nulls = values.iter().any(Value::is_null);
        let present: Vec<&Value> = values.iter().filter(|v| !v.is_null()).collect();
        if present.is_empty() && !nulls {
            self.push(if negated { "1 = 1" } else { "1 = 0" });
            return Ok(());
        }
        if nulls {
            self.operand(operand)?;
            self.push(if negated { " IS NOT NULL" } else { " IS NULL" });
            if present.is_empty() {
                return Ok(());
            }
            self.push(if negated { " AND " } else { " OR " });
        }
        // What cannot travel inside one parameter is bound by itself.
        let (packed, single): (Vec<&Value>, Vec<&Value>) = if present.len() <= SPELLED_OUT {
            (Vec::new(), present)
        } else {
            present.into_iter().partition(|v| packable(v, self.dialect))
        };
        let both = !packed.is_empty() && !single.is_empty();
        if both {
            self.push("(");
        }
        if !single.is_empty() {
            self.spelled_out(operand, &single, negated)?;
        }
        if both {
            self.push(if negated { " AND " } else { " OR " });
        }
        // One parameter for each kind of value, so that all of a kind are read back in the same way.
        let mut groups: Vec<(ListType, Vec<&Value>)> = Vec::new();
        for value in packed {
            let ty = ListType::of(value);
            match groups.iter_mut().find(|(t, _)| *t == ty) {
                Some((_, group)) => group.push(value),
                None => groups.push((ty, vec![value])),
            }
        }
        self.list(
            groups,
            if negated { " AND " } else { " OR " },
            |w, (ty, group)| w.packed(operand, ty, &group, negated),
        )?;
        if both {
            self.push(")");
        }
        Ok(())
    }

    fn spelled_out(&mut self, operand: &Expr, values: &[&Value], negated: bool) -> Result<()> {
        if values.len() + self.params.len() > self.dialect.max_params {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "{} values of a kind that must be bound one by one are more than the engine takes ({})",
                    values.len(),
                    self.dialect.max_params
                ),
            ));
        }
        self.operand(operand)?;
        if let [one] = values {
            self.push(if negated { " <> " } else { " = " });
            return self.param(one);
        }
        self.push(if negated { " NOT IN (" } else { " IN (" });
        let room = self.dialect.max_params - self.params.len();
        let padded = values.len().next_power_of_two().min(room.max(values.len()));
        let last = values.len() - 1;
        self.list(0..padded, ", ", |w, i| w.param(values[i.min(last)]))?;
        self.push(")");
        Ok(())
    }

    fn packed(&mut self, operand: &Expr, ty: ListType, values: &[&Value], negated: bool) -> Result<()> {
        self.operand(operand)?;
        self.push(if negated {
            " NOT IN (SELECT "
        } else {
            " IN (SELECT "
        });
        let json = Value::Json(json_array(values, self.family()));
        match self.family() {
            Family::Postgres => {
                let cast = ty.postgres_cast(operand);
                if ty == ListType::Bytes {
                    self.push("decode(v, 'hex') FROM json_array_elements_text(CAST(");
                } else {
                    self.push("CAST(v AS ");
                    self.push(cast);
                    self.push(") FROM json_array_elements_text(CAST(");
                }
                self.param_owned(json)?;
                self.push(" AS json)) AS list(v))");
            }
            Family::MySql => {
                self.push(if ty == ListType::Bytes { "unhex(v)" } else { "v" });
                self.push(" FROM JSON_TABLE(");
                self.param_owned(json)?;
                self.push(", '$[*]' COLUMNS (v ");
                self.push(ty.mysql());
                self.push(" PATH '$')) AS list)");
            }
            _ => {
                self.push(if ty == ListType::Bytes {
                    "unhex(value)"
                } else {
                    "value"
                });
                self.push(" FROM json_each(");
                self.param_owned(json)?;
                self.push("))");
            }
        }
        Ok(())
    }
}

/// How values are written in a list that is one parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListType {
    Integer,
    Float,
    Text,
    Bytes,
}

impl ListType {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Int(_) | Value::Bool(_) => Self::Integer,
            Value::Float(_) => Self::Float,
            Value::Bytes(_) => Self::Bytes,
            _ => Self::Text,
        }
    }

    /// What PostgreSQL must take the text of an element for, so that it can be compared with the operand.
    pub(super) fn postgres_cast(self, operand: &Expr) -> &'static str {
        match (operand.column_type(), self) {
            (ColumnType::Uuid, _) => "uuid",
            (ColumnType::Decimal, _) => "numeric",
            (ColumnType::Timestamp, _) => "timestamptz",
            (ColumnType::DateTime, _) => "timestamp",
            (ColumnType::Date, _) => "date",
            (ColumnType::Time, _) => "time",
            (_, Self::Integer) => "bigint",
            (_, Self::Float) => "double precision",
            (_, Self::Bytes | Self::Text) => "text",
        }
    }

    /// The column that MySQL reads elements into.
    pub(super) fn mysql(self) -> &'static str {
        match self {
            Self::Integer => "BIGINT",
            Self::Float => "DOUBLE",
            Self::Text | Self::Bytes => "LONGTEXT",
        }
    }
}

/// Whether a value survives the way through JSON unchanged.
pub(super) fn packable(value: &Value, dialect: Dialect) -> bool {
    match value {
        // SQLite ends JSON strings at the first NUL; numbers in JSON are finite.
        Value::Text(v) | Value::Json(v) => !v.contains('\0'),
        Value::Float(v) => v.is_finite(),
        Value::Bool(_) => dialect.family != Family::Postgres,
        _ => true,
    }
}

fn json_array(values: &[&Value], family: Family) -> String {
    let mut out = String::with_capacity(values.len() * 24 + 2);
    push_json_array(&mut out, values.iter().copied(), family);
    out
}

pub(super) fn push_json_array<'v>(
    out: &mut String,
    values: impl IntoIterator<Item = &'v Value>,
    family: Family,
) {
    use std::fmt::Write as _;
    out.push('[');
    for (i, value) in values.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        match value {
            Value::Int(v) => {
                let _ = write!(out, "{v}");
            }
            Value::Bool(v) => out.push(if *v { '1' } else { '0' }),
            Value::Float(v) => {
                let _ = write!(out, "{v:?}");
            }
            Value::Bytes(v) => {
                out.push('"');
                for b in v {
                    let _ = write!(out, "{b:02x}");
                }
                out.push('"');
            }
            Value::Text(v) | Value::Json(v) | Value::Decimal(v) => json_string(out, v),
            Value::Uuid(v) => json_string(out, &text_form::uuid_text(*v)),
            // Without a zone PostgreSQL would take it for a time in the zone of the session.
            Value::Timestamp(_) if family == Family::Postgres => json_string(out, &format!("{value}+00")),
            other => json_string(out, &other.to_string()),
        }
    }
    out.push(']');
}

fn json_string(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    out.push('"');
    // Without a branch for each byte: ids seldom have anything to escape.
    let special = |b: u8| b < 0x20 || b == b'"' || b == b'\\';
    if !text.bytes().fold(false, |found, b| found | special(b)) {
        out.push_str(text);
        out.push('"');
        return;
    }
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{0}'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}
