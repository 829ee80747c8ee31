//! The query builder.
//!
//! [`Query`] is typed by its row: `Query<User>`, `Query<(User, Option<Post>)>` after a left join, `Query<Record>` for
//! dynamic models. Builders never panic: the first mistake is kept and returned by the terminal.

mod chunks;
mod dangling;
mod decode;
mod filter;
mod group;
mod join;
mod lineage;
mod modify;
mod names;
mod order;
mod paginate;
mod parse;
mod read_back;
mod select;
mod selection;
mod shape;
mod short;
mod sql;
mod terminals;
mod with;

pub use chunks::{Chunks, Rows};
pub use dangling::ListOf;
pub(crate) use decode::read;
pub use decode::{Decode, FromRow, RowPlan};
pub use lineage::{IntoParentLink, LinkType, ParentLink};
pub(crate) use modify::check_meant;
pub use paginate::Page;
pub use select::{IntoSelect, Item, Join, JoinKind, Select, Source};
pub use selection::Selection;
pub use shape::{Push, Shape, TypedShape};
pub(crate) use terminals::{from_row_decoder, narrowed};

use std::{fmt, marker::PhantomData};

use crate::{
    expr::{Mistake, Slot},
    model::Model,
    relation::Includes,
};

/// A query under construction.
///
/// `S` is the shape of the tables it reads from, `T` what a row of the result is: the same, until something else is
/// selected. Cheap to clone; terminals do not change it.
#[must_use = "a query does nothing until a terminal such as `get` is called and awaited"]
pub struct Query<S, T = S> {
    pub(crate) select: Select,
    pub(crate) decode: Decode<T>,
    /// What is loaded with the rows.
    pub(crate) includes: Includes<T>,
    marker: PhantomData<fn() -> S>,
}

impl<S, T> Clone for Query<S, T> {
    fn clone(&self) -> Self {
        Self {
            select: self.select.clone(),
            decode: self.decode.clone(),
            includes: self.includes.clone(),
            marker: PhantomData,
        }
    }
}

impl<S, T> fmt::Debug for Query<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.select).finish()
    }
}

impl<M: Model> Query<M> {
    /// All rows of the model that its global scope lets through.
    pub fn new() -> Self {
        let mut query = M::scope(Self::unscoped());
        query.select.scoped = query.select.filter.len();
        query
    }

    /// All rows of the model.
    pub fn unscoped() -> Self {
        let mut select = Select::at(Slot::fresh(), crate::schema::Table::Static(M::table()));
        select.model = Some(std::any::TypeId::of::<M>());
        Self::from_parts(select, Decode::Function(|row| M::decode(row, 0)))
    }
}

impl<M: Model> Default for Query<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, T> Query<S, T> {
    pub(crate) fn from_parts(select: Select, decode: Decode<T>) -> Self {
        Self {
            select,
            decode,
            includes: Includes::none(),
            marker: PhantomData,
        }
    }

    /// The tree that the builder has filled so far: clauses, order, limit, offset, joins, columns, grouping.
    #[must_use]
    pub fn tree(&self) -> &Select {
        &self.select
    }

    /// The name of the base table.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.select.base().name
    }

    /// At most this many rows.
    pub fn limit(mut self, rows: impl TryInto<u64>) -> Self {
        match rows.try_into() {
            Ok(rows) => self.select.limit = Some(rows),
            Err(_) => self.select.fail(Mistake::query("a limit cannot be negative")),
        }
        self
    }

    /// Skips this many rows; works with and without a limit.
    pub fn skip(mut self, rows: impl TryInto<u64>) -> Self {
        match rows.try_into() {
            Ok(rows) => self.select.offset = Some(rows),
            Err(_) => self
                .select
                .fail(Mistake::query("cannot skip a negative number of rows")),
        }
        self
    }

    /// Gives equal rows once.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }

    /// Lets an update or delete without conditions touch every row.
    pub fn all_rows(mut self) -> Self {
        self.select.all_rows = true;
        self
    }

    /// Applies a function to the builder: a named scope.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// fn active(q: Query<User>) -> Query<User> {
    ///     q.equal("active", true)
    /// }
    /// let users = User::query().apply(active).get(&db).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn apply<U>(self, scope: impl FnOnce(Self) -> U) -> U {
        scope(self)
    }

    /// Applies a function when the condition holds.
    pub fn when(self, condition: bool, scope: impl FnOnce(Self) -> Self) -> Self {
        if condition { scope(self) } else { self }
    }
}

impl<S, T> IntoSelect for Query<S, T> {
    fn into_select(self) -> Select {
        self.select
    }
}

impl<S, T> IntoSelect for &Query<S, T> {
    fn into_select(self) -> Select {
        self.select.clone()
    }
}
