//! Relations narrowed, counted and looked into.

use std::{marker::PhantomData, sync::Arc};

use super::{
    Includes, IntoIncludes, RelatedContent, RelatedItem, RelationDef, RelationField,
    load::{DefRef, Loaded},
    statement::correlate,
};
use crate::{
    expr::{Direction, Expr, Expression, Mistake, Order, TypedExpr, count_all},
    model::Model,
    query::{Item, Query, Select},
    types::{NumberType, OrderedType},
};

/// The model at the other end of a relation that holds a `C`.
pub(super) type ModelOf<C> = <<C as RelatedContent>::Item as RelatedItem>::Model;

/// A relation that is narrowed, or with which more is loaded: what [`RelationField::only`] and
/// [`RelationField::with`] give.
#[must_use = "return it from the closure that was handed the relation"]
pub struct Included<O: 'static, C: RelatedContent + 'static, K>
where
    C::Item: RelatedItem,
{
    field: RelationField<O, C, K>,
    query: Query<ModelOf<C>>,
    kind: PhantomData<fn() -> K>,
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> std::fmt::Debug for Included<O, C, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Included")
            .field("relation", &self.field)
            .field("query", &self.query)
            .finish()
    }
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> RelationField<O, C, K> {
    fn included(self) -> Included<O, C, K> {
        Included {
            field: self,
            query: Query::new(),
            kind: PhantomData,
        }
    }
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> Included<O, C, K> {
    /// Narrows the related rows by a query: conditions, order, and a limit that holds for each owner.
    pub fn only(mut self, narrow: impl FnOnce(Query<ModelOf<C>>) -> Query<ModelOf<C>>) -> Self {
        self.query = narrow(self.query);
        self
    }

    /// Loads relations of the related rows, too.
    pub fn with<I: IntoIncludes<ModelOf<C>>>(
        mut self,
        relations: impl FnOnce(<ModelOf<C> as Model>::Columns) -> I,
    ) -> Self {
        self.query = self.query.with(relations);
        self
    }

    fn def(&self) -> &'static RelationDef {
        self.field.def()
    }

    /// The related rows of the row that the query around stands on.
    fn correlated(self) -> Select {
        let mut select = self.query.select;
        if !self.query.includes.is_empty() {
            select.fail(Mistake::query(format!(
                "`{}` is looked into here, not loaded; leave out `with`",
                self.field.def().path()
            )));
        }
        correlate(self.field.def(), select, self.field.slot())
    }

    fn scalar<T>(self, of: impl FnOnce(<ModelOf<C> as Model>::Columns) -> Expr) -> TypedExpr<T> {
        let expr = of(ModelOf::<C>::columns(self.query.select.slot));
        let limited = self.query.select.limit.is_some() || self.query.select.offset.is_some();
        let path = self.def().path();
        let mut select = self.correlated();
        if limited {
            select.fail(Mistake::query(format!(
                "`{path}` is counted or summed here as a whole; leave out the limit"
            )));
        }
        select.order.clear();
        select.items = vec![Item { expr, alias: None }];
        TypedExpr::new(Expr::Scalar(Box::new(select)))
    }
}

