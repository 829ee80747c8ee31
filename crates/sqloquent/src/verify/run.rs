//! A verification under way.

use std::borrow::Cow;

use sqloquent_core::{Dialect, Result};

use super::{Finding, FindingKind, Progress, ProgressFn, Report, Stage, chain::Walked};
use crate::{
    executor::Executor,
    history::{Checkpoint, heads, numbers},
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

    /// Walks the journal of every model that has a head, or that the checkpoint speaks of; where the model's table is
    /// verified, compares the two.
    pub(super) async fn journal(&mut self, checkpoint: Option<&Checkpoint>) -> Result<()> {
        let heads = heads(self.db).await?;
        let trees = checkpoint.map_or(&[][..], |c| &c.trees);
        let mut all: Vec<&str> = heads.iter().map(|head| &*head.chain.model).collect();
        all.extend(trees.iter().map(|t| &*t.model));
        let noted = self.tables.iter().filter(|t| t.history);
        all.extend(noted.map(|t| &*t.model));
        all.sort_unstable();
        all.dedup();
        for model in all {
            let mut of_model = heads.iter().filter(|head| *head.chain.model == *model);
            let (head, other) = (of_model.next(), of_model.next());
            if other.is_some() {
                let detail = "there are several heads of the model; only the first is looked at";
                self.found(FindingKind::ChainBreak, model, None, None, detail.into());
            }
            let tree = trees.iter().find(|t| t.model == model);
            match self.table_of(model).filter(|t| t.history).cloned() {
                Some(table) => self.noted_table(&table, head, tree).await?,
                None => self.walk(Walked::of(model, head, None), tree, None).await?,
            }
        }
        for number in numbers(self.db).await? {
            if !heads.iter().any(|head| head.chain.number == number) {
                let detail =
                    "the journal has rows of a model of this number, but no head says which model that is";
                let model = number.to_string();
                self.found(FindingKind::ChainBreak, &model, None, None, detail.into());
            }
        }
        Ok(())
    }
}

/// Whether two tables are one.
pub(super) fn is_same(a: &Table, b: &Table) -> bool {
    same_table(&a.name, &b.name)
}
