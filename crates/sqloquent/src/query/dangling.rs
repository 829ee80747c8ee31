//! Ids in lists that lead nowhere.

use std::sync::Arc;

use sqloquent_core::{Error, ErrorKind, Result, ValueRef};

use super::{Decode, Item, JoinKind, Query, Select, lineage};
use crate::{
    dynamic::DynamicModel,
    expr::{Column, Expr, Expression as _, Mistake},
    model::Model,
    record::Record,
    schema::Table,
    types::{IdList, IdListType, SqlType, ValueError, read_id},
};

/// Column types that hold lists of ids of the type `K`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no list of ids of type `{K}`",
    note = "make the field an `IdList` of the other model's ids"
)]
pub trait ListOf<K>: IdListType<Id = K> {}

impl<K> ListOf<K> for IdList<K> {}
#[diagnostic::do_not_recommend]
impl<K> ListOf<K> for Option<IdList<K>> {}

impl<M: Model> Query<M> {
    /// The ids in a column of lists that no row of `B` has, each with the row whose list names it. What is sent reads
    /// through the table once; go through it by [`stream`](Self::stream) or [`chunk`](Self::chunk) where there may be
    /// many.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> { sqloquent::block_on(async {
    /// use sqloquent::{IdList, prelude::*};
    ///
    /// #[derive(Model, Clone, Debug, PartialEq)]
    /// pub struct Step {
    ///     #[model(id(given))]
    ///     pub id: i64,
    ///     pub parent_ids: IdList<i64>,
    /// }
    ///
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.create_tables::<(Step,)>().await?;
    /// let step = Step::new(1, IdList::of([1, 7])?).insert(&db).await?;
    /// let lost = Step::query().dangling_ids::<Step, _>(|s| s.parent_ids).get(&db).await?;
    /// assert_eq!(lost, [(step, 7)]);
    /// # Ok(()) }) }
    /// ```
    pub fn dangling_ids<B: Model, L>(
        mut self,
        list: impl FnOnce(M::Columns) -> Column<M, L>,
    ) -> Query<M, (M, B::Id)>
    where
        L: ListOf<B::Id>,
        B::Id: SqlType,
    {
        let column = list(M::columns(self.select.slot)).into_expr();
        let target = Table::Static(B::table());
        if let Err(e) = dangling(&mut self.select, &column, &target) {
            self.select.fail(Mistake::from_error(&e));
        }
        Query::from_parts(
            self.select,
            Decode::Function(|row| {
                let at = row.column_count() - 1;
                Ok((M::decode(row, 0)?, id(row.get(at)?)?))
            }),
        )
    }
}

impl Query<Record> {
    /// The ids in a column of lists that no row of `target` has, each with the row whose list names it.
    ///
    /// ```
    /// use sqloquent::{Dialect, DynamicModel};
    ///
    /// let steps = DynamicModel::new("steps", ["id", "parent_ids"]);
    /// let lost = steps.query().dangling_ids("parent_ids", &steps);
    /// assert!(lost.to_sql(Dialect::SQLITE)?.0.contains("LEFT JOIN"));
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    pub fn dangling_ids(mut self, list: &str, target: &DynamicModel) -> Query<Record, (Record, String)> {
        let column = self.select.column_expr(list);
        if let Err(e) = dangling(&mut self.select, &column, &target.as_table()) {
            self.select.fail(Mistake::from_error(&e));
        }
        let record = self.decode;
        let decode = Decode::Closure(Arc::new(move |row: &dyn sqloquent_core::RowAccess| {
            let at = row.column_count() - 1;
            Ok((record.row(row)?, row.get(at)?.to_owned().to_string()))
        }));
        Query::from_parts(self.select, decode)
    }
}

/// Joins the ids of the lists, and leaves those that a row of the target has.
fn dangling(select: &mut Select, list: &Expr, target: &Table) -> Result<()> {
    let [id] = *target.key else {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "ids in lists are of one column; the key of `{}` has {}",
                target.model,
                target.key.len()
            ),
        )
        .with_table(target.name.clone().into_owned()));
    };
    let Expr::Column(column) = list else {
        return Ok(());
    };
    let lister = select.base().clone();
    let at = lister
        .position(&column.name)
        .ok_or_else(|| lister.unknown_column(&column.name))?;
    select.items = lineage::whole(select);
    let here = select.sources.len();
    if here > 1 {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            "dangling ids are looked for in one table; leave the joins out",
        ));
    }
    let found = lineage::join_listed(select, &lister, at, (target, id));
    if let Some(join) = &mut select.sources[here + 1].join {
        join.kind = JoinKind::Left;
    }
    select.items.push(Item {
        expr: lineage::columns_at(&select.sources[here].table, select, here, &[0]).remove(0),
        alias: None,
    });
    select.filter.extend(found.into_iter().map(|key| Expr::IsNull {
        operand: Box::new(key),
        negated: false,
    }));
    Ok(())
}

/// An id as the list has it: text, or what the engine made of it.
fn id<T: SqlType>(value: ValueRef<'_>) -> Result<T> {
    let id = match value {
        ValueRef::Text(text) => read_id(text),
        other => T::from_value(other),
    };
    id.map_err(|e: ValueError| Error::new(ErrorKind::Decode, format!("cannot read an id of a list: {e}")))
}
