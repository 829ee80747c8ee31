//! Definitions of relations, made when they are first needed.

use std::borrow::Cow;

use crate::{
    expr::Slot,
    model::Model,
    relation::{
        HeldBy, KeyColumns, ListsIds, PointsTo, RelationDef, RelationKind, Via, key_positions, table_of,
    },
};

/// A place for columns that stand in no query.
#[must_use]
pub fn slot() -> Slot {
    Slot::fresh()
}

fn def<O: Model, R: Model>(
    name: &'static str,
    kind: RelationKind,
    owner_key: Box<[usize]>,
    related_key: Box<[usize]>,
    via: Option<Via>,
) -> RelationDef {
    RelationDef {
        name: Cow::Borrowed(name),
        kind,
        owner: table_of::<O>(),
        owner_key,
        related: table_of::<R>(),
        related_key,
        via,
    }
}

fn key_of<M: Model>() -> Box<[usize]> {
    M::table().key.as_ref().into()
}

/// The related rows hold the owner's key.
pub fn has<O: Model, R: Model, A: KeyColumns, B: PointsTo<A>>(
    name: &'static str,
    many: bool,
    owner: &A,
    related: &B,
) -> RelationDef {
    let kind = if many {
        RelationKind::HasMany
    } else {
        RelationKind::HasOne
    };
    let (owner, related) = (
        key_positions(O::table(), owner),
        key_positions(R::table(), related),
    );
    def::<O, R>(name, kind, owner, related, None)
}

/// The related rows hold the keys of rows that hold the owner's key.
pub fn has_through<O: Model, T: Model, R: Model, A: KeyColumns, B: PointsTo<A>, C: KeyColumns>(
    name: &'static str,
    many: bool,
    owner: &A,
    through: &B,
    related: &C,
) -> RelationDef
where
    T::Id: HeldBy<C>,
{
    let kind = if many {
        RelationKind::HasManyThrough
    } else {
        RelationKind::HasOneThrough
    };
    let via = Via {
        table: table_of::<T>(),
        owner_key: key_positions(T::table(), through),
        related_key: key_of::<T>(),
    };
    let (owner, related) = (
        key_positions(O::table(), owner),
        key_positions(R::table(), related),
    );
    def::<O, R>(name, kind, owner, related, Some(via))
}

/// The owner holds the related row's id.
pub fn belongs_to<O: Model, R: Model, A: KeyColumns>(name: &'static str, owner: &A) -> RelationDef
where
    R::Id: HeldBy<A>,
{
    let owner = key_positions(O::table(), owner);
    def::<O, R>(name, RelationKind::BelongsTo, owner, key_of::<R>(), None)
}

/// The owner holds other columns of the related row than its id.
pub fn belongs_to_key<O: Model, R: Model, A: PointsTo<B>, B: KeyColumns>(
    name: &'static str,
    owner: &A,
    related: &B,
) -> RelationDef {
    let (owner, related) = (
        key_positions(O::table(), owner),
        key_positions(R::table(), related),
    );
    def::<O, R>(name, RelationKind::BelongsTo, owner, related, None)
}

/// The rows of a pivot hold both keys.
pub fn belongs_to_many<O: Model, P: Model, R: Model, A: KeyColumns, B: PointsTo<A>, C: KeyColumns>(
    name: &'static str,
    owner: &A,
    first: &B,
    second: &C,
) -> RelationDef
where
    R::Id: HeldBy<C>,
{
    let via = Via {
        table: table_of::<P>(),
        owner_key: key_positions(P::table(), first),
        related_key: key_positions(P::table(), second),
    };
    let owner = key_positions(O::table(), owner);
    def::<O, R>(name, RelationKind::BelongsToMany, owner, key_of::<R>(), Some(via))
}

/// A column of the owner holds a list of ids.
pub fn contains<O: Model, R: Model, A: ListsIds<R::Id>>(name: &'static str, owner: &A) -> RelationDef {
    let owner = key_positions(O::table(), owner);
    def::<O, R>(name, RelationKind::Contains, owner, key_of::<R>(), None)
}

/// A column of the related rows holds a list of ids.
pub fn within<O: Model, R: Model, A: ListsIds<O::Id>>(name: &'static str, related: &A) -> RelationDef {
    let related = key_positions(R::table(), related);
    def::<O, R>(name, RelationKind::Within, key_of::<O>(), related, None)
}
