//! What was loaded with a record.

use std::{collections::BTreeMap, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Result};

use crate::record::Record;

/// The related records of a record by the names of relations, shared where several records are related to the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct RelatedRecords(BTreeMap<Box<str>, Arc<Vec<Record>>>);

impl Record {
    /// The records that are related to this one, once they are loaded: by `with` on the query, by
    /// [`DynamicModel::load`](crate::DynamicModel::load), or by [`Record::load`].
    ///
    /// # Errors
    /// [`ErrorKind::RelationNotLoaded`] when they are not; the message names the relation and what loads it. A name
    /// that is no relation is an error that names those that there are.
    #[track_caller]
    pub fn related(&self, relation: &str) -> Result<&[Self]> {
        match self.loaded(relation) {
            Some(records) => Ok(records),
            None => Err(self.not_loaded(relation, std::panic::Location::caller())),
        }
    }

    /// The record that is related to this one, if there is one: for relations that lead to one at most.
    ///
    /// # Errors
    /// As [`related`](Self::related).
    #[track_caller]
    pub fn related_one(&self, relation: &str) -> Result<Option<&Self>> {
        self.related(relation).map(<[Self]>::first)
    }

    /// The related records for changing them in memory, if they are loaded; what other records share is copied first.
    pub fn related_mut(&mut self, relation: &str) -> Option<&mut Vec<Self>> {
        let records = self.related.as_mut()?.0.get_mut(relation)?;
        Some(Arc::make_mut(records))
    }

    /// Whether a relation is loaded.
    #[must_use]
    pub fn is_loaded(&self, relation: &str) -> bool {
        self.loaded(relation).is_some()
    }

    /// Forgets what is loaded of a relation. The database is not touched.
    pub fn unload(&mut self, relation: &str) {
        if let Some(all) = &mut self.related {
            all.0.remove(relation);
            if all.0.is_empty() {
                self.related = None;
            }
        }
    }

    pub(crate) fn loaded(&self, relation: &str) -> Option<&[Self]> {
        self.related.as_ref()?.0.get(relation).map(|r| r.as_slice())
    }

    pub(crate) fn set_related(&mut self, relation: &str, records: Arc<Vec<Self>>) {
        let all = self.related.get_or_insert_default();
        match all.0.get_mut(relation) {
            Some(place) => *place = records,
            None => {
                all.0.insert(relation.into(), records);
            }
        }
    }

    #[cold]
    fn not_loaded(&self, relation: &str, caller: &std::panic::Location<'_>) -> Error {
        let Some(model) = self.model() else {
            return Error::new(
                ErrorKind::Configuration,
                "the record belongs to no model, so that nothing is related to it; read it through a `DynamicModel`",
            );
        };
        if let Err(e) = model.relation(relation) {
            return e;
        }
        Error::new(
            ErrorKind::RelationNotLoaded,
            format!(
                "`{}.{relation}`, asked for at {caller}, is not loaded; load it with the query, by `.with(\"{relation}\")`, \
                 or later, by `model.load(&db, &mut records, \"{relation}\")`",
                model.name()
            ),
        )
        .with_table(model.table().name.clone().into_owned())
    }
}
