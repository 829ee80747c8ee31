//! The tree that the compiler reads.

use std::{borrow::Cow, sync::Arc};

use sqloquent_core::Value;

use super::{Mistake, Slot};
use crate::{
    query::Select,
    schema::ColumnType,
    types::{SqlType, ValueError},
};

/// An expression of SQL, independent of the dialect.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Expr {
    /// A column of one of the query's tables.
    Column(ColumnRef),
    /// A parameter.
    Value(Value),
    /// SQL of the caller's own, with `?` for its parameters.
    Raw(RawSql),
    /// Two operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left and right of it.
        sides: Box<(Expr, Expr)>,
    },
    /// Negation.
    Not(Box<Expr>),
    /// All of them; true when there are none.
    All(Vec<Expr>),
    /// Any of them; false when there are none.
    Any(Vec<Expr>),
    /// `IS NULL`, or `IS NOT NULL` when negated.
    IsNull {
        /// What is tested.
        operand: Box<Expr>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// Membership in a list of values.
    InList {
        /// What is looked for.
        operand: Box<Expr>,
        /// Where.
        values: Vec<Value>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// Membership of several values together in a list of rows, none of which holds a NULL.
    InRows {
        /// What is looked for.
        operands: Vec<Expr>,
        /// Where: rows of as many values.
        rows: Vec<Vec<Value>>,
    },
    /// Membership in the single column of a sub-query.
    InQuery {
        /// What is looked for.
        operand: Box<Expr>,
        /// Where.
        query: Box<Select>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// Whether a sub-query gives any row.
    Exists {
        /// The sub-query.
        query: Box<Select>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// A sub-query of one column and at most one row.
    Scalar(Box<Select>),
    /// Text matching.
    Match(Box<Match>),
    /// Whether a list of ids in a column has an id; false where the list is NULL.
    Listed(Box<Listed>),
    /// A function.
    Function {
        /// Which.
        function: Function,
        /// Whether it counts equal arguments once.
        distinct: bool,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// Something that cannot be compiled; the terminal returns it as its error.
    Mistake(Box<Mistake>),
}

/// A column by name and by the place of its table in the query.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRef {
    /// Which of the query's tables.
    pub source: SourceRef,
    /// The column's name in the database.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub ty: ColumnType,
}

/// How an expression names one of the query's tables.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceRef {
    /// By its place.
    Slot(Slot),
    /// By table name or alias, as in `"posts.title"`; looked up when the query is compiled.
    Named(Cow<'static, str>),
    /// Not at all: the first of the query's tables that has the column.
    Unqualified,
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BinaryOp {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// Equal, NULL being equal to NULL.
    Same,
    /// Different, NULL being equal to NULL.
    Different,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// Joining of text.
    Concat,
}

/// Functions that every dialect has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Function {
    /// Counts rows, or rows where the argument is not NULL.
    Count,
    /// The sum; NULL for no rows.
    Sum,
    /// The mean; NULL for no rows.
    Avg,
    /// The least; NULL for no rows.
    Min,
    /// The greatest; NULL for no rows.
    Max,
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
    /// The length in characters.
    Length,
    /// The first argument that is not NULL.
    Coalesce,
    /// The absolute value.
    Abs,
}

/// What a text match looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MatchKind {
    /// The text begins with it.
    StartsWith,
    /// The text holds it.
    Contains,
    /// The text ends with it.
    EndsWith,
    /// The text is like the pattern, `%` and `_` being wildcards.
    Like,
}

/// A text match.
#[derive(Clone, Debug)]
pub struct Match {
    /// The text looked through.
    pub operand: Expr,
    /// How.
    pub kind: MatchKind,
    /// What for.
    pub text: String,
    /// Whether case counts; otherwise ASCII letters match in either case.
    pub exact: bool,
    /// Whether the test is turned round.
    pub negated: bool,
}

/// A test for an id in a list of ids: for the whole id, not for a piece of one.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The list: text of ids joined by commas.
    pub list: Expr,
    /// The id.
    pub id: Expr,
}

/// SQL of the caller's own.
#[derive(Clone, Debug, PartialEq)]
pub struct RawSql {
    /// The text, `?` standing for each parameter (`??` for a question mark).
    pub sql: Cow<'static, str>,
    /// The parameters.
    pub params: Arc<[Value]>,
}

impl Expr {
    /// The parameter NULL.
    #[must_use]
    pub const fn null() -> Self {
        Self::Value(Value::Null)
    }

    /// A parameter.
    #[must_use]
    pub fn value(value: impl Into<Value>) -> Self {
        Self::Value(value.into())
    }

    /// A parameter of a column type.
    #[must_use]
    pub fn from_sql_type<T: SqlType>(value: &T) -> Self {
        Self::from_stored(value.to_value())
    }

    #[inline]
    pub(crate) fn from_stored(value: Result<Value, ValueError>) -> Self {
        match value {
            Ok(v) => Self::Value(v),
            Err(e) => Self::Mistake(Box::new(Mistake::from_error(&e.into()))),
        }
    }

    /// Two operands. Comparing with NULL becomes `IS NULL` or `IS NOT NULL`.
    #[must_use]
    pub fn binary(op: BinaryOp, left: Self, right: Self) -> Self {
        let negated = match op {
            BinaryOp::Eq | BinaryOp::Same => Some(false),
            BinaryOp::Ne | BinaryOp::Different => Some(true),
            _ => None,
        };
        match negated {
            Some(negated) if matches!(right, Self::Value(Value::Null)) => Self::IsNull {
                operand: Box::new(left),
                negated,
            },
            _ => Self::Binary {
                op,
                sides: Box::new((left, right)),
            },
        }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(mut a), Self::All(b)) => {
                a.extend(b);
                Self::All(a)
            }
            (Self::All(mut a), b) => {
                a.push(b);
                Self::All(a)
            }
            (a, b) => Self::All(vec![a, b]),
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any(mut a), Self::Any(b)) => {
                a.extend(b);
                Self::Any(a)
            }
            (Self::Any(mut a), b) => {
                a.push(b);
                Self::Any(a)
            }
            (a, b) => Self::Any(vec![a, b]),
        }
    }

    /// A function of one argument.
    #[must_use]
    pub(crate) fn call(function: Function, arg: Self) -> Self {
        Self::Function {
            function,
            distinct: false,
            args: vec![arg],
        }
    }

    /// The logical type, where the tree tells it.
    #[must_use]
    pub(crate) fn column_type(&self) -> ColumnType {
        match self {
            Self::Column(c) => c.ty,
            Self::Function {
                function: Function::Min | Function::Max | Function::Sum | Function::Coalesce,
                args,
                ..
            } => args.first().map_or(ColumnType::Any, Self::column_type),
            Self::Binary {
                op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div,
                sides,
            } => match sides.0.column_type() {
                ColumnType::Any => sides.1.column_type(),
                ty => ty,
            },
            _ => ColumnType::Any,
        }
    }
}
