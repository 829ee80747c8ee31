//! Looking into relations of records: whether there are related ones, and how many.

use std::sync::Arc;

use super::include::split;
use crate::{
    expr::{Expr, Expression as _, Mistake, count_all},
    query::{Decode, Item, Query, Select, read},
    record::Record,
    relation::{columns_at, correlate},
};

impl Query<Record> {
    /// Only records that have related ones. A path such as `"posts.comments"` looks for related ones of those.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> {
    /// use sqloquent::{Dialect, DynamicModel};
    ///
    /// let users = DynamicModel::new("users", ["id"]);
    /// let posts = DynamicModel::new("posts", ["id", "user_id", "title"]);
    /// users.has_many("posts", &posts).declare()?;
    /// let authors = users.query().where_has("posts").doesnt_have_only("posts", |q| q.is_null("title"));
    /// assert!(authors.to_sql(Dialect::SQLITE)?.0.contains("EXISTS"));
    /// # Ok(()) }
    /// ```
    pub fn where_has(self, path: &str) -> Self {
        self.where_has_only(path, |query| query)
    }

    /// Only records that have related ones among those that the closure leaves.
    pub fn where_has_only(self, path: &str, narrow: impl FnOnce(Self) -> Self) -> Self {
        let condition = self.existence(path, narrow, false);
        self.condition(condition)
    }

    /// Only records that have no related ones.
    pub fn doesnt_have(self, path: &str) -> Self {
        self.doesnt_have_only(path, |query| query)
    }

    /// Only records that have no related ones among those that the closure leaves.
    pub fn doesnt_have_only(self, path: &str, narrow: impl FnOnce(Self) -> Self) -> Self {
        let condition = self.existence(path, narrow, true);
        self.condition(condition)
    }

    /// Counts related records with each record: rows become `(Record, i64)`.
    pub fn with_count(self, relation: &str) -> Query<Self, (Record, i64)> {
        self.with_count_only(relation, |query| query)
    }

    /// Counts those of the related records that the closure leaves: rows become `(Record, i64)`.
    pub fn with_count_only(
        mut self,
        relation: &str,
        narrow: impl FnOnce(Self) -> Self,
    ) -> Query<Self, (Record, i64)> {
        let count = match self.related(relation, narrow) {
            Ok(mut related) => {
                if related.limit.is_some() || related.offset.is_some() {
                    related.fail(Mistake::query(format!(
                        "`{relation}` is counted as a whole; leave out the limit"
                    )));
                }
                related.order.clear();
                related.items = vec![Item {
                    expr: count_all().into_expr(),
                    alias: None,
                }];
                Expr::Scalar(Box::new(related))
            }
            Err(mistake) => Expr::Mistake(Box::new(mistake)),
        };
        let table = self.select.base();
        let all: Vec<usize> = (0..table.mapped().count()).collect();
        let whole = columns_at(table, &all, self.select.slot)
            .into_iter()
            .map(Expr::Column);
        self.select.items = whole
            .chain([count])
            .map(|expr| Item { expr, alias: None })
            .collect();
        let record = self.decode;
        let decode = Decode::Closure(Arc::new(move |row: &dyn sqloquent_core::RowAccess| {
            Ok((record.row(row)?, read(row, row.column_count() - 1)?))
        }));
        let mut query = Query::from_parts(self.select, decode);
        query.includes = self.includes.within(|row: &mut (Record, i64)| &mut row.0);
        query
    }

    fn existence(&self, path: &str, narrow: impl FnOnce(Self) -> Self, negated: bool) -> Expr {
        let (name, rest) = split(path);
        // The closure is boxed, since a path calls this again with it.
        let narrow: Box<dyn FnOnce(Self) -> Self + '_> = Box::new(narrow);
        let related = match rest {
            Some(rest) => self.related(name, |query| query.where_has_only(rest, narrow)),
            None => self.related(name, narrow),
        };
        match related {
            Ok(related) => Expr::Exists {
                query: Box::new(related),
                negated,
            },
            Err(mistake) => Expr::Mistake(Box::new(mistake)),
        }
    }

    /// The related records of the record that this query stands on.
    fn related(&self, name: &str, narrow: impl FnOnce(Self) -> Self) -> Result<Select, Mistake> {
        let relation = self.relation_of_base(name).map_err(|e| Mistake::from_error(&e))?;
        let query = narrow(relation.related.query());
        if !query.includes.is_empty() {
            return Err(Mistake::query(format!(
                "`{name}` is looked into here, not loaded; leave out `with`"
            )));
        }
        Ok(correlate(&relation.def, query.select, self.select.slot))
    }
}
