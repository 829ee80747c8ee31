//! Expressions.

use sqloquent_core::{Family, Result, Value};

use super::Writer;
use crate::{
    expr::{BinaryOp, Direction, Expr, Function, Nulls, Order},
    schema::ColumnType,
};

/// The collation and the aggregate that the SQLite driver adds, so that decimals kept as text order and sum as numbers.
const DECIMAL_COLLATION: &str = " COLLATE sqloquent_decimal";

/// Longer chains of conditions are written as balanced trees.
const LONGEST_CHAIN: usize = 100;

impl Writer {
    /// Writes an expression so that it can stand beside any operator.
    pub(super) fn operand(&mut self, expr: &Expr) -> Result<()> {
        let bare = matches!(
            expr,
            Expr::Column(_) | Expr::Value(_) | Expr::Function { .. } | Expr::Scalar(_) | Expr::Exists { .. }
        );
        if bare {
            return self.expr(expr);
        }
        self.push("(");
        self.expr(expr)?;
        self.push(")");
        Ok(())
    }

    /// Writes an expression.
    pub(super) fn expr(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Column(column) => self.column(column),
            Expr::Value(value) => self.param(value),
            Expr::Raw(raw) => self.raw(raw),
            Expr::Binary { op, sides } => self.binary(*op, &sides.0, &sides.1),
            Expr::Not(inner) => {
                self.push("NOT ");
                self.operand(inner)
            }
            Expr::All(all) => self.joined(all, " AND ", "1 = 1"),
            Expr::Any(any) => self.joined(any, " OR ", "1 = 0"),
            Expr::IsNull { operand, negated } => {
                self.operand(operand)?;
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
                Ok(())
            }
            Expr::InList {
                operand,
                values,
                negated,
            } => self.in_list(operand, values, *negated),
            Expr::InRows { operands, rows } => self.in_rows(operands, rows),
            Expr::InQuery {
                operand,
                query,
                negated,
            } => {
                self.operand(operand)?;
                self.push(if *negated { " NOT IN (" } else { " IN (" });
                self.subquery_of_one(query)?;
                self.push(")");
                Ok(())
            }
            Expr::Exists { query, negated } => {
                self.push(if *negated { "NOT EXISTS (" } else { "EXISTS (" });
                self.existing(query)?;
                self.push(")");
                Ok(())
            }
            Expr::Scalar(query) => {
                self.push("(");
                self.subquery_of_one(query)?;
                self.push(")");
                Ok(())
            }
            Expr::Match(m) => self.text_match(m),
            Expr::Listed(l) => self.listed(l),
            Expr::Function {
                function,
                distinct,
                args,
            } => self.function(*function, *distinct, args),
            Expr::Mistake(mistake) => Err(mistake.to_error()),
        }
    }

    /// Writes conditions joined by `AND` or `OR`.
    fn joined(&mut self, all: &[Expr], separator: &str, none: &str) -> Result<()> {
        match all {
            [] => {
                self.push(none);
                Ok(())
            }
            [one] => self.expr(one),
            // Engines take a chain for a tree as deep as it is long, and limit the depth.
            _ if all.len() > LONGEST_CHAIN => {
                let (first, second) = all.split_at(all.len() / 2);
                self.push("(");
                self.joined(first, separator, none)?;
                self.push(")");
                self.push(separator);
                self.push("(");
                self.joined(second, separator, none)?;
                self.push(")");
                Ok(())
            }
            _ => self.list(all, separator, |w, e| match e {
                Expr::All(_)
                | Expr::Any(_)
                | Expr::Raw(_)
                | Expr::InList { .. }
                | Expr::InRows { .. }
                | Expr::Match(_) => {
                    w.push("(");
                    w.expr(e)?;
                    w.push(")");
                    Ok(())
                }
                _ => w.expr(e),
            }),
        }
    }

    /// Writes conditions all of which must hold, after a keyword; nothing when there are none.
    pub(super) fn conditions(&mut self, keyword: &str, all: &[Expr]) -> Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        self.push(keyword);
        self.joined(all, " AND ", "1 = 1")
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        let my_sql = self.family() == Family::MySql;
        if my_sql && op == BinaryOp::Concat {
            self.push("CONCAT(");
            self.expr(left)?;
            self.push(", ");
            self.expr(right)?;
            self.push(")");
            return Ok(());
        }
        if my_sql && op == BinaryOp::Different {
            self.push("NOT (");
            self.operand(left)?;
            self.push(" <=> ");
            self.operand(right)?;
            self.push(")");
            return Ok(());
        }
        self.operand(left)?;
        self.push(match op {
            BinaryOp::Eq => " = ",
            BinaryOp::Ne => " <> ",
            BinaryOp::Lt => " < ",
            BinaryOp::Le => " <= ",
            BinaryOp::Gt => " > ",
            BinaryOp::Ge => " >= ",
            BinaryOp::Same => match self.family() {
                Family::Sqlite => " IS ",
                Family::MySql => " <=> ",
                _ => " IS NOT DISTINCT FROM ",
            },
            BinaryOp::Different => match self.family() {
                Family::Sqlite => " IS NOT ",
                _ => " IS DISTINCT FROM ",
            },
            BinaryOp::Add => " + ",
            BinaryOp::Sub => " - ",
            BinaryOp::Mul => " * ",
            // Integers divide to integers, as they do elsewhere.
            BinaryOp::Div if my_sql && is_integer(left) && is_integer(right) => " DIV ",
            BinaryOp::Div => " / ",
            BinaryOp::Rem => " % ",
            BinaryOp::Concat => " || ",
        });
        self.operand(right)?;
        let ordered = matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
        if ordered && (self.is_text_decimal(left) || self.is_text_decimal(right)) {
            self.push(DECIMAL_COLLATION);
        }
        Ok(())
    }

    fn is_text_decimal(&self, expr: &Expr) -> bool {
        self.family() == Family::Sqlite
            && (expr.column_type() == ColumnType::Decimal || matches!(expr, Expr::Value(Value::Decimal(_))))
    }

    fn function(&mut self, function: Function, distinct: bool, args: &[Expr]) -> Result<()> {
        let ty = args.first().map_or(ColumnType::Any, Expr::column_type);
        let integer = matches!(ty, ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64);
        let decimal = args.first().is_some_and(|a| self.is_text_decimal(a));
        // Engines that widen integers to decimals are told to give the type that was asked for.
        let cast = match (self.family(), function) {
            (Family::Postgres, Function::Sum) if integer => Some(" AS bigint)"),
            (Family::Postgres, Function::Avg) => Some(" AS double precision)"),
            (Family::MySql, Function::Sum) if integer => Some(" AS SIGNED)"),
            (Family::MySql, Function::Avg) => Some(" AS DOUBLE)"),
            _ => None,
        };
        if cast.is_some() {
            self.push("CAST(");
        }
        self.push(match function {
            Function::Count => "count",
            Function::Sum if decimal => "sqloquent_decimal_sum",
            Function::Sum => "sum",
            Function::Avg => "avg",
            Function::Min => "min",
            Function::Max => "max",
            Function::Lower => "lower",
            Function::Upper => "upper",
            Function::Length if self.family() == Family::Sqlite => "length",
            Function::Length => "char_length",
            Function::Coalesce => "coalesce",
            Function::Abs => "abs",
        });
        self.push("(");
        if distinct {
            self.push("DISTINCT ");
        }
        if args.is_empty() {
            self.push("*");
        }
        self.list(args, ", ", Self::expr)?;
        if decimal && matches!(function, Function::Min | Function::Max) {
            self.push(DECIMAL_COLLATION);
        }
        self.push(")");
        self.push(cast.unwrap_or(""));
        Ok(())
    }

    /// Writes the terms of an order.
    pub(super) fn order(&mut self, terms: &[Order]) -> Result<()> {
        if terms.is_empty() {
            return Ok(());
        }
        self.push(" ORDER BY ");
        self.list(terms, ", ", |w, term| {
            let descending = term.direction == Direction::Desc;
            let default = if descending { Nulls::Last } else { Nulls::First };
            let nulls = term.nulls.unwrap_or(default);
            if w.family() == Family::MySql && nulls != default {
                w.operand(&term.expr)?;
                w.push(if nulls == Nulls::Last {
                    " IS NULL, "
                } else {
                    " IS NOT NULL, "
                });
            }
            w.operand(&term.expr)?;
            if w.is_text_decimal(&term.expr) {
                w.push(DECIMAL_COLLATION);
            }
            w.push(if descending { " DESC" } else { " ASC" });
            let said = match w.family() {
                Family::MySql => false,
                Family::Postgres => true,
                _ => nulls != default,
            };
            if said {
                w.push(if nulls == Nulls::First {
                    " NULLS FIRST"
                } else {
                    " NULLS LAST"
                });
            }
            Ok(())
        })
    }
}

/// Whether the tree tells that an expression is an integer.
fn is_integer(expr: &Expr) -> bool {
    matches!(
        expr.column_type(),
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64
    ) || matches!(expr, Expr::Value(Value::Int(_)))
}
