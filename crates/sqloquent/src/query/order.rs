//! Orders.

use super::{Query, Shape};
use crate::expr::{Direction, Order, Orders};

impl<S: Shape, T> Query<S, T> {
    /// Adds typed terms to the order, after those given before.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let users = User::query().order(|u| (u.email.asc(), u.age.desc().nulls_last())).get(&db).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn order<O: Orders>(mut self, terms: impl FnOnce(S::Columns) -> O) -> Self {
        let terms = terms(S::columns_of(&self.select)).into_vec();
        self.select.order.extend(terms);
        self
    }
}

impl<S, T> Query<S, T> {
    /// Adds a column to the order, after those given before.
    pub fn order_by(mut self, column: &str, direction: Direction) -> Self {
        let expr = self.select.column_expr(column);
        self.select.order.push(Order::new(expr, direction));
        self
    }

    /// Forgets the order.
    pub fn unordered(mut self) -> Self {
        self.select.order.clear();
        self
    }
}
