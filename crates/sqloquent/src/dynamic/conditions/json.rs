//! Conditions in JSON: `{"equal": {"city": "London"}, "is_in": {"age": [30, 36]}, "not_null": ["email"]}`.

use serde_json::{Map, Value as Json};
use sqloquent_core::{Error, ErrorKind, Value};

use super::{Conditions, IntoConditions, Operand};
use crate::types::ValueError;

/// A value of JSON as one of a column; documents inside stay documents.
pub(crate) fn from_json(value: &Json) -> Result<Value, ValueError> {
    Ok(match value {
        Json::Null => Value::Null,
        Json::Bool(v) => Value::Bool(*v),
        Json::Number(n) => match (n.as_i64(), n.as_u64(), n.as_f64()) {
            (Some(v), _, _) => Value::Int(v),
            (None, None, Some(v)) => Value::Float(v),
            _ => return Err(ValueError::out_of_range("i64")),
        },
        Json::String(v) => Value::Text(v.clone()),
        Json::Array(_) | Json::Object(_) => Value::Json(value.to_string()),
    })
}

/// What a column is compared with: a list for membership, a pair for patterns, else a value.
fn operand(operator: &str, value: &Json) -> Result<Operand, ValueError> {
    Ok(match (operator, value) {
        ("is_in" | "not_in", Json::Array(all)) => {
            Operand::Many(all.iter().map(from_json).collect::<Result<_, _>>()?)
        }
        ("like" | "not_like", Json::Array(pair)) => match &pair[..] {
            [Json::String(pattern), Json::String(data)] => Operand::Pattern(pattern.clone(), data.clone()),
            _ => Operand::Nothing,
        },
        _ => Operand::One(from_json(value)?),
    })
}

fn add_columns(mut all: Conditions, operator: &str, columns: &Json) -> Conditions {
    match columns {
        Json::Object(columns) => {
            for (column, value) in columns {
                all = match operand(operator, value) {
                    Ok(operand) => all.push(operator, column, operand),
                    Err(e) => all.fail(&e.comparing("", column)),
                };
            }
            all
        }
        Json::String(column) => all.add_test(operator, column),
        Json::Array(columns) if columns.iter().all(Json::is_string) => columns
            .iter()
            .filter_map(Json::as_str)
            .fold(all, |all, column| all.add_test(operator, column)),
        _ => all.fail(&Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "the conditions of `{}` are no object of columns with values",
                operator.escape_debug()
            ),
        )),
    }
}

impl IntoConditions for &Map<String, Json> {
    fn into_conditions(self) -> Conditions {
        self.iter().fold(Conditions::new(), |all, (operator, columns)| {
            add_columns(all, operator, columns)
        })
    }
}

impl IntoConditions for &Json {
    fn into_conditions(self) -> Conditions {
        match self {
            Json::Object(map) => map.into_conditions(),
            _ => Conditions::new().fail(&Error::new(
                ErrorKind::InvalidQuery,
                "conditions are an object of operators, each with an object of columns and values",
            )),
        }
    }
}

impl IntoConditions for Json {
    fn into_conditions(self) -> Conditions {
        (&self).into_conditions()
    }
}
