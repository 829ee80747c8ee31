//! Models with history.

use sqloquent_core::{Error, ErrorKind, Result};

use super::{History, record_id, versions::load};
use crate::{
    call::Call,
    dynamic::{DynamicModel, IntoKey},
    executor::Executor,
    model::{Key, Model},
    record::Record,
    schema::TableDef,
    write::Mapping,
};

/// A model whose changes are noted in the journal. `#[model(history)]` makes a model one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no history",
    label = "changes of this model are not noted",
    note = "add `#[model(history)]` to the struct"
)]
pub trait HistoryModel: Model {
    /// All changes of the record with the id, the oldest first; for an example see [`History`].
    ///
    /// # Errors
    /// A journal row that cannot be read; the engine's refusal, such as a journal that is not there.
    #[track_caller]
    fn history<V>(db: &dyn Executor, id: V) -> Call<'_, History<Self>>
    where
        Self::Id: Key<V>,
    {
        let mapping = Mapping::<Self>::typed();
        match <Self::Id as Key<V>>::key_values(id) {
            Ok(key) => read(db, mapping, key),
            Err(e) => Call::failed(e),
        }
    }
}

impl DynamicModel {
    /// All changes of the record with the id, the oldest first.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] for a model that keeps no [`history`](Self::history); a journal row that cannot be
    /// read; the engine's refusal.
    #[track_caller]
    pub fn history_of<'a>(&self, db: &'a dyn Executor, id: impl IntoKey) -> Call<'a, History<Record>> {
        let mapping = Mapping::dynamic(self);
        match self.key(id).and_then(|key| check(self.table()).map(|()| key)) {
            Ok(key) => read(db, mapping, key),
            Err(e) => Call::failed(e),
        }
    }
}

fn check(table: &TableDef) -> Result<()> {
    if table.history {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        format!(
            "`{}` keeps no history; declare the model with `.history()`",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned()))
}

#[track_caller]
fn read<T: Send + 'static>(
    db: &dyn Executor,
    mapping: Mapping<T>,
    key: Vec<sqloquent_core::Value>,
) -> Call<'_, History<T>> {
    let table = mapping.table();
    let mut row = vec![sqloquent_core::Value::Null; table.columns.len()];
    for (&at, value) in table.key.iter().zip(key) {
        row[at] = value;
    }
    let id = record_id(table, &row);
    Call::steps(load(db, mapping, id))
}
