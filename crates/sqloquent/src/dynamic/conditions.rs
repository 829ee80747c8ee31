//! Conditions as data: the name of an operator, of a column, and what to compare with. For conditions that come from
//! outside of the program, such as from a request.

#[cfg(feature = "serde")]
mod json;

use std::{
    collections::{BTreeMap, HashMap},
    hash::BuildHasher,
};

use sqloquent_core::{Error, ErrorKind, Value};

use crate::{expr::Mistake, query::Query, record::IntoRecord, types::IntoValue};

/// Conditions that [`Query::conditions`] takes.
///
/// The operators are those of the query builder: `equal`, `not_equal`, `same_as`, `differs_from`, `less`, `greater`,
/// `less_or_equal`, `greater_or_equal`; `starts_with`, `does_not_start_with`, `contains`, `excludes`, `ends_with`,
/// `does_not_end_with`, and the `_exact` ones; `like` and `not_like`; `is_in` and `not_in`; `is_null` and `not_null`.
///
/// ```
/// use sqloquent::{Conditions, DynamicModel};
///
/// let users = DynamicModel::new("users", ["id", "email", "age"]);
/// let wanted = Conditions::new().add("ends_with", "email", "@example.org").add_list("is_in", "age", [30, 36]);
/// assert_eq!(users.query().conditions(wanted).clauses().len(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    terms: Vec<(String, String, Operand)>,
    mistake: Option<Mistake>,
}

/// What a column is compared with.
#[derive(Clone, Debug)]
enum Operand {
    Nothing,
    One(Value),
    Many(Vec<Value>),
    Pattern(String, String),
}

