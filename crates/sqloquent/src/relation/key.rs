//! Columns that hold keys: found by the compiler, checked by it against the keys that they hold.

use crate::{
    expr::Column,
    query::ListOf,
    schema::{ColumnDef, TableDef},
    types::Comparable,
};

/// A tuple of typed columns of one table.
pub trait KeyColumns {
    /// What is known of each.
    fn defs(&self) -> Vec<&'static ColumnDef>;
}

/// Columns that hold a key made of the columns `K`.
#[diagnostic::on_unimplemented(
    message = "the columns `{Self}` cannot hold the key `{K}`",
    note = "there are as many columns as the key has, of the same types"
)]
pub trait PointsTo<K>: KeyColumns {}

/// A model's id that columns `C` of another table can hold.
#[diagnostic::on_unimplemented(
    message = "an id of type `{Self}` cannot be held by the columns `{C}`",
    note = "there are as many columns as the id has, of the same types; name them with `key(a, b)`"
)]
pub trait HeldBy<C: KeyColumns> {}

/// A column that holds a list of ids `K`.
#[diagnostic::on_unimplemented(
    message = "the columns `{Self}` hold no list of ids of type `{K}`",
    note = "make the field an `IdList` of the related model's ids, and name it with `key = …`"
)]
pub trait ListsIds<K>: KeyColumns {}

impl<M, L: ListOf<K>, K> ListsIds<K> for (Column<M, L>,) {}

impl<M, A> KeyColumns for (Column<M, A>,) {
    fn defs(&self) -> Vec<&'static ColumnDef> {
        vec![self.0.def()]
    }
}

#[diagnostic::do_not_recommend]
impl<M, A, N, B> PointsTo<(Column<N, B>,)> for (Column<M, A>,) where A: Comparable<Column<N, B>> {}

#[diagnostic::do_not_recommend]
impl<I, M, A> HeldBy<(Column<M, A>,)> for I where A: Comparable<Column<M, I>> {}

macro_rules! composite {
    ($($a:ident $b:ident $i:ident $at:tt),+) => {
        impl<Z, $($a),+> KeyColumns for ($(Column<Z, $a>,)+) {
            fn defs(&self) -> Vec<&'static ColumnDef> {
                vec![$(self.$at.def()),+]
            }
        }
        #[diagnostic::do_not_recommend]
        impl<Z, Y, $($a, $b),+> PointsTo<($(Column<Y, $b>,)+)> for ($(Column<Z, $a>,)+)
        where
            $($a: Comparable<Column<Y, $b>>),+
        {
        }
        #[diagnostic::do_not_recommend]
        impl<Z, $($a, $i),+> HeldBy<($(Column<Z, $a>,)+)> for ($($i,)+)
        where
            $($a: Comparable<Column<Z, $i>>),+
        {
        }
    };
}

composite!(A1 B1 I1 0, A2 B2 I2 1);
composite!(A1 B1 I1 0, A2 B2 I2 1, A3 B3 I3 2);
composite!(A1 B1 I1 0, A2 B2 I2 1, A3 B3 I3 2, A4 B4 I4 3);

/// The positions of typed columns in their table.
pub(crate) fn positions(table: &TableDef, columns: &impl KeyColumns) -> Box<[usize]> {
    let defs = columns.defs();
    defs.iter().filter_map(|d| table.position(&d.name)).collect()
}
