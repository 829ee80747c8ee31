//! Details attached to records of any model.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{ContentId, archive, deleted::record_of};
use crate::{
    Model, Models,
    call::{Call, Task as _, run},
    compile,
    executor::Executor,
    job::First,
    record::Record,
    schema::TableDef,
    write::{Mapping, Origin},
};

/// Details attached to a record: content-addressed, so that they cannot be changed unseen. A row of `attachments`.
///
/// The id follows the content when the attachment is stored.
///
/// ```
/// use sqloquent::{Attachment, prelude::*};
///
/// #[derive(Model, Clone, Debug, PartialEq)]
/// struct User {
///     #[model(id)]
///     id: i64,
///     email: String,
/// }
///
/// # fn main() -> Result<()> { pollster::block_on(async {
/// let db = Db::connect("sqlite::memory:").await?;
/// db.create_tables::<(User, Attachment)>().await?;
/// let ada = User::new("ada@example.org").insert(&db).await?;
///
/// let mut badge = Attachment::of(&ada)?;
/// badge.set_details(packify::Value::dict([("colour", "gold")]))?;
/// let badge = badge.insert(&db).await?;
///
/// assert_eq!(badge.details()?, packify::Value::dict([("colour", "gold")]));
/// assert_eq!(badge.related::<User>(&db).await?, Some(ada));
/// # Ok(()) }) }
/// ```
#[derive(Model, Clone, Debug, PartialEq, Eq)]
#[model(crate = crate, table = "attachments", hashed, index(related_model, related_id))]
pub struct Attachment {
    /// The hash of the other columns.
    #[model(id)]
    pub id: ContentId,
    /// The name of the model that the details are attached to.
    pub related_model: String,
    /// The id of the record that the details are attached to.
    pub related_id: String,
    /// The details, packed; none where there are none.
    pub details: Option<Vec<u8>>,
}

impl Attachment {
    /// An attachment to a record, without details.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] for a model without an id of one column; a record that has no id yet.
    pub fn of<M: Model>(related: &M) -> Result<Self> {
        let mut made = Self::new("", "");
        made.attach_to(related)?;
        Ok(crate::__private::with_content_id(made))
    }

    /// Attaches it to a record. Nothing is stored yet.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn attach_to<M: Model>(&mut self, related: &M) -> Result<&mut Self> {
        self.attach(M::table(), &related.values()?)
    }

    /// Attaches it to a record of a dynamic model. Nothing is stored yet.
    ///
    /// # Errors
    /// As [`of`](Self::of); a record of no model.
    pub fn attach_to_record(&mut self, related: &Record) -> Result<&mut Self> {
        let model = related.model().ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "the record belongs to no model, so that it could not be found again; make it with `model.record(…)`",
            )
        })?;
        self.attach(model.table(), related.values())
    }

    fn attach(&mut self, table: &TableDef, row: &[Value]) -> Result<&mut Self> {
        let id = archive::only_key(table)?;
        crate::write::check_has_id(table, row)?;
        self.related_model = table.model.clone().into_owned();
        self.related_id = row.get(id).map(Value::to_string).unwrap_or_default();
        Ok(self)
    }

    /// The details. [`None`](packify::Value::None) where there are none.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for bytes that are no packed value.
    pub fn details(&self) -> Result<packify::Value> {
        let Some(bytes) = &self.details else {
            return Ok(packify::Value::None);
        };
        packify::unpack(bytes).map_err(|e| {
            Error::new(ErrorKind::Decode, format!("the details are damaged: {e}"))
                .with_table("attachments")
                .with_column("details")
                .with_source(e)
        })
    }

    /// Replaces the details by any value that can be packed. Nothing is stored yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidValue`] for what is nested too deep or too long to be packed.
    pub fn set_details(&mut self, details: impl Into<packify::Value>) -> Result<&mut Self> {
        let packed = packify::pack(&details.into()).map_err(|e| {
            Error::new(
                ErrorKind::InvalidValue,
                format!("the details cannot be packed: {e}"),
            )
            .with_table("attachments")
            .with_column("details")
            .with_source(e)
        })?;
        self.details = Some(packed);
        Ok(self)
    }

    /// Leaves no details, not even empty ones. Nothing is stored yet.
    pub fn clear_details(&mut self) -> &mut Self {
        self.details = None;
        self
    }

    /// The record that the details are attached to, if it is still there.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when it is of another model; an id that is none of the model's; the engine's refusal.
    #[track_caller]
    pub fn related<'a, M: Model>(&self, db: &'a dyn Executor) -> Call<'a, Option<M>> {
        self.find(Origin::here(db), Ok(Mapping::<M>::typed()))
    }

    /// The record that the details are attached to, of a model that is known by name only: looked up in a registry,
    /// [`Db::models`](crate::Db::models) or one of your own.
    ///
    /// # Errors
    /// As [`related`](Self::related); [`ErrorKind::Configuration`] when no model of that name is registered.
    #[track_caller]
    pub fn related_with<'a>(&self, models: &Models, db: &'a dyn Executor) -> Call<'a, Option<Record>> {
        self.find(Origin::here(db), models.find(&self.related_model).map(record_of))
    }

    fn find<'a, T: Send + 'static>(
        &self,
        origin: Origin<'a>,
        mapping: Result<Mapping<T>>,
    ) -> Call<'a, Option<T>> {
        let prepared = mapping.and_then(|mapping| {
            let table = mapping.table();
            if *table.model != *self.related_model {
                return Err(Error::new(
                    ErrorKind::Configuration,
                    format!(
                        "the details are attached to a `{}`, not to a `{}`",
                        self.related_model.escape_debug(),
                        table.model
                    ),
                )
                .with_table("attachments"));
            }
            let at = archive::only_key(table)?;
            let key = archive::key_value(table, at, &self.related_id)?;
            let find = compile::find(origin.handle.dialect(), table, vec![key])?;
            let plan = sqloquent_core::Plan::READ_BY_KEY;
            Ok(First::new(find.into_statement(), plan, mapping.decode))
        });
        match prepared {
            Ok(job) => Call::steps(async move { run(origin.handle, origin.caller, job).await?.output() }),
            Err(e) => Call::failed(e),
        }
    }
}

/// A content-addressed record of nothing but details: a row of `hashed_records`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(crate = crate, table = "hashed_records", name = "HashedModel", hashed)]
pub struct HashedRecord {
    /// The hash of the details.
    #[model(id)]
    pub id: ContentId,
    /// Text or bytes, or what else the engine holds.
    pub details: Value,
}
