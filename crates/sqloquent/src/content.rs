//! Content-addressed records: rows whose id is the SHA-256 of what they hold.
//!
//! ```
//! use sqloquent::{ContentId, prelude::*};
//!
//! #[derive(Model, Clone, Debug, PartialEq)]
//! #[model(hashed, exclude_from_hash = ["note"])]
//! struct Doc {
//!     #[model(id)]
//!     id: ContentId,
//!     title: String,
//!     note: Option<String>,
//! }
//!
//! # fn main() -> Result<()> {
//! let a = Doc::new("Notes");
//! let b = Doc { note: Some("mine".into()), ..Doc::new("Notes") };
//! assert_eq!(a.id, b.id, "the note is no part of the content");
//! assert_eq!(a.id, a.content_id()?);
//! assert!(a.is_intact());
//! # Ok(()) }
//! ```

mod archive;
#[cfg(feature = "derive")]
mod attachment;
#[cfg(feature = "derive")]
mod deleted;
mod hash;
mod id;
mod json;
mod model;
mod packed_row;
mod piece;
mod tables;
#[cfg(feature = "derive")]
mod version;

pub(crate) use archive::{archived, key_text, key_value, linked, only_key, pack_noted_as_found};
#[cfg(feature = "derive")]
pub use attachment::{Attachment, HashedRecord};
#[cfg(feature = "derive")]
pub use deleted::DeletedRecord;
pub(crate) use hash::{content_id, id_at, is_noted_as_hashed, pack_pieces, preimage, seal, seal_and_keep};
pub use id::{ContentId, ContentIdError, HashedId};
pub use model::HashedModel;
pub(crate) use model::is_intact;
pub(crate) use packed_row::{
    named_column, noted_now, pack_noted, pack_row, unpack_noted, unpack_row, whole_of_noted,
};
pub(crate) use piece::Piece;
pub(crate) use tables::{
    ARCHIVED_ID, ARCHIVED_MODEL, attached_to, companions, deleted_records, record_versions,
};
#[cfg(feature = "derive")]
pub use version::RecordVersion;
