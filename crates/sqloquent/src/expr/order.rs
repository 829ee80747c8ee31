//! Orders.

use super::Expr;

/// Ascending or descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Asc,
    /// Greatest first.
    Desc,
}

/// Where NULLs go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before all else.
    First,
    /// After all else.
    Last,
}

/// One term of an order. Where NULLs go by default is the same on every engine: first when ascending, last when
/// descending, as if NULL were smaller than all else.
#[derive(Clone, Debug)]
#[must_use = "an order does nothing until it is given to a query"]
pub struct Order {
    pub(crate) expr: Expr,
    pub(crate) direction: Direction,
    pub(crate) nulls: Option<Nulls>,
}

impl Order {
    /// A term by expression and direction.
    pub fn new(expr: Expr, direction: Direction) -> Self {
        Self {
            expr,
            direction,
            nulls: None,
        }
    }

    /// NULLs before all else.
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Some(Nulls::First);
        self
    }

    /// NULLs after all else.
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Some(Nulls::Last);
        self
    }

    /// What is ordered by.
    #[must_use]
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The direction.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Where NULLs go, when said.
    #[must_use]
    pub fn nulls(&self) -> Option<Nulls> {
        self.nulls
    }
}

/// What the closure of `order` may return: one term, an array, a vector, a tuple of up to eight.
pub trait Orders {
    /// All terms, in order.
    fn into_vec(self) -> Vec<Order>;
}

impl Orders for Order {
    fn into_vec(self) -> Vec<Order> {
        vec![self]
    }
}

impl<const N: usize> Orders for [Order; N] {
    fn into_vec(self) -> Vec<Order> {
        self.into()
    }
}

impl Orders for Vec<Order> {
    fn into_vec(self) -> Vec<Order> {
        self
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Orders),+> Orders for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the fields")]
            fn into_vec(self) -> Vec<Order> {
                let ($($name,)+) = self;
                let mut all = Vec::new();
                $(all.extend($name.into_vec());)+
                all
            }
        }
    };
}

tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
