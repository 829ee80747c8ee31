//! Attachments whose record is gone.

use std::{collections::HashSet, sync::Arc};

use sqloquent_core::{Result, Value};

use super::{FindingKind, Stage, raw_row::RawRow, run::Run};
use crate::{
    content,
    expr::{BinaryOp, ColumnRef, Expr, SourceRef},
    history::record_id,
    query::{Decode, Item, Query, Select},
    schema::{Table, TableDef},
    types::read_as,
};

/// How many attachments are read at a time.
const CHUNK: usize = 500;

/// An attachment, and the record that it names.
struct Attached {
    id: String,
    model: String,
    record_id: String,
}

impl Run<'_> {
    /// Looks whether the records that attachments name are there, or are among the deleted ones.
    pub(super) async fn attachments(&mut self, table: &Table) -> Result<()> {
        let Some((model, record)) = content::attached_to(table) else {
            return Ok(());
        };
        let query =
            Query::<(), RawRow>::from_parts(Select::from_table(table.clone()), RawRow::decoder(table));
        let mut chunks = query.chunk(self.db, CHUNK);
        while let Some(rows) = chunks.next().await? {
            let mut attached: Vec<Attached> = Vec::with_capacity(rows.len());
            for row in &rows {
                // What cannot be read was reported with the records of the table.
                if let (Value::Text(model), Value::Text(record)) = (&row.stored[model], &row.stored[record]) {
                    attached.push(Attached {
                        id: record_id(table, &row.stored),
                        model: model.clone(),
                        record_id: record.clone(),
                    });
                }
            }
            attached.sort_by(|a, b| a.model.cmp(&b.model));
            for of_model in attached.chunk_by(|a, b| a.model == b.model) {
                self.of_one_model(table, of_model).await?;
            }
            self.progress(Stage::Records, &table.model);
        }
        Ok(())
    }

    async fn of_one_model(&mut self, table: &Table, attached: &[Attached]) -> Result<()> {
        let Some(first) = attached.first() else {
            return Ok(());
        };
        let Some(of) = self.attached_model(&first.model).await? else {
            for attachment in attached {
                let detail = "it is attached to a record of a model that is not known here; register the model, or \
                              verify its table too";
                self.about_attachment(FindingKind::UnknownModel, table, attachment, detail);
            }
            return Ok(());
        };
        let there = self.live(&of, attached).await?;
        let missing: Vec<&Attached> = attached
            .iter()
            .filter(|a| !key_text(&of, &a.record_id).is_some_and(|id| there.contains(&id)))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let deleted = self.deleted(&missing).await?;
        let (kind, detail) = if of.hashed.is_some() {
            (
                FindingKind::DanglingReference,
                "the record that it is attached to is neither there nor among the deleted records",
            )
        } else {
            (
                FindingKind::Orphan,
                "the record that it is attached to is not there; its model keeps no deleted records",
            )
        };
        for attachment in missing {
            if !deleted.contains(&attachment.record_id) {
                self.about_attachment(kind, table, attachment, detail);
            }
        }
        Ok(())
    }

    /// The table of a model that is verified too, or is registered and has its table.
    async fn attached_model(&self, name: &str) -> Result<Option<Table>> {
        if let Some(table) = self.table_of(name) {
            return Ok(Some(table.clone()));
        }
        match self.db.handle().db.models().find(name) {
            Ok(subject) if self.exists(&subject.table).await? => Ok(Some(subject.table)),
            _ => Ok(None),
        }
    }

    /// The keys of those that are in their table.
    async fn live(&self, of: &Table, attached: &[Attached]) -> Result<HashSet<String>> {
        let Ok(at) = content::only_key(of) else {
            return Ok(HashSet::new());
        };
        let keys: Vec<Value> = attached
            .iter()
            .filter_map(|a| content::key_value(of, at, &a.record_id).ok())
            .collect();
        self.values(of, at, keys, None).await
    }

    /// The ids of those that are among the deleted records.
    async fn deleted(&self, attached: &[&Attached]) -> Result<HashSet<String>> {
        let archives = content::deleted_records();
        if !self.exists(&archives).await? {
            return Ok(HashSet::new());
        }
        let ids = attached.iter().map(|a| Value::Text(a.record_id.clone()));
        let model = attached.first().map(|a| a.model.as_str());
        self.values(&archives, content::ARCHIVED_ID, ids.collect(), model)
            .await
    }

    /// Those of the values that a column has, as text; where a model is named, in the archives of that.
    async fn values(
        &self,
        table: &Table,
        at: usize,
        values: Vec<Value>,
        model: Option<&str>,
    ) -> Result<HashSet<String>> {
        if values.is_empty() {
            return Ok(HashSet::new());
        }
        let mut select = Select::from_table(table.clone());
        let slot = select.slot;
        let column = |at: usize| {
            let def = &table.columns[at];
            Expr::Column(ColumnRef {
                source: SourceRef::Slot(slot),
                name: def.name.clone(),
                ty: def.ty,
            })
        };
        select.filter.push(Expr::InList {
            operand: Box::new(column(at)),
            values,
            negated: false,
        });
        if let Some(model) = model {
            let name = Expr::Value(Value::Text(model.to_owned()));
            let class = column(content::ARCHIVED_MODEL);
            select.filter.push(Expr::binary(BinaryOp::Eq, class, name));
        }
        select.items = vec![Item {
            expr: column(at),
            alias: None,
        }];
        let ty = table.columns[at].ty;
        let decode = Decode::Closure(Arc::new(move |row| {
            let value = row.get(0)?;
            Ok(read_as(value, ty)
                .unwrap_or_else(|_| value.to_owned())
                .to_string())
        }));
        let found = Query::<(), String>::from_parts(select, decode)
            .get(self.db)
            .await?;
        Ok(found.into_iter().collect())
    }

    fn about_attachment(
        &mut self,
        kind: FindingKind,
        table: &Table,
        attachment: &Attached,
        detail: &'static str,
    ) {
        let id = Some(attachment.id.clone());
        self.found(kind, &table.model, id, None, detail.into());
    }
}

/// The id as the text that a stored key of the same value has.
fn key_text(of: &TableDef, id: &str) -> Option<String> {
    let at = content::only_key(of).ok()?;
    Some(content::key_value(of, at, id).ok()?.to_string())
}
