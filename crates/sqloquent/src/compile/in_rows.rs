//! Membership of several values together, such as a composite key, in a list of rows of any length.

use std::fmt::Write as _;

use sqloquent_core::{Error, ErrorKind, Family, Result, Value};

use super::{
    Writer,
    list::{ListType, SPELLED_OUT, packable, push_json_array},
};
use crate::expr::Expr;

impl Writer {
    /// Writes `(a, b) IN (…)`. Few rows are spelled out, more travel as one parameter.
    pub(super) fn in_rows(&mut self, operands: &[Expr], rows: &[Vec<Value>]) -> Result<()> {
        if rows.is_empty() {
            self.push("1 = 0");
            return Ok(());
        }
        // What cannot travel inside one parameter is bound by itself.
        let (packed, single): (Vec<_>, Vec<_>) = if rows.len() <= SPELLED_OUT {
            (Vec::new(), rows.iter().collect())
        } else {
            rows.iter()
                .partition(|row| row.iter().all(|v| packable(v, self.dialect)))
        };
        if single.len() * operands.len() + self.params.len() > self.dialect.max_params {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "{} keys of a kind that must be bound one by one are more than the engine takes ({} values)",
                    single.len(),
                    self.dialect.max_params
                ),
            ));
        }
        self.list(&single, " OR ", |w, row| {
            w.push("(");
            w.list(operands.iter().zip(*row), " AND ", |w, (operand, value)| {
                w.operand(operand)?;
                w.push(" = ");
                w.param(value)
            })?;
            w.push(")");
            Ok(())
        })?;
        // One parameter for each combination of kinds, so that all of a column are read back in the same way.
        let mut groups: Vec<(Vec<ListType>, Vec<&Vec<Value>>)> = Vec::new();
        for row in packed {
            let types: Vec<ListType> = row.iter().map(ListType::of).collect();
            match groups.iter_mut().find(|(t, _)| *t == types) {
                Some((_, group)) => group.push(row),
                None => groups.push((types, vec![row])),
            }
        }
        if !single.is_empty() && !groups.is_empty() {
            self.push(" OR ");
        }
        self.list(groups, " OR ", |w, (types, group)| {
            w.packed_rows(operands, &types, &group)
        })
    }

    fn packed_rows(&mut self, operands: &[Expr], types: &[ListType], rows: &[&Vec<Value>]) -> Result<()> {
        let family = self.family();
        let mut json = String::with_capacity(rows.len() * 32 + 2);
        json.push('[');
        for (i, row) in rows.iter().enumerate() {
            if i > 0 {
                json.push(',');
            }
            push_json_array(&mut json, *row, family);
        }
        json.push(']');
        self.push("(");
        self.list(operands, ", ", Self::operand)?;
        self.push(") IN (SELECT ");
        let columns = operands.iter().zip(types).enumerate();
        self.list(columns, ", ", |w, (i, (operand, ty))| {
            let mut text = String::new();
            let _ = match (family, *ty) {
                (Family::Postgres, ListType::Bytes) => write!(text, "decode(v ->> {i}, 'hex')"),
                (Family::Postgres, ty) => write!(text, "CAST(v ->> {i} AS {})", ty.postgres_cast(operand)),
                (Family::MySql, ListType::Bytes) => write!(text, "unhex(v{i})"),
                (Family::MySql, _) => write!(text, "v{i}"),
                (_, ListType::Bytes) => write!(text, "unhex(value ->> {i})"),
                (_, _) => write!(text, "value ->> {i}"),
            };
            w.push(&text);
            Ok(())
        })?;
        match family {
            Family::Postgres => {
                self.push(" FROM json_array_elements(CAST(");
                self.param_owned(Value::Json(json))?;
                self.push(" AS json)) AS list(v))");
            }
            Family::MySql => {
                self.push(" FROM JSON_TABLE(");
                self.param_owned(Value::Json(json))?;
                self.push(", '$[*]' COLUMNS (");
                self.list(types.iter().enumerate(), ", ", |w, (i, ty)| {
                    w.push(&format!("v{i} {} PATH '$[{i}]'", ty.mysql()));
                    Ok(())
                })?;
                self.push(")) AS list)");
            }
            _ => {
                self.push(" FROM json_each(");
                self.param_owned(Value::Json(json))?;
                self.push("))");
            }
        }
        Ok(())
    }
}
