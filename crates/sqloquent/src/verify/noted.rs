//! Comparing the records and archives of a model with its journal.

use sqloquent_core::Result;

use super::{
    FindingKind,
    archives::Of,
    ledger::{Ledger, parts},
    rows::Compare,
    run::Run,
};
use crate::{
    history::{Head, JournalQuery, TreeHead},
    query::Select,
    schema::Table,
};

/// How many journal rows are read at a time.
const PAGE: usize = 500;

impl Run<'_> {
    /// Verifies a table whose changes are noted: its records, its archives, its journal, and that they fit each other.
    pub(super) async fn noted_table(
        &mut self,
        table: &Table,
        head: Option<&Head>,
        checkpoint: Option<&TreeHead>,
    ) -> Result<()> {
        let rows = JournalQuery::of(&table.model).count(self.db).await?;
        let parts = parts(rows);
        for part in 0..parts {
            let mut ledger = Ledger::new(part, parts);
            if ledger.is_first() {
                self.walk(&table.model, head, checkpoint, Some(&mut ledger))
                    .await?;
            } else {
                self.reread(&table.model, &mut ledger).await?;
            }
            let select = Select::from_table(table.clone());
            self.rows(table, select, Compare::Ledger(&mut ledger)).await?;
            if table.hashed.is_some() {
                self.archives(Of::Noted(table, &mut ledger)).await?;
            }
            self.missing(table, &ledger).await?;
        }
        Ok(())
    }

    /// Reports what the journal says is there, and is not.
    async fn missing(&mut self, table: &Table, ledger: &Ledger) -> Result<()> {
        let records = ledger.newest_where(|last| last.there && !last.met);
        let detail = "the journal says that the record is there, but it is not";
        self.all_missing(table, &records, detail).await?;
        if table.hashed.is_some() {
            let archives = ledger.newest_where(|last| !last.there && !last.archived);
            let detail = "the record was deleted, but its archive is not there";
            self.all_missing(table, &archives, detail).await?;
        }
        Ok(())
    }

    async fn all_missing(&mut self, table: &Table, sequences: &[i64], detail: &'static str) -> Result<()> {
        for page in sequences.chunks(PAGE) {
            let entries = JournalQuery::of(&table.model)
                .numbered(page.iter().copied())
                .get_leniently(self.db)
                .await?;
            for entry in entries.into_iter().filter_map(|(_, entry)| entry) {
                self.found(
                    FindingKind::DeletedOutside,
                    &table.model,
                    Some(entry.record_id),
                    Some(entry.sequence),
                    detail.into(),
                );
            }
        }
        Ok(())
    }
}
