//! Typed joins.

use super::{Decode, Join, JoinKind, Push, Query, Shape, Source, TypedShape};
use crate::{expr::Expr, model::Model, schema::Table};

macro_rules! joins {
    ($($(#[$doc:meta])* $name:ident $aliased:ident $kind:ident [$($left:tt)+] [$right:ty];)+) => {
        impl<S: TypedShape> Query<S> {$(
            $(#[$doc])*
            pub fn $name<M: Model>(
                self,
                on: impl FnOnce(<<$($left)+ as Push<$right>>::Out as Shape>::Columns) -> Expr,
            ) -> Query<<$($left)+ as Push<$right>>::Out>
            where
                $($left)+: Push<$right>,
            {
                self.joined::<M, <$($left)+ as Push<$right>>::Out>(JoinKind::$kind, None, on)
            }

            /// The same under a name, so that a table can be joined to itself and its columns told apart by name.
            pub fn $aliased<M: Model>(
                self,
                alias: &'static str,
                on: impl FnOnce(<<$($left)+ as Push<$right>>::Out as Shape>::Columns) -> Expr,
            ) -> Query<<$($left)+ as Push<$right>>::Out>
            where
                $($left)+: Push<$right>,
            {
                self.joined::<M, <$($left)+ as Push<$right>>::Out>(JoinKind::$kind, Some(alias), on)
            }
        )+}
    };
}

joins! {
    /// Joins a model: rows become tuples of those that match.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let rows: Vec<(User, Post)> = User::query().join::<Post>(|(u, p)| u.id.eq(p.user_id)).get(&db).await?;
    /// # Ok(()) }) }
    /// ```
    join join_as Inner [S] [M];
    /// Joins a model that may be missing: `Option` where nothing matches.
    left_join left_join_as Left [S] [Option<M>];
    /// Joins a model of which all rows are kept: what was there before becomes `Option`.
    right_join right_join_as Right [S::Optional] [M];
    /// Joins a model and keeps all rows of both sides.
    full_join full_join_as Full [S::Optional] [Option<M>];
}

impl<S: TypedShape> Query<S> {
    /// Joins every row with every row of a model.
    pub fn cross_join<M: Model>(self) -> Query<<S as Push<M>>::Out>
    where
        S: Push<M>,
    {
        self.add::<M, <S as Push<M>>::Out>(
            None,
            Join {
                kind: JoinKind::Cross,
                on: None,
            },
        )
    }

    fn joined<M: Model, Out: Shape>(
        self,
        kind: JoinKind,
        alias: Option<&'static str>,
        on: impl FnOnce(Out::Columns) -> Expr,
    ) -> Query<Out> {
        let on = on(Out::columns(self.select.slot));
        self.add::<M, Out>(alias, Join { kind, on: Some(on) })
    }

    fn add<M: Model, Out: Shape>(self, alias: Option<&'static str>, join: Join) -> Query<Out> {
        let mut select = self.into_select_alone();
        select.sources.push(Source {
            table: Table::Static(M::table()),
            alias: alias.map(Into::into),
            join: Some(join),
        });
        Query::from_parts(select, Decode::Function(|row| Out::decode(row, &mut 0)))
    }
}
