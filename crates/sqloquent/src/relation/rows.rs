//! Rows of one side of a relation while it is saved, whatever they are in Rust.

use std::{any::TypeId, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Plan, Result, Value};

use super::member::Given;
use crate::{
    call::{Task as _, run},
    compile,
    dynamic::DynamicModel,
    expr::{Assignment, Expr},
    job::Collect,
    model::{Model, keys_condition},
    query::Select,
    schema::TableDef,
    write::{self, Mapping, Origin, key_of},
};

/// What a new row stores in each column that has a value of its own.
type Defaults = Arc<dyn Fn() -> Result<Vec<Option<Value>>> + Send + Sync>;

/// The rows of a table as their values, read and written as a model reads and writes them.
#[derive(Clone)]
pub struct ValueRows {
    mapping: Mapping<Vec<Value>>,
    /// The typed model, whose hooks run.
    model: Option<TypeId>,
    defaults: Defaults,
}

impl std::fmt::Debug for ValueRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ValueRows").field(&self.table().name).finish()
    }
}

impl ValueRows {
    /// The rows of a typed model.
    pub(crate) fn of<M: Model>() -> Self {
        Self {
            mapping: Mapping::of_values::<M>(),
            model: Some(TypeId::of::<M>()),
            defaults: Arc::new(M::defaults),
        }
    }

    /// The rows of a dynamic model.
    pub(crate) fn dynamic(model: &DynamicModel) -> Self {
        let defaults = model.clone();
        Self {
            mapping: Mapping::of_dynamic_values(model),
            model: None,
            defaults: Arc::new(move || Ok(defaults.new_values())),
        }
    }

    pub(crate) fn table(&self) -> &TableDef {
        self.mapping.table()
    }

    /// All rows.
    pub(crate) fn all(&self) -> Select {
        let mut select = Select::from_table(self.mapping.table().clone());
        select.model = self.model;
        select
    }

    /// The rows of some keys.
    pub(crate) fn by_keys(&self, keys: &[Vec<Value>]) -> Result<Select> {
        let mut select = self.all();
        let condition = keys_condition(self.mapping.table(), select.slot, keys)?;
        select.filter.push(condition);
        Ok(select)
    }

    /// Reads the rows of a query.
    pub(crate) async fn read(&self, origin: Origin<'_>, select: &Select) -> Result<Vec<Vec<Value>>> {
        let statement = compile::select(origin.handle.dialect(), select)?.into_statement();
        let job = Collect::new(statement, Plan::READ, self.mapping.decode.clone());
        run(origin.handle, origin.caller, job).await?.output()
    }

    /// Reads the rows that were given by their keys, if there are any.
    pub(crate) async fn read_given(
        &self,
        origin: Origin<'_>,
        given: impl Iterator<Item = &Given> + Send,
    ) -> Result<Vec<Vec<Value>>> {
        let keys: Vec<_> = given.filter_map(|g| g.key.clone()).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let select = self.by_keys(&keys)?;
        self.read(origin, &select).await
    }

    /// Inserts a row and gives it back as it is stored.
    pub(crate) async fn insert(&self, origin: Origin<'_>, row: Vec<Value>) -> Result<Vec<Value>> {
        write::insert(origin, self.mapping.clone(), row)?.await
    }

    /// Inserts rows.
    pub(crate) async fn insert_many(&self, origin: Origin<'_>, rows: Vec<Vec<Value>>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        write::insert_many(origin, self.mapping.clone(), Ok(rows))
            .await
            .map(|_| ())
    }

    /// Changes a row from what it was to what it is to be; none when nothing differs.
    pub(crate) async fn update(
        &self,
        origin: Origin<'_>,
        before: Vec<Value>,
        after: Vec<Value>,
    ) -> Result<Option<Vec<Value>>> {
        match write::update(origin, self.mapping.clone(), before, after)? {
            Some(update) => update.await.map(Some),
            None => Ok(None),
        }
    }

    /// Sets columns of the rows of a query.
    pub(crate) async fn set(
        &self,
        origin: Origin<'_>,
        select: &Select,
        columns: &[usize],
        values: &[Value],
    ) -> Result<()> {
        let pairs = columns.iter().zip(values);
        let set = pairs.map(|(&c, v)| {
            let name = self.table().columns[c].name.clone();
            Assignment::named(name, Expr::Value(v.clone()))
        });
        write::update_query_from(origin, select, set.collect())
            .await
            .map(|_| ())
    }

    /// A new row with values in some columns and its defaults in the others.
    pub(crate) fn new_row(&self, given: &[(usize, Value)]) -> Result<Vec<Value>> {
        let table = self.table();
        let mut row = (self.defaults)()?;
        row.resize(table.mapped().count(), None);
        for (column, value) in given {
            if let Some(place) = row.get_mut(*column) {
                *place = Some(value.clone());
            }
        }
        let named = row.into_iter().zip(&*table.columns);
        named
            .map(|(value, def)| {
                value.ok_or_else(|| {
                    Error::new(
                        ErrorKind::NotNull,
                        format!(
                            "a new `{}` needs a `{}`; give it with `attach_with` or `add_with`",
                            table.model, def.field
                        ),
                    )
                    .with_table(table.name.clone().into_owned())
                    .with_column(def.name.clone().into_owned())
                })
            })
            .collect()
    }

    /// The row with a key among some.
    pub(crate) fn find<'r>(&self, rows: &'r [Vec<Value>], key: &[Value]) -> Option<&'r Vec<Value>> {
        rows.iter().find(|r| key_of(self.table(), r) == key)
    }
}

/// The values of a row at some places.
pub(crate) fn pick(row: &[Value], columns: &[usize]) -> Vec<Value> {
    columns
        .iter()
        .map(|&c| row.get(c).cloned().unwrap_or_default())
        .collect()
}

/// Puts values into a row at some places.
pub(crate) fn put(row: &mut [Value], columns: &[usize], values: &[Value]) {
    for (&column, value) in columns.iter().zip(values) {
        if let Some(place) = row.get_mut(column) {
            *place = value.clone();
        }
    }
}
