//! What can be selected: columns, expressions, tuples of them.

use sqloquent_core::{Result, RowAccess};

use super::decode::read;
use crate::{
    expr::{Column, Expr, Expression, TypedExpr},
    types::SqlType,
};

/// What the closure of `select` may return: a column, an expression, a tuple of up to eight.
pub trait Selection {
    /// What a row becomes.
    type Row: Send + 'static;

    /// The selected expressions, in order.
    fn exprs(self, into: &mut Vec<Expr>);

    /// Reads a row from `offset` on and moves it behind what was read.
    ///
    /// # Errors
    /// A value that does not fit.
    fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Self::Row>;
}

impl<M, T: SqlType + Send + 'static> Selection for Column<M, T> {
    type Row = T;

    fn exprs(self, into: &mut Vec<Expr>) {
        into.push(self.into_expr());
    }

    fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<T> {
        let at = *offset;
        *offset += 1;
        read(row, at)
    }
}

impl<T: SqlType + Send + 'static> Selection for TypedExpr<T> {
    type Row = T;

    fn exprs(self, into: &mut Vec<Expr>) {
        into.push(self.into_expr());
    }

    fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<T> {
        let at = *offset;
        *offset += 1;
        read(row, at)
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Selection),+> Selection for ($($name,)+) {
            type Row = ($($name::Row,)+);

            #[allow(non_snake_case, reason = "the type parameters name the fields")]
            fn exprs(self, into: &mut Vec<Expr>) {
                let ($($name,)+) = self;
                $($name.exprs(into);)+
            }

            fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Self::Row> {
                Ok(($($name::decode(row, offset)?,)+))
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
