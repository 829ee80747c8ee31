//! Expressions: what filters, orders, selections and assignments are made of.
//!
//! [`Expr`] is the untyped tree that the compiler reads; [`Column`] and [`TypedExpr`] are its typed faces.

mod assignment;
mod column;
mod expression;
mod listed;
mod literal;
mod matching;
mod membership;
mod mistake;
mod operators;
mod order;
mod tree;

pub use assignment::{Assignment, Assignments};
pub use column::{Column, Slot};
pub(crate) use expression::raw_expr;
pub use expression::{Expression, TypedExpr, count_all, exists, not_exists, raw};
pub use literal::IntoParams;
pub use membership::InOperand;
pub use mistake::Mistake;
pub use order::{Direction, Nulls, Order, Orders};
pub use tree::{BinaryOp, ColumnRef, Expr, Function, Listed, Match, MatchKind, RawSql, SourceRef};
