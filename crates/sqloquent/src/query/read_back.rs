//! What a builder has been told so far.

use sqloquent_core::Value;

use super::{Item, Query, Select, Source};
use crate::{
    dynamic::DynamicModel,
    expr::{Expr, Order},
    model::Model,
    record::{JoinedRecord, Record},
    schema::Table,
};

impl<S, T> Query<S, T> {
    /// The conditions, all of which must hold.
    #[must_use]
    pub fn clauses(&self) -> &[Expr] {
        &self.select.filter
    }

    /// The values that the conditions compare with, in order.
    #[must_use]
    pub fn params(&self) -> Vec<Value> {
        let mut values = Vec::new();
        self.select.filter.iter().for_each(|e| gather(e, &mut values));
        values
    }

    /// The terms of the order, most important first.
    pub fn order_terms(&self) -> &[Order] {
        &self.select.order
    }

    /// How many rows at most.
    #[must_use]
    pub fn limit_rows(&self) -> Option<u64> {
        self.select.limit
    }

    /// How many rows are skipped.
    #[must_use]
    pub fn offset_rows(&self) -> Option<u64> {
        self.select.offset
    }

    /// The joined tables: all but the first.
    #[must_use]
    pub fn joins(&self) -> &[Source] {
        &self.select.sources[1..]
    }

    /// What is selected; empty for all columns of all tables.
    #[must_use]
    pub fn columns(&self) -> &[Item] {
        &self.select.items
    }

    /// What rows are grouped by.
    #[must_use]
    pub fn grouping(&self) -> &[Expr] {
        &self.select.group
    }

    /// The dynamic model of the first table, if it has one.
    #[must_use]
    pub fn dynamic_model(&self) -> Option<&DynamicModel> {
        match self.select.base() {
            Table::Dynamic(model) => Some(model),
            _ => None,
        }
    }
}

impl<M: Model, T> Query<M, T> {
    /// A fresh query of the same model.
    pub fn reset(&self) -> Query<M> {
        Query::new()
    }
}

macro_rules! reset {
    ($($t:ty),+) => {$(
        impl<T> Query<$t, T> {
            /// A fresh query of the same model or table.
            pub fn reset(&self) -> Query<Record> {
                match self.select.base() {
                    Table::Dynamic(model) => model.query(),
                    table => Query::of_table(table.clone()),
                }
            }
        }
    )+};
}

reset!(Record, JoinedRecord);

/// The parameters of an expression, in order.
fn gather(expr: &Expr, into: &mut Vec<Value>) {
    match expr {
        Expr::Value(value) => into.push(value.clone()),
        Expr::Raw(raw) => into.extend(raw.params.iter().cloned()),
        Expr::Binary { sides, .. } => {
            gather(&sides.0, into);
            gather(&sides.1, into);
        }
        Expr::Not(inner) => gather(inner, into),
        Expr::All(all) | Expr::Any(all) => all.iter().for_each(|e| gather(e, into)),
        Expr::IsNull { operand, .. } => gather(operand, into),
        Expr::InList { operand, values, .. } => {
            gather(operand, into);
            into.extend(values.iter().cloned());
        }
        Expr::InRows { operands, rows } => {
            operands.iter().for_each(|e| gather(e, into));
            into.extend(rows.iter().flatten().cloned());
        }
        Expr::InQuery { operand, query, .. } => {
            gather(operand, into);
            gather_query(query, into);
        }
        Expr::Exists { query, .. } | Expr::Scalar(query) => gather_query(query, into),
        Expr::Match(m) => {
            gather(&m.operand, into);
            into.push(Value::Text(m.text.clone()));
        }
        Expr::Listed(listed) => {
            gather(&listed.list, into);
            gather(&listed.id, into);
        }
        Expr::Function { args, .. } => args.iter().for_each(|e| gather(e, into)),
        Expr::Column(_) | Expr::Mistake(_) => {}
    }
}

fn gather_query(select: &Select, into: &mut Vec<Value>) {
    let items = select.items.iter().map(|i| &i.expr);
    let joins = select.sources.iter().filter_map(|s| s.join.as_ref()?.on.as_ref());
    let rest = select.filter.iter().chain(&select.group).chain(&select.having);
    items.chain(joins).chain(rest).for_each(|e| gather(e, into));
}
