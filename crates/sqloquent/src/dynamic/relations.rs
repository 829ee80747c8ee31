//! Relations between dynamic models: declared at run time, loaded into records by name.

mod columns;
mod declare;
mod declared;
mod handle;
mod include;
mod load;
mod look;
mod member;
mod names;
mod related;

pub use columns::ColumnNames;
pub use declare::DeclareRelation;
pub(crate) use declared::{Declared, DynamicRelation};
pub use handle::{RecordRef, RecordRelation};
pub use include::RelationPaths;
pub use member::{RecordMember, RelationEnd};
pub(crate) use related::RelatedRecords;
