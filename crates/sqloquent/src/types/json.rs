//! JSON documents.

use std::ops::{Deref, DerefMut};

use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use sqloquent_core::{Value, ValueRef};

use super::{Comparable, SqlType, ValueError, comparable::*, into_value::by_reference, read};
use crate::{
    expr::{Column, Expr, Expression, TypedExpr},
    schema::ColumnType,
};

/// Any serialisable type as a column that holds a JSON document.
///
/// ```
/// use sqloquent::{SqlType, Value, ValueRef, types::Json};
///
/// let tags = Json(vec!["a".to_owned(), "b".to_owned()]);
/// assert_eq!(tags.to_value().unwrap(), Value::Json(r#"["a","b"]"#.into()));
/// assert_eq!(Json::<Vec<String>>::from_value(ValueRef::Text(r#"["a", "b"]"#)).unwrap(), tags);
/// assert_eq!(tags.len(), 2);
/// ```
///
/// JSON has no NaN and no infinities; serde writes them as `null`. Two documents are equal in the database when their
/// text is, or, on engines with a type for JSON, when their content is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The document.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(document: T) -> Self {
        Self(document)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> SqlType for Json<T> {
    const TYPE: ColumnType = ColumnType::Json;

    fn to_value(&self) -> Result<Value, ValueError> {
        write(&self.0)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        parse(read::json(value)?).map(Self)
    }
}

/// A document of any shape. The document `null` is not SQL NULL.
#[diagnostic::do_not_recommend]
impl SqlType for serde_json::Value {
    const TYPE: ColumnType = ColumnType::Json;

    fn to_value(&self) -> Result<Value, ValueError> {
        write(self)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        parse(read::json(value)?)
    }
}

comparable!(serde_json::Value: serde_json::Value, #['a] &'a serde_json::Value);
comparable_with_columns!(serde_json::Value: serde_json::Value);
by_reference!(serde_json::Value);

/// Whether the text is a JSON document.
pub(super) fn check(text: &str) -> Result<(), ValueError> {
    parse::<IgnoredAny>(text).map(|_| ())
}

fn write<T: Serialize>(document: &T) -> Result<Value, ValueError> {
    serde_json::to_string(document).map(Value::Json).map_err(|_| {
        ValueError::new("the value has no form in JSON; keys of maps, for example, must be text")
    })
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ValueError> {
    serde_json::from_str(text).map_err(|e| problem(&e))
}

/// What is wrong and where, without what is there: serde's own messages quote the document.
#[cold]
fn problem(error: &serde_json::Error) -> ValueError {
    let place = format!("line {} column {}", error.line(), error.column());
    ValueError::new(match error.classify() {
        serde_json::error::Category::Data => {
            let reason = wanted(&error.to_string()).map_or_else(String::new, |w| format!(": {w}"));
            format!("the JSON document is not of the field's type at {place}{reason}")
        }
        serde_json::error::Category::Eof => format!("the JSON document breaks off at {place}"),
        _ => format!("expected json, found text that is no JSON document at {place}"),
    })
}

/// The part of serde's message that comes from the type.
fn wanted(message: &str) -> Option<String> {
    let message = message.rsplit_once(" at line ").map_or(message, |(m, _)| m);
    if message.starts_with("missing field `") {
        return Some(message.to_owned());
    }
    let quotes = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant `",
        "unknown field `",
    ];
    if !quotes.iter().any(|q| message.starts_with(q)) {
        return None;
    }
    let (_, expected) = message.rsplit_once(", expected ")?;
    Some(format!("expected {expected}"))
}

macro_rules! documents {
    ($($column:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Serialize + DeserializeOwned> Comparable<Json<T>> for $column {
            fn operand(value: Json<T>) -> Expr {
                Expr::from_sql_type(&value)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T: Serialize + DeserializeOwned> Comparable<&Json<T>> for $column {
            fn operand(value: &Json<T>) -> Expr {
                Expr::from_sql_type(value)
            }
        }
        documents!(@column $column, Json<T>);
        documents!(@column $column, Option<Json<T>>);
    )+};
    (@column $column:ty, $other:ty) => {
        #[diagnostic::do_not_recommend]
        impl<M, T> Comparable<Column<M, $other>> for $column {
            fn operand(value: Column<M, $other>) -> Expr {
                value.into_expr()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<T> Comparable<TypedExpr<$other>> for $column {
            fn operand(value: TypedExpr<$other>) -> Expr {
                value.into_expr()
            }
        }
    };
}

documents!(Json<T>, Option<Json<T>>);

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Comparable<Option<Json<T>>> for Option<Json<T>> {
    fn operand(value: Option<Json<T>>) -> Expr {
        Expr::from_sql_type(&value)
    }
}

impl<T: Serialize + DeserializeOwned> super::IntoValue for &Json<T> {
    fn into_value(self) -> Result<Value, ValueError> {
        self.to_value()
    }
}
