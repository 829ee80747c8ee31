//! A verification under way.

use std::borrow::Cow;

use sqloquent_core::{Dialect, Result};

use super::{Finding, FindingKind, Progress, ProgressFn, Report, Stage};
use crate::{
    executor::Executor,
    history::{Checkpoint, heads, models},
    schema::{Table, same_table},
};

/// A verification under way.
pub(super) struct Run<'r> {
    pub(super) db: &'r dyn Executor,
    pub(super) dialect: Dialect,
    pub(super) tables: &'r [Table],
    pub(super) report: Report,
    pub(super) keep: usize,
    pub(super) on_progress: Option<&'r ProgressFn<'r>>,
}

impl Run<'_> {
    pub(super) fn found(
        &mut self,
        kind: FindingKind,
        model: &str,
        record_id: Option<String>,
        sequence: Option<u64>,
        detail: Cow<'static, str>,
    ) {
        let finding = Finding {
            kind,
            model: model.to_owned(),
            record_id,
            sequence,
            detail,
        };
        self.report.add(finding, self.keep);
    }

    pub(super) fn progress(&self, stage: Stage, model: &str) {
        if let Some(tell) = self.on_progress {
            tell(&Progress {
                stage,
                model,
                records: self.report.records,
                archives: self.report.archives,
                journal_rows: self.report.journal_rows,
            });
        }
    }

    /// The table of a model by the model's name.
    pub(super) fn table_of(&self, model: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.model == model)
    }

    /// Walks the journal of every model that has rows or a head, or that the checkpoint speaks of; where the model's
    /// table is verified, compares the two.
    pub(super) async fn journal(&mut self, checkpoint: Option<&Checkpoint>) -> Result<()> {
        let heads = heads(self.db).await?;
        let mut all = models(self.db).await?;
        all.extend(heads.iter().map(|head| head.model.clone()));
        let trees = checkpoint.map_or(&[][..], |c| &c.trees);
        all.extend(trees.iter().map(|t| t.model.clone()));
        let noted = self.tables.iter().filter(|t| t.history);
        all.extend(noted.map(|t| t.model.clone().into_owned()));
        all.sort_unstable();
        all.dedup();
        for model in &all {
            let head = heads.iter().find(|head| head.model == *model);
            let tree = trees.iter().find(|t| t.model == *model);
            match self.table_of(model).filter(|t| t.history).cloned() {
                Some(table) => self.noted_table(&table, head, tree).await?,
                None => self.walk(model, head, tree, None).await?,
            }
        }
        Ok(())
    }
}

/// Whether two tables are one.
pub(super) fn is_same(a: &Table, b: &Table) -> bool {
    same_table(&a.name, &b.name)
}
