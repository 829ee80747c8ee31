//! What instances of hashed models can do.

use sqloquent_core::{Result, Value, ValueRef};

use super::{ContentId, hash};
use crate::{model::Model, schema::TableDef};
#[cfg(feature = "derive")]
use crate::{
    model::ValuesRow,
    write::{self, Mapping, Origin},
};

/// A model whose ids are the hashes of what its rows hold. `#[model(hashed)]` makes a model one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not content-addressed",
    label = "not a hashed model",
    note = "add `#[model(hashed)]` to the struct"
)]
pub trait HashedModel: Model {
    /// Takes over an id.
    #[doc(hidden)]
    fn take_content_id(&mut self, id: ContentId);

    /// The bytes under the id: the packed columns that are hashed, with their names.
    ///
    /// ```
    /// # use sqloquent::{ContentId, prelude::*};
    /// # #[derive(Model, Clone, Debug)]
    /// # #[model(hashed)]
    /// # struct Doc { #[model(id)] id: ContentId, title: String }
    /// let bytes = Doc::new("Notes").preimage()?;
    /// assert_eq!(packify::unpack(&bytes)?, packify::Value::dict([("title", "Notes")]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A value that cannot be stored, and so not be hashed.
    fn preimage(&self) -> Result<Vec<u8>> {
        hash::preimage(Self::table(), &self.values()?)
    }

    /// The id of the content as it is now.
    ///
    /// # Errors
    /// As [`preimage`](Self::preimage).
    fn content_id(&self) -> Result<ContentId> {
        hash::content_id(Self::table(), &self.values()?)
    }

    /// Deletes the row, and gives back what is kept of it in `deleted_records`.
    ///
    /// # Errors
    /// As [`delete`](Model::delete).
    #[cfg(feature = "derive")]
    #[track_caller]
    fn archive<'a>(&self, db: &'a dyn crate::Executor) -> crate::Call<'a, super::DeletedRecord> {
        let (origin, subject) = (Origin::here(db), Mapping::<Self>::typed().subject);
        let archive = self.values().and_then(|row| write::archive(origin, subject, row));
        match archive {
            Ok(archive) => crate::Call::steps(async move {
                let values = archive.await?;
                let table = super::DeletedRecord::table();
                super::DeletedRecord::decode(
                    &ValuesRow {
                        table,
                        values: &values,
                    },
                    0,
                )
            }),
            Err(e) => crate::Call::failed(e),
        }
    }

    /// Whether the instance has the id of its content. It has not once a hashed field was changed, and until that was
    /// stored; a row that was read and has not was tampered with.
    fn is_intact(&self) -> bool {
        self.values().is_ok_and(|row| is_intact(Self::table(), &row))
    }
}

/// Whether a row has the id of its content.
pub(crate) fn is_intact(table: &TableDef, row: &[Value]) -> bool {
    let id = hash::id_at(table).ok().and_then(|at| row.get(at));
    match (id.map(Value::as_ref), hash::content_id(table, row)) {
        (Some(ValueRef::Text(id)), Ok(content)) => id.parse() == Ok(content),
        _ => false,
    }
}
