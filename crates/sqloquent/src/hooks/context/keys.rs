//! Which rows are touched.

use std::{future::Future, panic::Location, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Plan, Result, Value};

use super::HookCx;
use crate::{
    call::{Task as _, run},
    compile,
    executor::Executor as _,
    expr::{ColumnRef, Expr, SourceRef},
    job::Collect,
    query::{Decode, Item, Select},
    schema::{Table, TableDef},
    types::read_as,
    write::Data,
};

impl HookCx<'_> {
    /// The ids of the rows that are touched. Where they are those of a query, they are read before the write, once,
    /// when the first hook asks; hooks after the write get what was read then.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// db.hooks().on_table("notes", Event::BeforeDelete, async |cx| {
    ///     for id in cx.ids().await? {
    ///         cx.db().raw("insert into deleted_notes values (?)", (id,)).execute().await?;
    ///     }
    ///     Ok(())
    /// });
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// A table without id, or with one of several columns ([`keys`](Self::keys) has those); rows that have no id yet;
    /// after the write, when no hook asked before it; the engine's refusal.
    #[track_caller]
    pub fn ids(&self) -> impl Future<Output = Result<Vec<Value>>> + Send {
        let keys = self.keys();
        async move {
            keys.await?
                .into_iter()
                .map(|key| match <[Value; 1]>::try_from(key) {
                    Ok([id]) => Ok(id),
                    Err(_) => Err(self.misuse("the id is of several columns; use `cx.keys()`".to_owned())),
                })
                .collect()
        }
    }

    /// The values of all columns of the id of each row that is touched. As [`ids`](Self::ids) otherwise.
    ///
    /// # Errors
    /// As [`ids`](Self::ids), but for ids of several columns.
    #[track_caller]
    pub fn keys(&self) -> impl Future<Output = Result<Vec<Vec<Value>>>> + Send {
        let caller = Location::caller();
        async move {
            let select = {
                let now = self.state.now();
                if let Some(keys) = &now.keys {
                    return Ok(keys.clone());
                }
                let table = &self.state.subject().table;
                if table.key.is_empty() {
                    // Says what to do about it.
                    compile::by_key(table, Vec::new())?;
                }
                match &now.data {
                    Data::Update { select, .. } | Data::Delete { select } => (**select).clone(),
                    data => return self.given_keys(data.rows().unwrap_or_default()),
                }
            };
            if !self.event().is_before() {
                return Err(self.misuse(format!(
                    "which rows were touched is not known at {}; call `cx.ids()` in a hook for {} too, which reads them \
                     before they change",
                    self.event(),
                    self.operation().before()
                )));
            }
            let handle = self.db().handle();
            let compiled = compile::select(handle.dialect(), &keys_of(&select))?;
            let decode = key_decoder(select.base());
            let job = Collect::new(compiled.into_statement(), Plan::READ, decode);
            let mut keys = run(handle, caller, job).await?.output()?;
            if select.sources.len() > 1 {
                // A join gives a row as often as it matches.
                let mut seen = Vec::with_capacity(keys.len());
                for key in keys {
                    if !seen.contains(&key) {
                        seen.push(key);
                    }
                }
                keys = seen;
            }
            self.state.now().keys = Some(keys.clone());
            Ok(keys)
        }
    }

    /// The keys of rows that are at hand.
    fn given_keys(&self, rows: &[Vec<Value>]) -> Result<Vec<Vec<Value>>> {
        let table = &self.state.subject().table;
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            if crate::write::unset_key(table, row) {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    format!(
                        "this `{}` has no id yet; the database gives it one when it is stored",
                        table.model
                    ),
                )
                .with_table(table.name.clone().into_owned()));
            }
            keys.push(table.key.iter().map(|&at| row[at].clone()).collect());
        }
        Ok(keys)
    }
}

/// The same rows, only their keys.
fn keys_of(select: &Select) -> Select {
    let mut keys = select.clone();
    keys.items = select
        .base()
        .key_columns()
        .map(|def| Item {
            expr: Expr::Column(ColumnRef {
                source: SourceRef::Slot(select.slot.at(0)),
                name: def.name.clone(),
                ty: def.ty,
            }),
            alias: None,
        })
        .collect();
    keys
}

fn key_decoder(table: &Table) -> Decode<Vec<Value>> {
    let table = table.clone();
    Decode::Closure(Arc::new(move |row| {
        let table: &TableDef = &table;
        let columns = table.key_columns().enumerate();
        columns
            .map(|(i, def)| read_as(row.get(i)?, def.ty).map_err(|e| e.reading(&table.name, &def.name)))
            .collect()
    }))
}
