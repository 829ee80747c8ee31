//! Comparing the records and archives of a model with its journal.

use sqloquent_core::Result;

use super::{
    FindingKind,
    archives::Of,
    chain::Walked,
    digest::Digests,
    ledger::{Ledger, parts},
    rows::Compare,
    run::Run,
};
use crate::{
    history::{Chain, Head, JournalQuery, TreeHead},
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
        let rows = match head {
            Some(head) => JournalQuery::of(&head.chain).count(self.db).await?,
            None => 0,
        };
        let (parts, digests) = (parts(rows), Digests::default());
        for part in 0..parts {
            let mut ledger = Ledger::new(part, parts, digests.clone());
            if ledger.is_first() {
                let mut versions = match table.hashed {
                    Some(_) => Some(self.versions(&table.model).await?),
                    None => None,
                };
                let noted = Some((&mut ledger, versions.as_mut()));
                self.walk(Walked::of(&table.model, head, Some(table)), checkpoint, noted)
                    .await?;
            } else if let Some(head) = head {
                self.reread(head, table, &mut ledger).await?;
            }
            let select = Select::from_table(table.clone());
            self.rows(table, select, Compare::Ledger(&mut ledger)).await?;
            if table.hashed.is_some() {
                self.archives(Of::Noted(table, &mut ledger)).await?;
            }
            if let Some(head) = head {
                self.missing(&head.chain, &ledger).await?;
            }
        }
        Ok(())
    }

    /// Reports what the journal says is there, and is not.
    async fn missing(&mut self, chain: &Chain, ledger: &Ledger) -> Result<()> {
        let detail = "the journal says that the record is there, but it is not";
        self.all_missing(chain, &ledger.missing_records(), detail).await?;
        let detail = "the record was deleted, but its archive is not there";
        self.all_missing(chain, &ledger.missing_archives(), detail).await
    }

    async fn all_missing(&mut self, chain: &Chain, sequences: &[i64], detail: &'static str) -> Result<()> {
        for page in sequences.chunks(PAGE) {
            let entries = JournalQuery::of(chain)
                .numbered(page.iter().copied())
                .get_leniently(self.db)
                .await?;
            for entry in entries.into_iter().filter_map(|(_, entry)| entry) {
                self.found(
                    FindingKind::DeletedOutside,
                    &chain.model,
                    Some(entry.record_id),
                    Some(entry.sequence),
                    detail.into(),
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use crate::{
        ColumnType, Db, DynamicModel, record,
        verify::{FindingKind, Report},
    };

    /// Here a part is of seven journal rows, so that there are many parts.
    #[test]
    fn records_are_compared_once_each_however_many_parts_there_are() {
        let (report, honest) = pollster::block_on(async {
            let notes = DynamicModel::new("notes", ["id", "text", "aside"])
                .column("text", ColumnType::Text)
                .exclude_from_hash(["aside"])
                .history();
            let db = Db::connect("sqlite::memory:").await?;
            db.create_table_defs([notes.clone()]).await?;
            let texts = (0..40).map(|n| record! { "text": format!("{n:02}") });
            notes.insert_many(&db, texts).await?;
            notes
                .query()
                .is_in("text", ["00", "01", "02"])
                .delete(&db)
                .await?;
            notes
                .query()
                .is_in("text", ["03", "04"])
                .update_columns(&db, [("aside", "x")])
                .await?;
            let verify = async || db.verify().table(&notes).run().await;
            let honest = verify().await?;
            db.execute_script(
                "update notes set aside = 'y' where text in ('03', '10');
                 delete from notes where text in ('11', '12', '13');
                 delete from deleted_records where record_id = (select min(record_id) from deleted_records)",
            )
            .await?;
            notes
                .insert(&db.bypass(), record! { "text": "smuggled in" })
                .await?;
            Ok::<(Report, Report), crate::Error>((verify().await?, honest))
        })
        .unwrap();
        assert_eq!(honest.total(), 0, "{honest}");
        assert_eq!(
            (honest.records, honest.archives, honest.journal_rows),
            (37, 3, 45)
        );
        assert_eq!(report.count(FindingKind::ChangedOutside), 2, "{report}");
        assert_eq!(report.count(FindingKind::DeletedOutside), 4, "{report}");
        assert_eq!(report.count(FindingKind::NotInJournal), 1, "{report}");
        assert_eq!(report.total(), 7, "{report}");
        assert_eq!((report.records, report.archives), (35, 2));
    }
}
