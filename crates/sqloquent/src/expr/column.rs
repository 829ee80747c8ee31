//! Typed columns.

use std::{
    fmt,
    marker::PhantomData,
    sync::atomic::{AtomicU32, Ordering},
};

use super::{Assignment, BinaryOp, ColumnRef, Expr, Expression, SourceRef};
use crate::{
    schema::ColumnDef,
    types::{Comparable, NumberType},
};

/// The place of a table in a query: which query, and which of its tables. Lets a sub-query tell its own columns from
/// those of the query around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    pub(crate) query: u32,
    pub(crate) index: u16,
}

impl Slot {
    /// The first table of a new query.
    pub(crate) fn fresh() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self {
            query: NEXT.fetch_add(1, Ordering::Relaxed),
            index: 0,
        }
    }

    /// Another table of the same query.
    pub(crate) const fn at(self, index: u16) -> Self {
        Self {
            query: self.query,
            index,
        }
    }
}

/// A column of the model `M` that holds a `T`. Handed to the closures of `filter`, `order`, `select` and so on.
pub struct Column<M, T> {
    slot: Slot,
    def: &'static ColumnDef,
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Column").field(&self.def.name).finish()
    }
}

impl<M, T> Column<M, T> {
    /// For the derive: a column at a place in a query.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(slot: Slot, def: &'static ColumnDef) -> Self {
        Self {
            slot,
            def,
            marker: PhantomData,
        }
    }

    /// What is known of the column.
    #[must_use]
    pub const fn def(&self) -> &'static ColumnDef {
        self.def
    }

    /// The same column read as `Option`: for the side of an outer join that may be missing.
    #[must_use]
    pub const fn nullable(self) -> Column<M, Option<T>> {
        Column {
            slot: self.slot,
            def: self.def,
            marker: PhantomData,
        }
    }

    /// Sets the column in an update: to a value, another column, or an expression.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// User::query().equal("active", false).update(&db, |u| [u.active.set(true)]).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn set<V>(self, value: V) -> Assignment
    where
        T: Comparable<V>,
    {
        Assignment::new(self.def, T::operand(value))
    }

    /// Adds to the column in an update.
    #[allow(
        clippy::should_implement_trait,
        reason = "an assignment; the operators make expressions"
    )]
    pub fn add<V>(self, value: V) -> Assignment
    where
        T: Comparable<V> + NumberType,
    {
        Assignment::new(
            self.def,
            Expr::binary(BinaryOp::Add, self.into_expr(), T::operand(value)),
        )
    }

    /// Subtracts from the column in an update.
    #[allow(
        clippy::should_implement_trait,
        reason = "an assignment; the operators make expressions"
    )]
    pub fn sub<V>(self, value: V) -> Assignment
    where
        T: Comparable<V> + NumberType,
    {
        Assignment::new(
            self.def,
            Expr::binary(BinaryOp::Sub, self.into_expr(), T::operand(value)),
        )
    }
}

impl<M, T> Expression for Column<M, T> {
    type Type = T;

    fn into_expr(self) -> Expr {
        Expr::Column(ColumnRef {
            source: SourceRef::Slot(self.slot),
            name: self.def.name.clone(),
            ty: self.def.ty,
        })
    }
}
