//! Deleted records, and bringing them back.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{archive, unpack_row};
use crate::{
    Model, Models,
    call::Call,
    dynamic::DynamicModel,
    executor::Executor,
    model::ValuesRow,
    record::Record,
    schema::{Table, TableDef},
    write::{self, Mapping, Origin, Subject},
};

/// A record that was deleted, or replaced by a newer version: a row of `deleted_records`.
///
/// Deleting a record of a hashed model, or changing what is hashed of it, leaves one.
///
/// ```
/// use sqloquent::{ContentId, DeletedRecord, prelude::*};
///
/// #[derive(Model, Clone, Debug, PartialEq)]
/// #[model(hashed)]
/// struct Doc {
///     #[model(id)]
///     id: ContentId,
///     title: String,
/// }
///
/// # fn main() -> Result<()> { pollster::block_on(async {
/// let db = Db::connect("sqlite::memory:").await?;
/// db.create_tables::<Doc>().await?;
/// let doc = Doc::new("Notes").insert(&db).await?;
/// doc.delete(&db).await?;
///
/// let deleted = DeletedRecord::query().equal("record_id", doc.id).first_required(&db).await?;
/// assert_eq!(deleted.restore::<Doc>(&db).await?, doc);
/// # Ok(()) }) }
/// ```
#[derive(Model, Clone, Debug, PartialEq, Eq)]
#[model(crate = crate, table = "deleted_records", name = "DeletedModel")]
pub struct DeletedRecord {
    /// An id of the archived record's own.
    #[model(id)]
    pub id: String,
    /// The name of the model.
    pub model_class: String,
    /// The id that the record had.
    #[model(index)]
    pub record_id: String,
    /// The columns of the record, packed.
    pub record: Vec<u8>,
    /// When it was deleted: seconds since 1970, as text.
    #[model(default = archive::seconds_text(crate::write::now_micros()))]
    pub timestamp: String,
}

impl DeletedRecord {
    /// The record as an instance of its model, without restoring it, and whether or not its content matches its id.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when it is of another model; [`ErrorKind::Decode`] when the archive is damaged.
    pub fn instance<M: Model>(&self) -> Result<M> {
        let values = self.row(M::table())?;
        let table = M::table();
        M::decode(
            &ValuesRow {
                table,
                values: &values,
            },
            0,
        )
    }

    /// The packed columns, by their names.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] when the archive is damaged.
    pub fn unpacked(&self) -> Result<packify::Value> {
        packify::unpack(&self.record).map_err(|e| {
            Error::new(
                ErrorKind::Decode,
                format!("the archive of a `{}` is damaged: {e}", self.model_class),
            )
            .with_table("deleted_records")
            .with_source(e)
        })
    }

    /// Brings the record back and removes it from `deleted_records`, in one transaction. The content is checked against
    /// the id first. Fires the events of a restore.
    ///
    /// # Errors
    /// [`ErrorKind::ContentMismatch`] when the archived content does not match the id;
    /// [`ErrorKind::Configuration`] when the record is of another model; [`ErrorKind::Decode`] when the archive is
    /// damaged; [`ErrorKind::Unique`] when there is such a record again; [`ErrorKind::NotFound`] when it was restored
    /// already; the engine's refusal.
    #[track_caller]
    pub fn restore<'a, M: Model>(&self, db: &'a dyn Executor) -> Call<'a, M> {
        self.bring_back(Origin::here(db), Ok(Mapping::<M>::typed()), true)
    }

    /// The same without checking the content against the id: for archives that other programs wrote. The record gets
    /// the id that it had, whether or not that is the hash of its content.
    ///
    /// # Errors
    /// As [`restore`](Self::restore), but for the mismatch.
    #[track_caller]
    pub fn restore_unverified<'a, M: Model>(&self, db: &'a dyn Executor) -> Call<'a, M> {
        self.bring_back(Origin::here(db), Ok(Mapping::<M>::typed()), false)
    }

    /// Brings back a record of a model that is known by name only: looked up in a registry, [`Db::models`](crate::Db::models)
    /// or one of your own.
    ///
    /// # Errors
    /// As [`restore`](Self::restore); [`ErrorKind::Configuration`] when no model of that name is registered.
    #[track_caller]
    pub fn restore_with<'a>(&self, models: &Models, db: &'a dyn Executor) -> Call<'a, Record> {
        self.bring_back(
            Origin::here(db),
            models.find(&self.model_class).map(record_of),
            true,
        )
    }

    /// The same without checking the content against the id.
    ///
    /// # Errors
    /// As [`restore_with`](Self::restore_with), but for the mismatch.
    #[track_caller]
    pub fn restore_with_unverified<'a>(&self, models: &Models, db: &'a dyn Executor) -> Call<'a, Record> {
        self.bring_back(
            Origin::here(db),
            models.find(&self.model_class).map(record_of),
            false,
        )
    }

    fn bring_back<'a, T: Send + 'static>(
        &self,
        origin: Origin<'a>,
        mapping: Result<Mapping<T>>,
        verified: bool,
    ) -> Call<'a, T> {
        let prepared = mapping.and_then(|mapping| {
            let row = self.row(mapping.table())?;
            let archive = self.values()?;
            Ok(write::restore(origin, mapping, archive, row, verified))
        });
        prepared.unwrap_or_else(Call::failed)
    }

    /// The archived row.
    fn row(&self, table: &TableDef) -> Result<Vec<Value>> {
        if self.model_class != table.model {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "the deleted record is a `{}`, not a `{}`",
                    self.model_class.escape_debug(),
                    table.model
                ),
            )
            .with_table("deleted_records"));
        }
        let mut row = unpack_row(table, &self.record)?;
        if let [only] = *table.key
            && row.get(only).is_some_and(Value::is_null)
        {
            row[only] = archive::key_value(table, only, &self.record_id)?;
        }
        Ok(row)
    }
}

/// The rows of a registered model, as records.
pub(super) fn record_of(subject: Subject) -> Mapping<Record> {
    let model = match &subject.table {
        Table::Dynamic(model) => model.clone(),
        table => DynamicModel::from_table((**table).clone()),
    };
    Mapping {
        subject,
        ..Mapping::dynamic(&model)
    }
}
