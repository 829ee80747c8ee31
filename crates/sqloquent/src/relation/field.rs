//! Relations as closures are handed them, beside the columns.

use std::{fmt, marker::PhantomData};

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{Related, RelationDef};
use crate::{expr::Slot, schema::Generated};

/// What the derive knows of a relation from the owner `O` to what the field holds, `C`. Made of functions, so that the
/// constants of two models may mention each other.
#[derive(Debug)]
pub struct RelationMeta<O, C> {
    def: fn() -> &'static RelationDef,
    get: fn(&O) -> &Related<C>,
    get_mut: fn(&mut O) -> &mut Related<C>,
    key: fn(&O, &mut Vec<Value>) -> Result<()>,
}

impl<O, C> RelationMeta<O, C> {
    /// For the derive.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        def: fn() -> &'static RelationDef,
        get: fn(&O) -> &Related<C>,
        get_mut: fn(&mut O) -> &mut Related<C>,
        key: fn(&O, &mut Vec<Value>) -> Result<()>,
    ) -> Self {
        Self {
            def,
            get,
            get_mut,
            key,
        }
    }

    /// What is known of the relation.
    #[must_use]
    pub fn def(&self) -> &'static RelationDef {
        (self.def)()
    }

    pub(crate) fn get<'o>(&self, owner: &'o O) -> &'o Related<C> {
        (self.get)(owner)
    }

    pub(crate) fn get_mut<'o>(&self, owner: &'o mut O) -> &'o mut Related<C> {
        (self.get_mut)(owner)
    }

    /// The values of the owner's columns that take part. An error for an owner that has no id yet.
    pub(crate) fn key(&self, owner: &O) -> Result<Vec<Value>> {
        let mut values = Vec::with_capacity(1);
        (self.key)(owner, &mut values)?;
        let def = self.def();
        let unset = |(&i, value): (&usize, &Value)| {
            let counted = def.owner.columns[i].generated == Generated::Increment;
            counted && matches!(value, Value::Int(0) | Value::Null)
        };
        if def.owner_key.iter().zip(&values).any(unset) {
            return Err(no_id(def));
        }
        Ok(values)
    }
}

#[cold]
fn no_id(def: &RelationDef) -> Error {
    let model = &def.owner.model;
    Error::new(
        ErrorKind::NotFound,
        format!(
            "this `{model}` has no id yet, so nothing is related to it by `{}`; insert it first",
            def.path()
        ),
    )
    .with_table(def.owner.name.clone().into_owned())
}

/// A relation of the model `O` whose field holds a `C`; `K` is its kind. Handed to closures beside the columns:
/// `|u| u.posts`.
pub struct RelationField<O: 'static, C: 'static, K> {
    slot: Slot,
    meta: &'static RelationMeta<O, C>,
    kind: PhantomData<fn() -> K>,
}

impl<O, C, K> Clone for RelationField<O, C, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<O, C, K> Copy for RelationField<O, C, K> {}

impl<O, C, K> fmt::Debug for RelationField<O, C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RelationField").field(&self.def().path()).finish()
    }
}

impl<O, C, K> RelationField<O, C, K> {
    /// For the derive: a relation at a place in a query.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(slot: Slot, meta: &'static RelationMeta<O, C>) -> Self {
        Self {
            slot,
            meta,
            kind: PhantomData,
        }
    }

    /// What is known of the relation.
    #[must_use]
    pub fn def(&self) -> &'static RelationDef {
        self.meta.def()
    }

    pub(crate) const fn meta(&self) -> &'static RelationMeta<O, C> {
        self.meta
    }

    pub(crate) const fn slot(&self) -> Slot {
        self.slot
    }
}
