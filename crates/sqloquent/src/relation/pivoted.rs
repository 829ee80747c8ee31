//! Related rows with the pivot rows that lead to them.

use std::ops::{Deref, DerefMut};

use sqloquent_core::{Result, RowAccess};

use super::RelatedItem;
use crate::{model::Model, schema::TableDef};

/// A related model with the row of the pivot that leads to it: for pivots that have columns of their own.
///
/// A field of type `Related<Vec<Pivoted<Role, RoleUser>>>` holds them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pivoted<M, P> {
    /// The related model.
    pub model: M,
    /// The pivot row.
    pub pivot: P,
}

impl<M: Model, P: Model> RelatedItem for Pivoted<M, P> {
    type Model = M;

    fn pivot() -> Option<&'static TableDef> {
        Some(P::table())
    }

    fn decode(row: &dyn RowAccess, pivot: usize) -> Result<Self> {
        Ok(Self {
            model: M::decode(row, 0)?,
            pivot: P::decode(row, pivot)?,
        })
    }

    fn model_mut(&mut self) -> &mut M {
        &mut self.model
    }
}

impl<M, P> Deref for Pivoted<M, P> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.model
    }
}

impl<M, P> DerefMut for Pivoted<M, P> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.model
    }
}
