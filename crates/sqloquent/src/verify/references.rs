//! Ids in lists that lead nowhere.

use std::sync::Arc;

use sqloquent_core::Result;

use super::{FindingKind, Stage, Verify, raw_row::RawRow, run::Run};
use crate::{
    dynamic::DynamicModel,
    expr::Column,
    history::record_id,
    model::Model,
    query::{Decode, ListOf, Query, Select},
    schema::Table,
    types::SqlType,
};

/// How many findings are read at a time.
const CHUNK: usize = 500;

/// A query of rows whose lists name ids that no row has; each with the id behind its columns.
pub(super) struct References {
    table: Table,
    select: Select,
}

impl Verify<'_> {
    /// Also checks that the ids in a column of lists are those of records of `B`: that nothing which a record contains
    /// is missing.
    ///
    /// ```
    /// use sqloquent::{ContentId, IdList, prelude::*, verify::FindingKind};
    ///
    /// #[derive(Model, Clone, Debug)]
    /// #[model(hashed)]
    /// struct Commit {
    ///     #[model(id)]
    ///     id: ContentId,
    ///     message: String,
    ///     parent_ids: IdList<ContentId>,
    /// }
    ///
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.create_tables::<(Commit,)>().await?;
    /// let root = Commit::new("root", IdList::new()).insert(&db).await?;
    /// Commit::new("next", IdList::of([root.id])?).insert(&db).await?;
    /// root.delete(&db).await?;
    ///
    /// let verify = db.verify().tables::<(Commit,)>();
    /// let report = verify.references::<Commit, Commit, _>(|c| c.parent_ids).run().await?;
    /// assert_eq!(report.count(FindingKind::DanglingReference), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn references<M: Model, B: Model, L>(mut self, list: impl FnOnce(M::Columns) -> Column<M, L>) -> Self
    where
        L: ListOf<B::Id>,
        B::Id: SqlType,
    {
        self.references.push(References {
            table: Table::Static(M::table()),
            select: M::unscoped().dangling_ids::<B, L>(list).select,
        });
        self
    }

    /// The same for dynamic models.
    pub fn references_of(mut self, model: &DynamicModel, list: &str, target: &DynamicModel) -> Self {
        self.references.push(References {
            table: model.as_table(),
            select: model.query().dangling_ids(list, target).select,
        });
        self
    }
}

impl Run<'_> {
    pub(super) async fn references(&mut self, references: &References) -> Result<()> {
        let table = &references.table;
        let (of, row_decoder) = (table.clone(), RawRow::decoder(table));
        let decode: Decode<(String, String)> = Decode::Closure(Arc::new(move |row| {
            let id = row.get(row.column_count() - 1)?.to_owned().to_string();
            Ok((record_id(&of, &row_decoder.row(row)?.stored), id))
        }));
        let query = Query::<(), _>::from_parts(references.select.clone(), decode);
        let mut chunks = query.chunk(self.db, CHUNK);
        while let Some(lost) = chunks.next().await? {
            for (record, id) in lost {
                let detail = format!("it names {id}, which is not there");
                let kind = FindingKind::DanglingReference;
                self.found(kind, &table.model, Some(record), None, detail.into());
            }
            self.progress(Stage::Records, &table.model);
        }
        Ok(())
    }
}
