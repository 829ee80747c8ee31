//! Relations between dynamic models: declared at run time, loaded into records by name.

mod columns;
mod declare;
mod declared;
mod include;
mod load;
mod look;
mod names;
mod related;

pub use columns::ColumnNames;
pub use declare::DeclareRelation;
pub(crate) use declared::{Declared, DynamicRelation};
pub use include::RelationPaths;
pub(crate) use related::RelatedRecords;
