//! Walking the journal of a model: numbers, hashes, head, and the tree of a checkpoint.

use std::borrow::Cow;

use packify::Packer;
use sqloquent_core::Result;

use super::{FindingKind, Stage, ledger::Ledger, run::Run};
use crate::history::{Hash, Head, HistoryEntry, JournalQuery, MerkleTree, NO_HASH, TreeHead};

/// How many journal rows are read at a time.
const PAGE: u64 = 500;

/// What is known of the rows walked so far.
struct Walk<'w> {
    model: &'w str,
    expected: i64,
    previous: Option<Hash>,
    tree: MerkleTree,
    checkpoint: Option<&'w TreeHead>,
    /// Whether the tree has had the size that the checkpoint speaks of.
    reached: bool,
}

impl Run<'_> {
    /// Walks all rows of a model, and notes in a ledger what they say of its records.
    pub(super) async fn walk(
        &mut self,
        model: &str,
        head: Option<&Head>,
        checkpoint: Option<&TreeHead>,
        mut ledger: Option<&mut Ledger>,
    ) -> Result<()> {
        let mut walk = Walk {
            model,
            expected: 1,
            previous: Some(NO_HASH),
            tree: MerkleTree::new(),
            checkpoint,
            reached: false,
        };
        let mut packer = Packer::new();
        let mut last = i64::MIN;
        loop {
            let page = JournalQuery::of(model)
                .after(last, PAGE)
                .get_leniently(self.db)
                .await?;
            let Some((newest, _)) = page.last() else { break };
            last = *newest;
            self.report.journal_rows += page.len() as u64;
            for (sequence, entry) in &page {
                self.step(&mut walk, *sequence, entry.as_ref(), &mut packer)?;
                if let (Some(ledger), Some(entry)) = (&mut ledger, entry) {
                    ledger.note(entry);
                }
            }
            self.progress(Stage::Journal, model);
        }
        self.end(&walk, last, head);
        Ok(())
    }

    /// Notes in a ledger what rows that were walked already say of records.
    pub(super) async fn reread(&self, model: &str, ledger: &mut Ledger) -> Result<()> {
        let mut last = i64::MIN;
        loop {
            let page = JournalQuery::of(model)
                .after(last, PAGE)
                .get_leniently(self.db)
                .await?;
            let Some((newest, _)) = page.last() else {
                return Ok(());
            };
            last = *newest;
            page.iter()
                .filter_map(|(_, e)| e.as_ref())
                .for_each(|e| ledger.note(e));
        }
    }

    fn step(
        &mut self,
        walk: &mut Walk<'_>,
        sequence: i64,
        entry: Option<&HistoryEntry>,
        packer: &mut Packer,
    ) -> Result<()> {
        let number = u64::try_from(sequence).ok();
        let record = entry.map(|e| e.record_id.clone());
        let broken = |run: &mut Self, detail: Cow<'static, str>| {
            run.found(
                FindingKind::ChainBreak,
                walk.model,
                record.clone(),
                number,
                detail,
            );
        };
        if sequence != walk.expected {
            let missing = if sequence == walk.expected + 1 {
                format!("row {} is not there", walk.expected)
            } else {
                format!("rows {} to {} are not there", walk.expected, sequence - 1)
            };
            broken(self, missing.into());
        }
        walk.expected = sequence.saturating_add(1);
        let Some(entry) = entry else {
            broken(self, "the row cannot be read".into());
            walk.previous = None;
            walk.tree.push(&NO_HASH);
            return Ok(());
        };
        if walk
            .previous
            .is_some_and(|previous| entry.previous_hash != previous)
        {
            broken(self, "the row does not hold the hash of the row before it".into());
        }
        let computed = entry.computed_hash(packer)?;
        if computed != entry.hash {
            broken(
                self,
                "the row was changed: its hash is that of something else".into(),
            );
        }
        if !entry.is_findable() {
            broken(self, "the row has the key of another record".into());
        }
        walk.previous = Some(entry.hash);
        walk.tree.push(&computed);
        if let Some(checkpoint) = walk.checkpoint
            && checkpoint.size == walk.tree.len()
        {
            walk.reached = true;
            if checkpoint.root != walk.tree.root() {
                self.rewritten(walk.model, checkpoint);
            }
        }
        Ok(())
    }

    fn rewritten(&mut self, model: &str, checkpoint: &TreeHead) {
        let detail = format!(
            "the first {} rows are not those that the checkpoint covers",
            checkpoint.size
        );
        self.found(FindingKind::Rewritten, model, None, None, detail.into());
    }

    fn end(&mut self, walk: &Walk<'_>, last: i64, head: Option<&Head>) {
        let newest = walk.previous;
        match head {
            Some(Head { sequence, hash, .. }) => {
                let last = last.max(0);
                if *sequence != last {
                    let detail = format!("the head speaks of {sequence} rows, the last one is {last}");
                    self.found(
                        FindingKind::ChainBreak,
                        walk.model,
                        None,
                        u64::try_from(last).ok(),
                        detail.into(),
                    );
                } else if newest.is_some_and(|newest| newest[..] != hash[..]) {
                    let detail = "the head does not hold the hash of the last row";
                    self.found(
                        FindingKind::ChainBreak,
                        walk.model,
                        None,
                        u64::try_from(last).ok(),
                        detail.into(),
                    );
                }
            }
            None if walk.tree.is_empty() => {}
            None => self.found(
                FindingKind::ChainBreak,
                walk.model,
                None,
                None,
                "the journal has rows of the model, but no head".into(),
            ),
        }
        if let Some(checkpoint) = walk.checkpoint
            && checkpoint.size > walk.tree.len()
        {
            let detail = format!(
                "there are {} rows; there were {} at the checkpoint",
                walk.tree.len(),
                checkpoint.size
            );
            self.found(FindingKind::CutOff, walk.model, None, None, detail.into());
        }
    }
}
