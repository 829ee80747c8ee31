//! Running hooks by hand.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{Event, Events, Hooks, Operation, WriteState, fire};
use crate::{
    call::Call,
    executor::Executor,
    model::{Model, ValuesRow},
    record::Record,
    write::{Data, Mapping, Subject},
};

impl Hooks {
    /// Runs the hooks that are registered for an event of a model with an instance, as a write would. Nothing is
    /// written; what hooks change, the instance shows. For writes that the library does not know of, such as raw SQL.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # #[derive(Model, Clone, Debug)] struct User { #[model(id)] id: String, email: String }
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// db.hooks().on_sync::<User>(Event::BeforeInsert, |cx| cx.set("email", "ada@example.org"));
    /// let mut user = User::new("");
    /// db.hooks().invoke(&db, Event::BeforeInsert, &mut user).await?;
    /// assert_eq!(user.email, "ada@example.org");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What a hook returns; a value that cannot be stored.
    pub fn invoke<'a, M: Model>(
        &'a self,
        db: &'a dyn Executor,
        event: Event,
        instance: &'a mut M,
    ) -> Call<'a, ()> {
        let subject = Mapping::<M>::typed().subject;
        Call::steps(async move {
            let changed = self.invoke_values(db, event, subject, instance.values()?).await?;
            if let Some(values) = changed {
                let row = ValuesRow {
                    table: M::table(),
                    values: &values,
                };
                instance.absorb(M::decode(&row, 0)?);
            }
            Ok(())
        })
    }

    /// Runs the hooks that are registered for an event of a dynamic model with one of its records. As
    /// [`invoke`](Self::invoke) otherwise.
    ///
    /// # Errors
    /// What a hook returns; a record of no model.
    pub fn invoke_record<'a>(
        &'a self,
        db: &'a dyn Executor,
        event: Event,
        record: &'a mut Record,
    ) -> Call<'a, ()> {
        let Some(model) = record.model() else {
            return Call::failed(Error::new(
                ErrorKind::Configuration,
                "the record belongs to no model; make it with `model.record(…)`",
            ));
        };
        let subject = Mapping::dynamic(model).subject;
        Call::steps(async move {
            let values = record.values().to_vec();
            if let Some(values) = self.invoke_values(db, event, subject, values).await? {
                record.values = values;
            }
            Ok(())
        })
    }

    /// Runs the hooks with a row and gives it back as they left it; none when nothing ran that could change it.
    pub(crate) async fn invoke_values(
        &self,
        db: &dyn Executor,
        event: Event,
        subject: Subject,
        values: Vec<Value>,
    ) -> Result<Option<Vec<Value>>> {
        let handle = db.handle();
        if handle.settings.muted {
            return Ok(None);
        }
        let Some(active) = self.of(Events::of(event), || subject.clone()) else {
            return Ok(None);
        };
        let operation = Operation::of(event).unwrap_or(Operation::Save);
        let data = if event.is_before() {
            Data::Rows(vec![values])
        } else {
            Data::Row([values])
        };
        let state = WriteState::new(subject, operation, data)?;
        fire(handle, &active, event, &state).await?;
        match state.data() {
            Data::Rows(rows) => Ok(rows.into_iter().next()),
            _ => Ok(None),
        }
    }
}
