//! Shapes: which tables a query reads from, and what a row of them is in Rust.

use sqloquent_core::{Result, RowAccess};

use super::Select;
use crate::{expr::Slot, model::Model};

/// What a row of the query's tables is: a model, `Option` of one where a join may find nothing, a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row of tables",
    note = "use a model, `Option<Model>` or a tuple of those"
)]
pub trait Shape: Sized + Send + 'static {
    /// What closures are handed: the typed columns of each table.
    type Columns;
    /// The same with every table optional: what a right or full join makes of the left side.
    type Optional: Shape;
    /// How many tables.
    const TABLES: u16;

    /// The typed columns, the first table being at `slot`.
    fn columns(slot: Slot) -> Self::Columns;

    /// The columns of the tables that a query has so far; those of dynamic tables are known to it alone.
    #[doc(hidden)]
    fn columns_of(select: &Select) -> Self::Columns {
        Self::columns(select.slot)
    }

    /// Reads the tables' columns from `offset` on and moves it behind them.
    ///
    /// # Errors
    /// A value that does not fit its field.
    fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Self>;
}

/// A shape of typed models, to which others can be joined by their types.
pub trait TypedShape: Shape {}

impl<M: Model> TypedShape for M {}
impl<M: Model> TypedShape for Option<M> {}

impl<M: Model> Shape for M {
    type Columns = M::Columns;
    type Optional = Option<M>;
    const TABLES: u16 = 1;

    fn columns(slot: Slot) -> M::Columns {
        M::columns(slot)
    }

    fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Self> {
        let at = *offset;
        *offset += M::table().mapped().count();
        M::decode(row, at)
    }
}

/// None when the key is NULL (for a model without key: when all columns are), as after an outer join that found nothing.
impl<M: Model> Shape for Option<M> {
    type Columns = M::Columns;
    type Optional = Self;
    const TABLES: u16 = 1;

    fn columns(slot: Slot) -> M::Columns {
        M::columns(slot)
    }

    fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Self> {
        let (at, table) = (*offset, M::table());
        let width = table.mapped().count();
        *offset += width;
        let mut missing = true;
        if table.key.is_empty() {
            for i in 0..width {
                missing &= row.get(at + i)?.is_null();
            }
        } else {
            for i in &*table.key {
                missing &= row.get(at + i)?.is_null();
            }
        }
        if missing {
            Ok(None)
        } else {
            M::decode(row, at).map(Some)
        }
    }
}

/// Adds a table to a shape.
pub trait Push<B> {
    /// The shape with the table added.
    type Out: Shape;
}

impl<M: Model, B: Shape> Push<B> for M {
    type Out = (M, B);
}

impl<M: Model, B: Shape> Push<B> for Option<M> {
    type Out = (Self, B);
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: TypedShape),+> TypedShape for ($($name,)+) {}

        impl<$($name: Shape),+> Shape for ($($name,)+) {
            type Columns = ($($name::Columns,)+);
            type Optional = ($($name::Optional,)+);
            const TABLES: u16 = 0 $(+ $name::TABLES)+;

            fn columns(slot: Slot) -> Self::Columns {
                let mut index = slot.index;
                ($({
                    let at = slot.at(index);
                    index += $name::TABLES;
                    let _ = index;
                    $name::columns(at)
                },)+)
            }

            fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Self> {
                Ok(($($name::decode(row, offset)?,)+))
            }
        }
    };
}

macro_rules! push {
    ($($name:ident)+) => {
        impl<$($name: Shape,)+ Z: Shape> Push<Z> for ($($name,)+) {
            type Out = ($($name,)+ Z);
        }
    };
}

tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
push!(A B);
push!(A B C);
push!(A B C D);
push!(A B C D E);