/// What relations give as expressions, narrowed or not.
macro_rules! expressions {
    ($type:ident $into:ident) => {
        impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> $type<O, C, K> {
            /// Whether there is any related row, as a condition.
            pub fn exists(self) -> Expr {
                Expr::Exists {
                    query: Box::new(self.$into().correlated()),
                    negated: false,
                }
            }

            /// Whether there is no related row, as a condition.
            pub fn is_empty(self) -> Expr {
                Expr::Exists {
                    query: Box::new(self.$into().correlated()),
                    negated: true,
                }
            }

            /// How many related rows there are.
            pub fn count(self) -> TypedExpr<i64> {
                self.$into().scalar(|_| count_all().into_expr())
            }

            /// The sum of a column or expression over the related rows; `None` when there are none.
            pub fn sum<E: Expression>(
                self,
                of: impl FnOnce(<ModelOf<C> as Model>::Columns) -> E,
            ) -> TypedExpr<Option<<E::Type as NumberType>::Sum>>
            where
                E::Type: NumberType,
            {
                self.$into().scalar(|c| of(c).sum().into_expr())
            }

            /// The mean of a column or expression over the related rows; `None` when there are none.
            pub fn avg<E: Expression>(
                self,
                of: impl FnOnce(<ModelOf<C> as Model>::Columns) -> E,
            ) -> TypedExpr<Option<f64>>
            where
                E::Type: NumberType,
            {
                self.$into().scalar(|c| of(c).avg().into_expr())
            }

            /// The least value of a column or expression over the related rows; `None` when there are none.
            pub fn min<E: Expression>(
                self,
                of: impl FnOnce(<ModelOf<C> as Model>::Columns) -> E,
            ) -> TypedExpr<<E::Type as OrderedType>::Nullable>
            where
                E::Type: OrderedType,
            {
                self.$into().scalar(|c| of(c).min().into_expr())
            }

            /// The greatest value of a column or expression over the related rows; `None` when there are none.
            pub fn max<E: Expression>(
                self,
                of: impl FnOnce(<ModelOf<C> as Model>::Columns) -> E,
            ) -> TypedExpr<<E::Type as OrderedType>::Nullable>
            where
                E::Type: OrderedType,
            {
                self.$into().scalar(|c| of(c).max().into_expr())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> RelationExpr<O> for $type<O, C, K> {
            fn any_related(self) -> Expr {
                self.exists()
            }

            fn count_related(self) -> TypedExpr<i64> {
                self.count()
            }
        }
    };
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> Included<O, C, K> {
    fn itself(self) -> Self {
        self
    }
}

/// A relation, narrowed or not, that conditions and counts can be made of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation of `{O}`",
    note = "return a relation field, such as `|u| u.posts`"
)]
pub trait RelationExpr<O> {
    /// Whether there is any related row, as a condition.
    fn any_related(self) -> Expr;

    /// How many related rows there are.
    fn count_related(self) -> TypedExpr<i64>;
}

expressions!(RelationField included);
expressions!(Included itself);

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> RelationField<O, C, K> {
    /// Narrows the related rows by a query: conditions, order, and a limit that holds for each owner.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let users = User::query()
    ///     .with(|u| u.posts.only(|q| q.contains("title", "engine").order_by("id", Desc).limit(3)))
    ///     .get(&db)
    ///     .await?;
    /// assert_eq!(users[0].posts.try_get()?.len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn only(self, narrow: impl FnOnce(Query<ModelOf<C>>) -> Query<ModelOf<C>>) -> Included<O, C, K> {
        self.included().only(narrow)
    }

    /// Loads relations of the related rows, too.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let users = User::query().with(|u| u.posts.with(|p| p.user)).get(&db).await?;
    /// let post = &users[0].posts.try_get()?[0];
    /// assert_eq!(post.user.try_get()?.as_ref(), Some(&ada));
    /// # Ok(()) }) }
    /// ```
    pub fn with<I: IntoIncludes<ModelOf<C>>>(
        self,
        relations: impl FnOnce(<ModelOf<C> as Model>::Columns) -> I,
    ) -> Included<O, C, K> {
        self.included().with(relations)
    }
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> IntoIncludes<O> for RelationField<O, C, K> {
    fn include(self, into: &mut Includes<O>) {
        self.included().include(into);
    }
}

impl<O: Model, C: RelatedContent<Item: RelatedItem>, K> IntoIncludes<O> for Included<O, C, K> {
    fn include(self, into: &mut Includes<O>) {
        into.0.push(Arc::new(loaded(self.field, self.query)));
    }
}

/// A typed relation as it is to be loaded.
pub(super) fn loaded<O: Model, C: RelatedContent<Item: RelatedItem>, K>(
    field: RelationField<O, C, K>,
    query: Query<ModelOf<C>>,
) -> Loaded<O, C> {
    let (def, mut select) = (field.def(), query.select);
    if !C::MANY && select.order.is_empty() {
        // Where there are several against the declaration, it is the same one each time.
        let key = super::def::columns_at(&def.related, &def.related.key, select.slot);
        let by_key = key
            .into_iter()
            .map(|c| Order::new(Expr::Column(c), Direction::Asc));
        select.order.extend(by_key);
    }
    Loaded {
        def: DefRef::Static(def),
        ends: Box::new(field.meta()),
        select,
        pivot: C::Item::pivot().is_some(),
        decode: Arc::new(C::Item::decode),
        nested: query.includes.within(C::Item::model_mut),
    }
}
