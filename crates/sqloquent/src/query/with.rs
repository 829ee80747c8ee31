//! Relations of the rows of a query: loaded with them, looked into, counted.

use sqloquent_core::Result;

use super::{Decode, Item, Query, Selection};
use crate::{
    expr::{Expr, Mistake},
    model::Model,
    relation::{IntoIncludes, RelationExpr},
};

impl<M: Model> Query<M> {
    /// Loads relations together with the rows: one more statement for each relation, whatever the number of rows, all
    /// from one state of the database.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let users = User::query().with(|u| u.posts).get(&db).await?;
    /// assert_eq!(users[0].posts.try_get()?[0].title, "On engines");
    /// # Ok(()) }) }
    /// ```
    ///
    /// Several are returned as a tuple; [`only`](crate::relation::RelationField::only) narrows, orders and limits the
    /// related rows; [`with`](crate::relation::RelationField::with) on a relation loads relations of the related rows.
    pub fn with<I: IntoIncludes<M>>(mut self, relations: impl FnOnce(M::Columns) -> I) -> Self {
        relations(M::columns(self.select.slot)).include(&mut self.includes);
        self
    }

    /// Only rows that have related ones. To narrow those: `where_has(|u| u.posts.only(|q| …))`.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let authors = User::query().where_has(|u| u.posts.only(|q| q.contains("title", "engine"))).get(&db).await?;
    /// assert_eq!(authors, [ada]);
    /// # Ok(()) }) }
    /// ```
    pub fn where_has<X: RelationExpr<M>>(self, relation: impl FnOnce(M::Columns) -> X) -> Self {
        self.filter(|columns| relation(columns).any_related())
    }

    /// Only rows that have no related ones.
    pub fn doesnt_have<X: RelationExpr<M>>(self, relation: impl FnOnce(M::Columns) -> X) -> Self {
        self.filter(|columns| !relation(columns).any_related())
    }

    /// Counts related rows with each row: rows become `(M, i64)`.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let rows: Vec<(User, i64)> = User::query().with_count(|u| u.posts).get(&db).await?;
    /// assert_eq!(rows, [(ada, 1)]);
    /// # Ok(()) }) }
    /// ```
    pub fn with_count<X: RelationExpr<M>>(
        self,
        relation: impl FnOnce(M::Columns) -> X,
    ) -> Query<M, (M, i64)> {
        self.select_also(|columns| relation(columns).count_related())
    }

    /// Selects expressions beside the whole row: rows become `(M, …)`. For aggregates of relations, as in
    /// `select_also(|u| (u.posts.count(), u.posts.max(|p| p.id)))`.
    pub fn select_also<X: Selection>(self, columns: impl FnOnce(M::Columns) -> X) -> Query<M, (M, X::Row)> {
        let mut exprs = Vec::new();
        columns(M::columns(self.select.slot)).exprs(&mut exprs);
        let mut select = self.select;
        let all: Vec<usize> = (0..M::table().mapped().count()).collect();
        let whole = crate::relation::columns_at(M::table(), &all, select.slot);
        select.items = whole
            .into_iter()
            .map(Expr::Column)
            .chain(exprs)
            .map(|expr| Item { expr, alias: None })
            .collect();
        let decode = Decode::Function(|row| {
            let mut offset = M::table().mapped().count();
            Ok((M::decode(row, 0)?, X::decode(row, &mut offset)?))
        });
        let mut query = Query::from_parts(select, decode);
        query.includes = self.includes.within(|row: &mut (M, X::Row)| &mut row.0);
        query
    }
}

impl<S, T> Query<S, T> {
    /// The tree for rows of another type, which cannot hold what was to be loaded with these.
    pub(crate) fn into_select_alone(mut self) -> super::Select {
        if !self.includes.is_empty() {
            self.select.fail(Mistake::query(
                "relations are loaded into whole models; leave out `with`, or what selects, joins or reads otherwise",
            ));
        }
        self.select
    }

    /// What loads the relations of the rows.
    pub(crate) fn loaders(
        &self,
        dialect: sqloquent_core::Dialect,
    ) -> Result<Vec<Box<dyn crate::relation::Loader<T>>>> {
        self.includes.loaders(dialect, false)
    }
}
