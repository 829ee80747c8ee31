//! Conditions: as the builder makes them, and as SQL means them.

use proptest::prelude::*;
use sqloquent::prelude::*;

use crate::{Row, numbers, text, texts};

/// A condition on a row.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Number(Comparison, Option<i64>),
    Text(Comparison, Option<String>),
    Columns(Comparison),
    Null { number: bool, negated: bool },
    Numbers(Vec<Option<i64>>, bool),
    Texts(Vec<Option<String>>, bool),
    Match(Kind, String),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Same,
    Differs,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Starts,
    Contains,
    Ends,
    StartsExact,
    ContainsExact,
    EndsExact,
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::*;
    prop::sample::select(vec![Eq, Ne, Lt, Le, Gt, Ge, Same, Differs])
}

/// Lists of all lengths: short ones are spelled out, long ones travel as one parameter.
fn list<T: Clone + std::fmt::Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    (
        prop::collection::vec(one, 0..4),
        prop::sample::select(vec![1usize, 1, 9]),
    )
        .prop_map(|(v, n)| vec![v; n].concat())
}

pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let kind = prop::sample::select(vec![
        Kind::Starts,
        Kind::Contains,
        Kind::Ends,
        Kind::StartsExact,
        Kind::ContainsExact,
        Kind::EndsExact,
    ]);
    let leaf = prop_oneof![
        (comparison(), numbers()).prop_map(|(c, v)| Condition::Number(c, v)),
        (comparison(), texts()).prop_map(|(c, v)| Condition::Text(c, v)),
        comparison().prop_map(Condition::Columns),
        any::<(bool, bool)>().prop_map(|(number, negated)| Condition::Null { number, negated }),
        (list(numbers()), any::<bool>()).prop_map(|(v, n)| Condition::Numbers(v, n)),
        (list(texts()), any::<bool>()).prop_map(|(v, n)| Condition::Texts(v, n)),
        (kind, text()).prop_map(|(k, t)| Condition::Match(k, t)),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|c| Condition::Not(Box::new(c))),
            pair.clone()
                .prop_map(|(a, b)| Condition::And(Box::new(a), Box::new(b))),
            pair.prop_map(|(a, b)| Condition::Or(Box::new(a), Box::new(b))),
        ]
    })
}

macro_rules! compare {
    ($op:expr, $left:expr, $right:expr) => {
        match $op {
            Comparison::Eq => $left.eq($right),
            Comparison::Ne => $left.ne($right),
            Comparison::Lt => $left.lt($right),
            Comparison::Le => $left.le($right),
            Comparison::Gt => $left.gt($right),
            Comparison::Ge => $left.ge($right),
            Comparison::Same => $left.same_as($right),
            Comparison::Differs => $left.differs_from($right),
        }
    };
}

/// What SQL makes of a comparison; `null_safe_equality` when `=` with NULL is written as `IS NULL`.
fn compared<T: Ord>(op: Comparison, a: Option<&T>, b: Option<&T>, literal: bool) -> Option<bool> {
    match op {
        Comparison::Same => return Some(a == b),
        Comparison::Differs => return Some(a != b),
        Comparison::Eq if literal && b.is_none() => return Some(a.is_none()),
        Comparison::Ne if literal && b.is_none() => return Some(a.is_some()),
        _ => {}
    }
    let (a, b) = (a?, b?);
    Some(match op {
        Comparison::Eq | Comparison::Same => a == b,
        Comparison::Ne | Comparison::Differs => a != b,
        Comparison::Lt => a < b,
        Comparison::Le => a <= b,
        Comparison::Gt => a > b,
        Comparison::Ge => a >= b,
    })
}

/// A list that holds NULL is meant to find rows where the column is NULL.
fn member<T: PartialEq>(value: Option<&T>, list: &[Option<T>], negated: bool) -> Option<bool> {
    let found = match value {
        _ if list.is_empty() => Some(false),
        None if list.iter().any(Option::is_none) => Some(true),
        None => None,
        Some(v) => Some(list.iter().flatten().any(|l| l == v)),
    };
    found.map(|f| f != negated)
}

impl Condition {
    pub(crate) fn expr(&self, r: <Row as Model>::Columns) -> Expr {
        match self {
            Self::Number(op, v) => compare!(op, r.n, *v),
            Self::Text(op, v) => compare!(op, r.t, v.clone()),
            Self::Columns(op) => compare!(op, r.n, r.id),
            Self::Null {
                number: true,
                negated: false,
            } => r.n.is_null(),
            Self::Null {
                number: true,
                negated: true,
            } => r.n.not_null(),
            Self::Null {
                number: false,
                negated: false,
            } => r.t.is_null(),
            Self::Null {
                number: false,
                negated: true,
            } => r.t.not_null(),
            Self::Numbers(list, false) => r.n.is_in(list.clone()),
            Self::Numbers(list, true) => r.n.not_in(list.clone()),
            Self::Texts(list, false) => r.t.is_in(list.clone()),
            Self::Texts(list, true) => r.t.not_in(list.clone()),
            Self::Match(kind, text) => match kind {
                Kind::Starts => r.t.starts_with(text),
                Kind::Contains => r.t.contains(text),
                Kind::Ends => r.t.ends_with(text),
                Kind::StartsExact => r.t.starts_with_exact(text),
                Kind::ContainsExact => r.t.contains_exact(text),
                Kind::EndsExact => r.t.ends_with_exact(text),
            },
            Self::Not(c) => !c.expr(r),
            Self::And(a, b) => a.expr(r) & b.expr(r),
            Self::Or(a, b) => a.expr(r) | b.expr(r),
        }
    }

    /// True, false, or unknown.
    pub(crate) fn holds(&self, row: &Row) -> Option<bool> {
        match self {
            Self::Number(op, v) => compared(*op, row.n.as_ref(), v.as_ref(), true),
            Self::Text(op, v) => compared(*op, row.t.as_ref(), v.as_ref(), true),
            Self::Columns(op) => compared(*op, row.n.as_ref(), Some(&row.id), false),
            Self::Null { number, negated } => {
                let null = if *number { row.n.is_none() } else { row.t.is_none() };
                Some(null != *negated)
            }
            Self::Numbers(list, negated) => member(row.n.as_ref(), list, *negated),
            Self::Texts(list, negated) => member(row.t.as_ref(), list, *negated),
            Self::Match(kind, sought) => {
                let value = row.t.as_ref()?;
                let (value, sought) = match kind {
                    Kind::Starts | Kind::Contains | Kind::Ends => {
                        (value.to_ascii_lowercase(), sought.to_ascii_lowercase())
                    }
                    _ => (value.clone(), sought.clone()),
                };
                Some(match kind {
                    Kind::Starts | Kind::StartsExact => value.starts_with(&sought),
                    Kind::Contains | Kind::ContainsExact => value.contains(&sought),
                    Kind::Ends | Kind::EndsExact => value.ends_with(&sought),
                })
            }
            Self::Not(c) => c.holds(row).map(|b| !b),
            Self::And(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }
}
