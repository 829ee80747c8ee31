//! Relation fields: their attributes, what they resolve to, the code for them.

mod attribute;
mod emit;
mod resolve;

pub(crate) use attribute::{RELATIONS, RelationAttribute};
pub(super) use emit::{Emitted, emit};
pub(crate) use resolve::{Keys, Relation, RelationField};
