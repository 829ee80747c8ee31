//! The kinds of relation, as a value and as types.

use std::marker::PhantomData;

/// How two tables are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelationKind {
    /// The related row holds the owner's key; there is one at most.
    HasOne,
    /// The related rows hold the owner's key.
    HasMany,
    /// The row holds the key of the related one.
    BelongsTo,
    /// The rows of a pivot table hold both keys.
    BelongsToMany,
    /// A column holds the keys of the related rows as a list.
    Contains,
    /// A column of the related rows holds a list that the row's key is in.
    Within,
    /// The related row holds the key of a row that holds the owner's key; there is one at most.
    HasOneThrough,
    /// The related rows hold the keys of rows that hold the owner's key.
    HasManyThrough,
}

impl RelationKind {
    /// The name as in attributes: `has_many`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HasOne => "has_one",
            Self::HasMany => "has_many",
            Self::BelongsTo => "belongs_to",
            Self::BelongsToMany => "belongs_to_many",
            Self::Contains => "contains",
            Self::Within => "within",
            Self::HasOneThrough => "has_one_through",
            Self::HasManyThrough => "has_many_through",
        }
    }

    /// Whether a row is related to one other at most.
    #[must_use]
    pub const fn is_one(self) -> bool {
        matches!(self, Self::HasOne | Self::BelongsTo | Self::HasOneThrough)
    }
}

/// A kind of relation as a type: says what can be done with the relation.
pub trait RelationType: Send + Sync + 'static {
    /// The kind as a value.
    const KIND: RelationKind;
}

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident $(<$p:ident>)?;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name $(<$p>(PhantomData<fn() -> $p>))?;

        impl $(<$p: 'static>)? RelationType for $name $(<$p>)? {
            const KIND: RelationKind = RelationKind::$name;
        }
    )+};
}

types! {
    /// [`RelationKind::HasOne`] as a type.
    HasOne;
    /// [`RelationKind::HasMany`] as a type.
    HasMany;
    /// [`RelationKind::BelongsTo`] as a type.
    BelongsTo;
    /// [`RelationKind::BelongsToMany`] by the pivot `P` as a type.
    BelongsToMany<P>;
    /// [`RelationKind::Contains`] as a type.
    Contains;
    /// [`RelationKind::Within`] as a type.
    Within;
    /// [`RelationKind::HasOneThrough`] by the model `T` as a type.
    HasOneThrough<T>;
    /// [`RelationKind::HasManyThrough`] by the model `T` as a type.
    HasManyThrough<T>;
}
