//! Which record came from which.

use sqloquent_core::{Plan, Result};

use crate::{
    Model,
    call::{Call, Task as _, run},
    executor::Executor,
    expr::Expression as _,
    job::First,
    query::Decode,
};

/// That a record came to be by changing another: a row of `record_versions`.
///
/// ```
/// use sqloquent::{ContentId, RecordVersion, prelude::*};
///
/// #[derive(Model, Clone, Debug)]
/// #[model(hashed)]
/// struct Doc {
///     #[model(id)]
///     id: ContentId,
///     title: String,
/// }
///
/// # fn main() -> Result<()> { pollster::block_on(async {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # db.create_tables::<Doc>().await?;
/// let mut doc = Doc::new("Draft").insert(&db).await?;
/// let draft = doc.id;
/// doc.update(&db, |d| d.title = "Paper".into()).await?;
/// let versions = RecordVersion::before::<Doc>(&db, &doc.id.to_string()).await?;
/// assert_eq!(versions[0].previous_id, draft.to_string());
/// # Ok(()) }) }
/// ```
#[derive(Model, Clone, Debug, PartialEq, Eq)]
#[model(crate = crate, table = "record_versions", index(record_id, model_class, sequence))]
pub struct RecordVersion {
    /// Counts the changes of all records.
    #[model(id)]
    pub sequence: i64,
    /// The name of the model.
    pub model_class: String,
    /// The id of the record as it became.
    pub record_id: String,
    /// The id of the record as it was. It is among the deleted records.
    #[model(index)]
    pub previous_id: String,
    /// When it was changed: seconds since 1970, as text.
    pub timestamp: String,
}

impl RecordVersion {
    /// The changes that led to a record, the newest first.
    ///
    /// # Errors
    /// The engine's refusal.
    #[track_caller]
    pub fn before<'a, M: Model>(db: &'a dyn Executor, id: &str) -> Call<'a, Vec<Self>> {
        let (id, caller) = (id.to_owned(), std::panic::Location::caller());
        Call::steps(async move {
            let handle = db.handle();
            let mut found: Vec<Self> = Vec::new();
            loop {
                let (id, before) = match found.last() {
                    Some(newer) => (&*newer.previous_id, newer.sequence),
                    None => (&*id, i64::MAX),
                };
                let query = Self::query()
                    .filter(|v| {
                        v.record_id.eq(id) & v.model_class.eq(&*M::table().model) & v.sequence.lt(before)
                    })
                    .order(|v| v.sequence.desc());
                let statement = crate::compile::select(handle.dialect(), query.tree())?.into_statement();
                let first = First::new(
                    statement,
                    Plan::READ,
                    Decode::Function(|row| Self::decode(row, 0)),
                );
                match run(handle, caller, first).await?.output()? {
                    Some(version) => found.push(version),
                    None => return Result::Ok(found),
                }
            }
        })
    }
}
