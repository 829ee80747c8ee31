//! Queries that are limited for each of their groups.

use sqloquent_core::{Result, Value};

use super::Writer;
use crate::{expr::Expr, query::Select};

impl Writer {
    /// Writes a query whose limit and offset hold for each group of rows with the same keys, in the query's order. What
    /// it selects is said by its items. With `once`, rows that are equal in the order count as one.
    pub(crate) fn ranked(&mut self, tree: &Select, keys: &[Expr], once: bool) -> Result<()> {
        let mut inner = tree.clone();
        inner.order.clear();
        (inner.limit, inner.offset) = (None, None);
        self.push("SELECT ");
        self.list(0..tree.items.len(), ", ", |w, i| w.name(&format!("c{i}")))?;
        self.push(" FROM (");
        self.query(&inner, |w| {
            w.list(tree.items.iter().enumerate(), ", ", |w, (i, item)| {
                w.expr(&item.expr)?;
                w.push(" AS ");
                w.name(&format!("c{i}"))
            })?;
            w.push(if once { ", dense_rank()" } else { ", row_number()" });
            w.push(" OVER (PARTITION BY ");
            w.list(keys, ", ", Self::expr)?;
            w.order(&tree.order)?;
            w.push(") AS ");
            w.name("place")
        })?;
        self.push(") AS ranked");
        let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        let skipped = tree.offset.unwrap_or(0);
        let mut keyword = " WHERE ";
        if skipped > 0 {
            self.push(keyword);
            self.name("place")?;
            self.push(" > ");
            self.param_owned(number(skipped))?;
            keyword = " AND ";
        }
        if let Some(limit) = tree.limit {
            self.push(keyword);
            self.name("place")?;
            self.push(" <= ");
            self.param_owned(number(limit.saturating_add(skipped)))?;
        }
        self.push(" ORDER BY ");
        self.name("place")
    }
}
