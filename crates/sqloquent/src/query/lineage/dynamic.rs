//! Ancestors and descendants of records.

use sqloquent_core::{Error, ErrorKind, Result};

use super::{ParentLink, Start, Walk};
use crate::{
    dynamic::{IntoKey, fitting},
    expr::{Expr, Mistake},
    query::{Decode, Item, Query, lineage::typed::whole, read},
    record::Record,
    schema::Table,
};

macro_rules! walks {
    ($($(#[$doc:meta])* $one:ident $each:ident $depths:ident $up:literal;)+) => {
        impl Query<Record> {$(
            $(#[$doc])*
            pub fn $one(self, id: impl IntoKey, depth: impl Into<Option<u32>>, link: ParentLink) -> Self {
                let start = self.start(id);
                self.walked(start, depth.into(), link, $up)
            }

            /// The same from each row of a query.
            pub fn $each(self, rows: Self, depth: impl Into<Option<u32>>, link: ParentLink) -> Self {
                self.walked(Ok(Start::Rows(Box::new(rows.select))), depth.into(), link, $up)
            }

            /// The same with the number of steps to each row, by the shortest way. Order by it as `"lineage.depth"`.
            pub fn $depths(
                self,
                id: impl IntoKey,
                depth: impl Into<Option<u32>>,
                link: ParentLink,
            ) -> Query<Record, (Record, i64)> {
                let start = self.start(id);
                self.walked_with_depth(start, depth.into(), link, $up)
            }
        )+}
    };
}

walks! {
    /// Only rows above the row with the id: its parents, their parents, and so on; at most so many steps above, or all
    /// with `None`.
    ///
    /// Rows that are reached in several ways come once. A row that is above itself, as in data with cycles, is one of its
    /// ancestors. Ids that lead nowhere are passed over.
    ancestors_of ancestors_of_each ancestors_with_depth true;
    /// Only rows below the row with the id: its children, their children, and so on; at most so many steps below, or all
    /// with `None`. See [`ancestors_of`](Self::ancestors_of).
    descendants_of descendants_of_each descendants_with_depth false;
}

impl Query<Record> {
    fn start(&self, id: impl IntoKey) -> Result<Start> {
        let table = self.select.base();
        if table.columns.is_empty() {
            return Err(undeclared(table));
        }
        let key = fitting(table, id)?;
        crate::compile::by_key(table, key.clone())?;
        Ok(Start::Key(key))
    }

    fn walk(&self, start: Result<Start>, depth: Option<u32>, link: ParentLink, up: bool) -> Result<Walk> {
        let table = self.select.base().clone();
        if table.columns.is_empty() {
            return Err(undeclared(&table));
        }
        Ok(Walk {
            table,
            link,
            up,
            start: start?,
            depth,
        })
    }

    fn walked(mut self, start: Result<Start>, depth: Option<u32>, link: ParentLink, up: bool) -> Self {
        let condition = self
            .walk(start, depth, link, up)
            .and_then(|walk| walk.condition(&self.select))
            .unwrap_or_else(|e| Expr::Mistake(Box::new(Mistake::from_error(&e))));
        self.select.filter.push(condition);
        self
    }

    fn walked_with_depth(
        mut self,
        start: Result<Start>,
        depth: Option<u32>,
        link: ParentLink,
        up: bool,
    ) -> Query<Record, (Record, i64)> {
        let walk = self.walk(start, depth, link, up);
        match walk.and_then(|walk| walk.join_depth(&mut self.select)) {
            Ok(depth) => {
                let mut items: Vec<Item> = whole(&self.select);
                items.push(Item {
                    expr: depth,
                    alias: None,
                });
                self.select.items = items;
            }
            Err(e) => self.select.fail(Mistake::from_error(&e)),
        }
        let record = self.decode;
        let decode = Decode::Closure(std::sync::Arc::new(move |row| {
            Ok((record.row(row)?, read(row, row.column_count() - 1)?))
        }));
        Query::from_parts(self.select, decode)
    }
}

#[cold]
fn undeclared(table: &Table) -> Error {
    Error::new(
        ErrorKind::Configuration,
        "the key of the table is not known; declare its columns with a `DynamicModel`",
    )
    .with_table(table.name.clone().into_owned())
}
