//! Ancestors and descendants of models.

use sqloquent_core::{Result, Value};

use super::{IntoParentLink, Start, Walk};
use crate::{
    expr::{Expr, Mistake},
    model::{Key, Model},
    query::{Decode, Item, Query, Select, read},
    schema::Table,
};

macro_rules! walks {
    ($($(#[$doc:meta])* $one:ident $each:ident $depths:ident $up:literal $word:literal;)+) => {
        impl<M: Model> Query<M> {$(
            $(#[$doc])*
            pub fn $one<V, L: IntoParentLink<M>>(
                self,
                id: V,
                depth: impl Into<Option<u32>>,
                link: impl FnOnce(M::Columns) -> L,
            ) -> Self
            where
                M::Id: Key<V>,
            {
                let start = key::<M, V>(id);
                self.walked(start, depth.into(), link, $up)
            }

            #[doc = concat!("The same from each row of a query: ", $word, " any of them.")]
            pub fn $each<L: IntoParentLink<M>>(
                self,
                rows: Self,
                depth: impl Into<Option<u32>>,
                link: impl FnOnce(M::Columns) -> L,
            ) -> Self {
                self.walked(Ok(Start::Rows(Box::new(rows.select))), depth.into(), link, $up)
            }

            #[doc = concat!("The same with the number of steps to each row, by the shortest way: ", $word, " the row with the id.")]
            ///
            /// Order by it as `"lineage.depth"`.
            pub fn $depths<V, L: IntoParentLink<M>>(
                self,
                id: V,
                depth: impl Into<Option<u32>>,
                link: impl FnOnce(M::Columns) -> L,
            ) -> Query<M, (M, i64)>
            where
                M::Id: Key<V>,
            {
                let start = key::<M, V>(id);
                self.walked_with_depth(start, depth.into(), link, $up)
            }
        )+}
    };
}

walks! {
    /// Only rows above the row with the id: its parents, their parents, and so on; at most so many steps above, or all
    /// with `None`. The closure gives the column that names parents.
    ///
    /// Rows that are reached in several ways come once. A row that is above itself, as in data with cycles, is one of its
    /// ancestors. Ids that lead nowhere are passed over.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> { sqloquent::block_on(async {
    /// use sqloquent::prelude::*;
    ///
    /// #[derive(Model, Clone, Debug, PartialEq)]
    /// #[model(table = "staff")]
    /// pub struct Person {
    ///     #[model(id(given))]
    ///     pub id: i64,
    ///     pub boss_id: Option<i64>,
    /// }
    ///
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.create_tables::<(Person,)>().await?;
    /// let staff = [(1, None), (2, Some(1)), (3, Some(2))];
    /// Person::insert_many(&db, staff.map(|(id, boss_id)| Person { id, boss_id })).await?;
    ///
    /// let above = Person::query().ancestors_of(3, None, |p| p.boss_id).order_by("id", Asc).get(&db).await?;
    /// assert_eq!(above.iter().map(|p| p.id).collect::<Vec<_>>(), [1, 2]);
    /// assert_eq!(Person::query().descendants_of(1, 1, |p| p.boss_id).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    ancestors_of ancestors_of_each ancestors_with_depth true "those above";
    /// Only rows below the row with the id: its children, their children, and so on; at most so many steps below, or all
    /// with `None`. The closure gives the column that names parents. See [`ancestors_of`](Self::ancestors_of).
    descendants_of descendants_of_each descendants_with_depth false "those below";
}

fn key<M: Model, V>(id: V) -> Result<Start>
where
    M::Id: Key<V>,
{
    let key: Vec<Value> = <M::Id as Key<V>>::key_values(id)?;
    // Says what is wrong with a model that has no key.
    crate::compile::by_key(&Table::Static(M::table()), key.clone())?;
    Ok(Start::Key(key))
}

fn walk<M: Model, L: IntoParentLink<M>>(
    select: &Select,
    start: Result<Start>,
    depth: Option<u32>,
    link: impl FnOnce(M::Columns) -> L,
    up: bool,
) -> Result<Walk> {
    Ok(Walk {
        table: Table::Static(M::table()),
        link: link(M::columns(select.slot)).into_parent_link(),
        up,
        start: start?,
        depth,
    })
}

impl<M: Model> Query<M> {
    fn walked<L: IntoParentLink<M>>(
        mut self,
        start: Result<Start>,
        depth: Option<u32>,
        link: impl FnOnce(M::Columns) -> L,
        up: bool,
    ) -> Self {
        let condition = walk::<M, L>(&self.select, start, depth, link, up)
            .and_then(|walk| walk.condition(&self.select))
            .unwrap_or_else(|e| Expr::Mistake(Box::new(Mistake::from_error(&e))));
        self.select.filter.push(condition);
        self
    }

    fn walked_with_depth<L: IntoParentLink<M>>(
        mut self,
        start: Result<Start>,
        depth: Option<u32>,
        link: impl FnOnce(M::Columns) -> L,
        up: bool,
    ) -> Query<M, (M, i64)> {
        let joined = walk::<M, L>(&self.select, start, depth, link, up)
            .and_then(|walk| walk.join_depth(&mut self.select));
        match joined {
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
        Query::from_parts(
            self.select,
            Decode::Function(|row| Ok((M::decode(row, 0)?, read(row, row.column_count() - 1)?))),
        )
    }
}

/// All mapped columns of the base table.
pub(in crate::query) fn whole(select: &Select) -> Vec<Item> {
    let table = select.base();
    let all: Vec<usize> = (0..table.mapped().count()).collect();
    super::items(super::columns_at(table, select, 0, &all))
}