impl Conditions {
    /// No conditions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn push(mut self, operator: &str, column: &str, operand: Operand) -> Self {
        self.terms.push((operator.to_owned(), column.to_owned(), operand));
        self
    }

    fn fail(mut self, e: &Error) -> Self {
        self.mistake.get_or_insert_with(|| Mistake::from_error(e));
        self
    }

    /// A condition with one value; for `like` and `not_like` it is the whole pattern.
    #[must_use]
    pub fn add(self, operator: &str, column: &str, value: impl IntoValue) -> Self {
        match value.into_value() {
            Ok(value) => self.push(operator, column, Operand::One(value)),
            Err(e) => self.fail(&e.comparing("", column)),
        }
    }

    /// A condition with a list of values: `is_in`, `not_in`.
    #[must_use]
    pub fn add_list<V: IntoValue>(
        self,
        operator: &str,
        column: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        match values.into_iter().map(IntoValue::into_value).collect() {
            Ok(values) => self.push(operator, column, Operand::Many(values)),
            Err(e) => self.fail(&e.comparing("", column)),
        }
    }

    /// A condition with a pattern in which `?` stands for the data: `like`, `not_like`.
    #[must_use]
    pub fn add_pattern(self, operator: &str, column: &str, pattern: &str, data: &str) -> Self {
        let operand = Operand::Pattern(pattern.to_owned(), data.to_owned());
        self.push(operator, column, operand)
    }

    /// A condition without value: `is_null`, `not_null`.
    #[must_use]
    pub fn add_test(self, operator: &str, column: &str) -> Self {
        self.push(operator, column, Operand::Nothing)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// What makes conditions: [`Conditions`], maps and arrays of an operator's name with columns and values, and with the
/// feature `serde` documents of JSON.
pub trait IntoConditions {
    /// The conditions.
    fn into_conditions(self) -> Conditions;
}

impl IntoConditions for Conditions {
    fn into_conditions(self) -> Conditions {
        self
    }
}

macro_rules! maps {
    ($([$($generics:tt)*] $t:ty),+ $(,)?) => {$(
        impl<N: AsRef<str>, R: IntoRecord, $($generics)*> IntoConditions for $t {
            fn into_conditions(self) -> Conditions {
                let mut all = Conditions::new();
                for (operator, columns) in self {
                    match columns.into_record() {
                        Ok(columns) => {
                            for (column, value) in columns {
                                all = all.add(operator.as_ref(), &column, value);
                            }
                        }
                        Err(e) => all = all.fail(&e),
                    }
                }
                all
            }
        }
    )+};
}

maps!([const K: usize] [(N, R); K], [] Vec<(N, R)>, [S: BuildHasher] HashMap<N, R, S>, [] BTreeMap<N, R>);

impl<S, T> Query<S, T> {
    /// Adds conditions that are given as data: by operator, the columns with what to compare them with. All must hold.
    ///
    /// ```
    /// use sqloquent::{Dialect, DynamicModel};
    ///
    /// let users = DynamicModel::new("users", ["id", "email", "age"]);
    /// let query = users.query().conditions([("less", [("age", 40)]), ("greater", [("age", 30)])]);
    /// assert!(query.to_sql(Dialect::SQLITE)?.0.ends_with(r#"WHERE "age" < ? AND "age" > ?"#));
    ///
    /// let wrong = users.query().conditions([("lesser", [("age", 40)])]);
    /// assert!(wrong.to_sql(Dialect::SQLITE).is_err());
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    pub fn conditions(mut self, conditions: impl IntoConditions) -> Self {
        let conditions = conditions.into_conditions();
        if let Some(mistake) = conditions.mistake {
            self.select.fail(mistake);
        }
        for (operator, column, operand) in conditions.terms {
            self = self.term(&operator, &column, operand);
        }
        self
    }

    fn term(mut self, operator: &str, column: &str, operand: Operand) -> Self {
        match (operator, operand) {
            ("equal", Operand::One(v)) => self.equal(column, v),
            ("not_equal", Operand::One(v)) => self.not_equal(column, v),
            ("same_as", Operand::One(v)) => self.same_as(column, v),
            ("differs_from", Operand::One(v)) => self.differs_from(column, v),
            ("less", Operand::One(v)) => self.less(column, v),
            ("greater", Operand::One(v)) => self.greater(column, v),
            ("less_or_equal", Operand::One(v)) => self.less_or_equal(column, v),
            ("greater_or_equal", Operand::One(v)) => self.greater_or_equal(column, v),
            ("starts_with", Operand::One(Value::Text(t))) => self.starts_with(column, t),
            ("does_not_start_with", Operand::One(Value::Text(t))) => self.does_not_start_with(column, t),
            ("contains", Operand::One(Value::Text(t))) => self.contains(column, t),
            ("excludes", Operand::One(Value::Text(t))) => self.excludes(column, t),
            ("ends_with", Operand::One(Value::Text(t))) => self.ends_with(column, t),
            ("does_not_end_with", Operand::One(Value::Text(t))) => self.does_not_end_with(column, t),
            ("starts_with_exact", Operand::One(Value::Text(t))) => self.starts_with_exact(column, t),
            ("contains_exact", Operand::One(Value::Text(t))) => self.contains_exact(column, t),
            ("ends_with_exact", Operand::One(Value::Text(t))) => self.ends_with_exact(column, t),
            // The whole pattern: a question mark in it is one.
            ("like", Operand::One(Value::Text(t))) => self.like(column, "?", &t),
            ("not_like", Operand::One(Value::Text(t))) => self.not_like(column, "?", &t),
            ("like", Operand::Pattern(pattern, data)) => self.like(column, &pattern, &data),
            ("not_like", Operand::Pattern(pattern, data)) => self.not_like(column, &pattern, &data),
            ("is_in", Operand::Many(values)) => self.is_in(column, values),
            ("not_in", Operand::Many(values)) => self.not_in(column, values),
            ("is_null", Operand::Nothing | Operand::One(Value::Bool(true) | Value::Null))
            | ("not_null", Operand::One(Value::Bool(false))) => self.is_null(column),
            ("not_null", Operand::Nothing | Operand::One(Value::Bool(true) | Value::Null))
            | ("is_null", Operand::One(Value::Bool(false))) => self.not_null(column),
            (operator, _) => {
                self.select.fail(refused(operator, column));
                self
            }
        }
    }
}

const OPERATORS: [&str; 23] = [
    "equal",
    "not_equal",
    "same_as",
    "differs_from",
    "less",
    "greater",
    "less_or_equal",
    "greater_or_equal",
    "starts_with",
    "does_not_start_with",
    "contains",
    "excludes",
    "ends_with",
    "does_not_end_with",
    "starts_with_exact",
    "contains_exact",
    "ends_with_exact",
    "like",
    "not_like",
    "is_in",
    "not_in",
    "is_null",
    "not_null",
];

#[cold]
fn refused(operator: &str, column: &str) -> Mistake {
    if !OPERATORS.contains(&operator) {
        return Mistake::query(format!(
            "`{}` is no operator; there are {}",
            operator.escape_debug(),
            OPERATORS.join(", ")
        ));
    }
    let takes = match operator {
        "is_in" | "not_in" => "a list of values",
        "is_null" | "not_null" => "no value",
        "like" | "not_like" => "a pattern, or a pattern with the text for its `?`",
        "equal" | "not_equal" | "same_as" | "differs_from" | "less" | "greater" | "less_or_equal"
        | "greater_or_equal" => "one value",
        _ => "text",
    };
    let e = Error::new(
        ErrorKind::InvalidValue,
        format!("`{operator}` on `{}` takes {takes}", column.escape_debug()),
    )
    .with_column(column.to_owned());
    Mistake::from_error(&e)
}
