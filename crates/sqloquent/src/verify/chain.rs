//! Walking the journal of a model: numbers, hashes, head, and the tree of a checkpoint.

use std::borrow::Cow;

use sqloquent_core::Result;

use super::{FindingKind, Stage, digest::Digests, ledger::Ledger, link::Link, run::Run, versions::Versions};
use crate::{
    history::{Hash, Head, JournalQuery, MerkleTree, NO_HASH, TreeHead},
    schema::Table,
};

/// How many journal rows are read at a time.
const PAGE: u64 = 1_000;

/// Before the first row, whatever number that may have.
const BEGIN: i64 = -1;

/// Whose rows are walked.
#[derive(Clone, Copy)]
pub(super) struct Walked<'w> {
    model: &'w str,
    head: Option<&'w Head>,
    /// The table of the model, if it is verified.
    table: Option<&'w Table>,
}

impl<'w> Walked<'w> {
    pub(super) fn of(model: &'w str, head: Option<&'w Head>, table: Option<&'w Table>) -> Self {
        Self { model, head, table }
    }
}

/// What is known of the rows walked so far.
struct Walk<'w> {
    model: &'w str,
    rows: u64,
    expected: i64,
    /// The hash of the row before; none where that is not known.
    previous: Option<Hash>,
    /// What the checkpoint speaks of, and the tree as far as that goes.
    checkpoint: Option<(&'w TreeHead, MerkleTree)>,
}

impl Run<'_> {
    /// Walks all rows of a model, and notes in a ledger what they say of its records.
    pub(super) async fn walk(
        &mut self,
        of: Walked<'_>,
        checkpoint: Option<&TreeHead>,
        mut noted: Option<(&mut Ledger, Option<&mut Versions>)>,
    ) -> Result<()> {
        let mut walk = Walk {
            model: of.model,
            rows: 0,
            expected: 1,
            previous: Some(NO_HASH),
            checkpoint: checkpoint.map(|tree| (tree, MerkleTree::new())),
        };
        let digests = noted
            .as_ref()
            .map_or_else(Digests::default, |(l, _)| l.digests.clone());
        let decode = Link::decoder(of.model, of.table, digests);
        let mut last = BEGIN;
        while let Some(head) = of.head {
            let query = JournalQuery::of(&head.chain).after(last, PAGE);
            let page = query.get_as(self.db, decode.clone()).await?;
            let Some(newest) = page.last() else { break };
            last = newest.sequence;
            self.report.journal_rows += page.len() as u64;
            for link in &page {
                self.step(&mut walk, link);
                let (Some((ledger, versions)), Some(entry)) = (&mut noted, &link.entry) else {
                    continue;
                };
                ledger.note(link.sequence.unsigned_abs(), entry);
                if let Some(versions) = versions {
                    self.version(versions, link.sequence, entry).await?;
                }
            }
            self.progress(Stage::Journal, of.model);
        }
        if let Some((_, Some(versions))) = &mut noted {
            self.more_versions(versions).await?;
        }
        self.end(&walk, last, of.head);
        Ok(())
    }

    /// Notes in a ledger what rows that were walked already say of records.
    pub(super) async fn reread(&self, head: &Head, table: &Table, ledger: &mut Ledger) -> Result<()> {
        let decode = Link::decoder(&head.chain.model, Some(table), ledger.digests.clone());
        let mut last = BEGIN;
        loop {
            let query = JournalQuery::of(&head.chain).after(last, PAGE);
            let page = query.get_as(self.db, decode.clone()).await?;
            let Some(newest) = page.last() else {
                return Ok(());
            };
            last = newest.sequence;
            for link in &page {
                if let Some(entry) = &link.entry {
                    ledger.note(link.sequence.unsigned_abs(), entry);
                }
            }
        }
    }

    fn step(&mut self, walk: &mut Walk<'_>, link: &Link) {
        let (sequence, entry) = (link.sequence, link.entry.as_ref());
        let number = u64::try_from(sequence).ok();
        let broken = |run: &mut Self, detail: Cow<'static, str>| {
            let record = entry.map(|e| e.record_id.clone());
            run.found(FindingKind::ChainBreak, walk.model, record, number, detail);
        };
        if sequence != walk.expected {
            let missing = if sequence < walk.expected {
                format!("there is a row {sequence}, which cannot be")
            } else if sequence == walk.expected + 1 {
                format!("row {} is not there", walk.expected)
            } else {
                format!("rows {} to {} are not there", walk.expected, sequence - 1)
            };
            broken(self, missing.into());
            walk.previous = None;
        }
        walk.expected = sequence.saturating_add(1);
        walk.rows += 1;
        let previous = std::mem::replace(&mut walk.previous, link.hash);
        let Some(entry) = entry else {
            broken(self, "the row cannot be read".into());
            self.grow(walk, &NO_HASH);
            return;
        };
        // Behind a row that is not there it is not known what the hash ought to be.
        let computed = entry.unchained.behind(&previous.unwrap_or(NO_HASH));
        if previous.is_some() && link.hash != Some(computed) {
            let detail =
                "the row, or the hash of the row before it, was changed: its hash is that of something else";
            broken(self, detail.into());
        }
        if !entry.is_findable {
            broken(self, "the row has the key of another record".into());
        }
        self.grow(walk, &computed);
    }

    /// Adds a row to the tree of the checkpoint, and compares the two where the checkpoint ends.
    fn grow(&mut self, walk: &mut Walk<'_>, hash: &Hash) {
        let Some((checkpoint, tree)) = &mut walk.checkpoint else {
            return;
        };
        if tree.len() == checkpoint.size {
            return;
        }
        tree.push(hash);
        if tree.len() == checkpoint.size && tree.root() != checkpoint.root {
            let checkpoint = *checkpoint;
            self.rewritten(walk.model, checkpoint);
        }
    }

    fn rewritten(&mut self, model: &str, checkpoint: &TreeHead) {
        let detail = format!(
            "the first {} rows are not those that the checkpoint covers",
            checkpoint.size
        );
        self.found(FindingKind::Rewritten, model, None, None, detail.into());
    }

    fn end(&mut self, walk: &Walk<'_>, last: i64, head: Option<&Head>) {
        let last = last.max(0);
        let number = u64::try_from(last).ok();
        // Rows of no head are found by their numbers.
        if let Some(Head { sequence, hash, .. }) = head {
            if *sequence != last {
                let detail = format!("the head speaks of {sequence} rows, the last one is {last}");
                self.found(FindingKind::ChainBreak, walk.model, None, number, detail.into());
            } else if walk.previous.is_none_or(|newest| newest[..] != hash[..]) {
                let detail = "the head does not hold the hash of the last row";
                self.found(FindingKind::ChainBreak, walk.model, None, number, detail.into());
            }
        }
        if let Some((checkpoint, _)) = &walk.checkpoint
            && checkpoint.size > walk.rows
        {
            let detail = format!(
                "there are {} rows; there were {} at the checkpoint",
                walk.rows, checkpoint.size
            );
            self.found(FindingKind::CutOff, walk.model, None, None, detail.into());
        }
    }
}
