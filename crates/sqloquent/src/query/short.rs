//! Which queries are short: those that name their row by its key. They run on the caller's thread.

use sqloquent_core::{Plan, Value};

use super::Select;
use crate::expr::{Assignment, BinaryOp, Expr, SourceRef};

impl Select {
    /// How the query is to be run.
    pub(crate) fn plan(&self) -> Plan {
        if self.names_one_row() {
            Plan::READ_BY_KEY
        } else {
            Plan::READ
        }
    }

    /// How an update of the query's rows is to be run. Changing the key may cascade, so that it is not short.
    pub(crate) fn update_plan(&self, set: &[Assignment]) -> Plan {
        let key_kept = self
            .base()
            .key_columns()
            .all(|k| set.iter().all(|a| *a.column() != *k.name));
        let simple = set.iter().all(|a| simple(a.value()));
        if key_kept && simple && self.names_one_row() {
            Plan::WRITE_BY_KEY
        } else {
            Plan::WRITE
        }
    }

    /// Whether every column of the key is compared with a value, and nothing else takes long.
    fn names_one_row(&self) -> bool {
        let key = self.base().key_columns();
        self.sources.len() == 1
            && key.len() > 0
            && self
                .base()
                .key_columns()
                .all(|k| self.filter.iter().any(|e| self.fixes(e, &k.name)))
            && self.filter.iter().all(simple)
            && self.items.iter().all(|i| simple(&i.expr))
            && self.having.is_empty()
            && self.group.is_empty()
    }

    /// The key that the query names and nothing else: each column of it is compared with a value.
    pub(crate) fn only_key(&self) -> Option<Vec<Value>> {
        let whole =
            self.filter.len() == self.base().key.len() && self.limit.is_none() && self.offset.is_none();
        if !whole || !self.names_one_row() {
            return None;
        }
        let value = |column: &str| {
            let condition = self.filter.iter().find(|e| self.fixes(e, column))?;
            match condition {
                Expr::Binary { sides, .. } => match &**sides {
                    (_, Expr::Value(value)) | (Expr::Value(value), _) => Some(value.clone()),
                    _ => None,
                },
                _ => None,
            }
        };
        self.base().key_columns().map(|def| value(&def.name)).collect()
    }

    /// Whether a condition compares the column with a value.
    fn fixes(&self, condition: &Expr, column: &str) -> bool {
        match condition {
            Expr::Binary {
                op: BinaryOp::Eq,
                sides,
            } => match &**sides {
                (Expr::Column(c), Expr::Value(_)) | (Expr::Value(_), Expr::Column(c)) => {
                    c.name == column && matches!(c.source, SourceRef::Slot(s) if s == self.slot)
                }
                _ => false,
            },
            Expr::All(all) => all.iter().any(|e| self.fixes(e, column)),
            _ => false,
        }
    }
}

/// Whether an expression takes no longer than the row it stands on.
fn simple(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) | Expr::Value(_) => true,
        Expr::Binary { sides, .. } => simple(&sides.0) && simple(&sides.1),
        Expr::Not(inner) => simple(inner),
        Expr::IsNull { operand, .. } => simple(operand),
        Expr::All(all) | Expr::Any(all) => all.iter().all(simple),
        Expr::Function { args, .. } => args.iter().all(simple),
        Expr::Match(m) => simple(&m.operand),
        Expr::Listed(l) => simple(&l.list) && simple(&l.id),
        Expr::InList { operand, values, .. } => simple(operand) && values.len() <= 16,
        _ => false,
    }
}
