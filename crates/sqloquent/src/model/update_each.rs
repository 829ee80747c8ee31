//! Updating many rows by their keys, each with values of its own.

use sqloquent_core::{Result, Value};

use super::{Key, Model};
use crate::{
    call::Call,
    executor::Executor,
    expr::Column,
    query::Query,
    schema::{ColumnDef, TableDef},
    types::{Comparable, operand_value},
    write::{self, Each, Origin},
};

/// What the closure of [`update_each`](Model::update_each) may return: a column of the model `M`, or a tuple of up to
/// eight, that can be set to a `V` in each row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be set to `{V}` in each row",
    label = "the values of a row do not fit the columns",
    note = "return a column, with rows of a key and a value, or a tuple of columns, with rows of a key and a tuple of as many values"
)]
pub trait Settable<M, V> {
    /// The columns, in order.
    fn defs(&self, into: &mut Vec<&'static ColumnDef>);

    /// Adds the values of a row, in the order of the columns.
    ///
    /// # Errors
    /// A value that the engine cannot hold; an expression.
    fn add_values(row: V, into: &mut Vec<Value>) -> Result<()>;
}

fn value<T: Comparable<V>, V>(value: V) -> Result<Value> {
    operand_value::<T, V>(
        value,
        "the rows of `update_each` are set to values, not to expressions; use the `update` of a query for those",
    )
}

impl<M, T: Comparable<V>, V> Settable<M, V> for Column<M, T> {
    fn defs(&self, into: &mut Vec<&'static ColumnDef>) {
        into.push(self.def());
    }

    fn add_values(row: V, into: &mut Vec<Value>) -> Result<()> {
        into.push(value::<T, V>(row)?);
        Ok(())
    }
}

macro_rules! tuples {
    ($($t:ident $v:ident $i:tt),+) => {
        impl<Model, $($t: Comparable<$v>, $v),+> Settable<Model, ($($v,)+)> for ($(Column<Model, $t>,)+) {
            fn defs(&self, into: &mut Vec<&'static ColumnDef>) {
                $(into.push(self.$i.def());)+
            }

            fn add_values(row: ($($v,)+), into: &mut Vec<Value>) -> Result<()> {
                $(into.push(value::<$t, $v>(row.$i)?);)+
                Ok(())
            }
        }
    };
}

tuples!(A VA 0);
tuples!(A VA 0, B VB 1);
tuples!(A VA 0, B VB 1, C VC 2);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7);

#[track_caller]
pub(super) fn update_each<'a, M, X, K, V>(
    db: &'a dyn Executor,
    columns: impl FnOnce(M::Columns) -> X,
    rows: impl IntoIterator<Item = (K, V)>,
) -> Call<'a, u64>
where
    M: Model,
    M::Id: Key<K>,
    X: Settable<M, V>,
{
    let query = Query::<M>::new();
    let mut defs = Vec::new();
    columns(M::columns(query.slot())).defs(&mut defs);
    let each = gathered::<M, X, K, V>(&defs, rows);
    write::update_each(Origin::here(db), query.tree(), each)
}

fn gathered<M, X, K, V>(defs: &[&ColumnDef], rows: impl IntoIterator<Item = (K, V)>) -> Result<Each>
where
    M: Model,
    M::Id: Key<K>,
    X: Settable<M, V>,
{
    let table: &TableDef = M::table();
    let position = |def: &&ColumnDef| {
        table
            .position(&def.name)
            .ok_or_else(|| table.unknown_column(&def.name))
    };
    let columns = defs.iter().map(position).collect::<Result<_>>()?;
    let mut each = Each::new(table, columns)?;
    let rows = rows.into_iter();
    each.reserve(table, rows.size_hint().0);
    for (key, values) in rows {
        each.add(
            table,
            |into| X::add_values(values, into),
            |into| M::Id::add_key_values(key, into),
        )?;
    }
    Ok(each)
}
