//! What is added to and removed from the relation of a record.

use sqloquent_core::{Error, ErrorKind, Result};

use super::DynamicRelation;
use crate::{
    dynamic::{IntoKey, fitting, row_values},
    record::Record,
    relation::Given,
    write::{key_of, unset_key},
};

/// What can be added to the relation of a record: a record of the related model, names with values of one that is to be
/// inserted (`record! { … }`), or an id.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a record nor the id of one",
    note = "pass a `Record`, a reference to one, `record! {{ … }}`, or an id"
)]
pub trait RecordMember {
    #[doc(hidden)]
    fn member(self, relation: &RelationEnd<'_>) -> Result<Given>;
}

/// The end of a relation, which knows the records that it takes.
#[derive(Debug)]
pub struct RelationEnd<'r>(pub(super) &'r DynamicRelation);

impl RecordMember for &Record {
    fn member(self, end: &RelationEnd<'_>) -> Result<Given> {
        let related = &end.0.related;
        let row = if self.model().is_none() {
            row_values(related, self)?.0
        } else {
            end.0.check_related(self)?;
            self.values().to_vec()
        };
        let table = related.table();
        if table.key.is_empty() {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "`{}` has no id, so its rows cannot be related one by one; name it with `.id(…)`",
                    related.name()
                ),
            )
            .with_table(table.name.clone().into_owned()));
        }
        let key = (!unset_key(table, &row)).then(|| key_of(table, &row));
        Ok(Given {
            key,
            row: Some(row),
            pivot: Vec::new(),
        })
    }
}

impl RecordMember for Record {
    fn member(self, end: &RelationEnd<'_>) -> Result<Given> {
        (&self).member(end)
    }
}

impl RecordMember for Result<Record> {
    fn member(self, end: &RelationEnd<'_>) -> Result<Given> {
        self?.member(end)
    }
}

impl<K: IntoKey> RecordMember for K {
    fn member(self, end: &RelationEnd<'_>) -> Result<Given> {
        let table = end.0.related.table();
        let key = fitting(table, self)?;
        crate::compile::by_key(&end.0.related.as_table(), key.clone())?;
        Ok(Given {
            key: Some(key),
            row: None,
            pivot: Vec::new(),
        })
    }
}
