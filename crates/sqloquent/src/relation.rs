//! Relations: how rows of one table lead to rows of another.
//!
//! A field of type [`Related`] with an attribute such as `#[model(has_many)]` declares one. What is known of it is a
//! [`RelationDef`], the same for typed and dynamic models; closures are handed it as a [`RelationField`] beside the
//! columns.

mod changes;
mod content;
mod def;
mod field;
mod handle;
mod include;
mod included;
mod key;
mod key_index;
mod kind;
mod known;
mod list;
mod load;
mod member;
mod pivoted;
mod related;
mod rows;
mod save;
mod statement;

pub(crate) use changes::Changes;
pub(crate) use content::table_of;
pub use content::{RelatedContent, RelatedItem};
pub(crate) use def::columns_at;
pub use def::{RelationDef, Via};
pub use field::{RelationField, RelationMeta};
pub use handle::{OwnerRef, Relation, Savable, ToMany, ToOne};
pub(crate) use include::{Include, Loader};
pub use include::{Includes, IntoIncludes};
pub use included::{Included, RelationExpr};
pub(crate) use key::positions as key_positions;
pub use key::{HeldBy, KeyColumns, ListsIds, PointsTo};
pub use kind::{
    BelongsTo, BelongsToMany, Contains, HasMany, HasManyThrough, HasOne, HasOneThrough, RelationKind,
    RelationType, Within,
};
pub(crate) use known::{KEY_COLUMNS, KnownColumns};
pub(crate) use load::{DefRef, Ends, Loaded, Loading};
pub(crate) use member::Given;
pub use member::{ById, ByModel, Member};
pub use pivoted::Pivoted;
pub use related::{Related, RelationName};
pub(crate) use rows::ValueRows;
pub(crate) use save::Saving;
pub(crate) use statement::{correlate, of_owner};
