//! Records of hashed models.

use sqloquent_core::{Error, ErrorKind, Result};

use super::Record;
use crate::{
    content::{self, ContentId},
    schema::TableDef,
};

impl Record {
    fn hashed_table(&self) -> Result<&TableDef> {
        match self.model() {
            Some(model) if model.table().hashed.is_some() => Ok(model.table()),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                "the record belongs to no hashed model; declare the model with `.hashed()`",
            )),
        }
    }

    /// The bytes under the id of a record of a hashed model: the packed columns that are hashed, with their names.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] for a record of another model; a value that cannot be hashed.
    pub fn preimage(&self) -> Result<Vec<u8>> {
        content::preimage(self.hashed_table()?, &self.values)
    }

    /// The id of the content as it is now.
    ///
    /// # Errors
    /// As [`preimage`](Self::preimage).
    pub fn content_id(&self) -> Result<ContentId> {
        content::content_id(self.hashed_table()?, &self.values)
    }

    /// Whether the record has the id of its content; false for a record of a model that is not hashed.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.hashed_table()
            .is_ok_and(|table| content::is_intact(table, &self.values))
    }
}
