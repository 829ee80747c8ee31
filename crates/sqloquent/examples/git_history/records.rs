//! What is stored.
//!
//! Commits are content-addressed: their ids are hashes of what is stored of them, the ids of their parents included. So
//! an id stands for a commit with everything that came before it, as in git itself.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use sqloquent::{ContentId, IdList, prelude::*};

use crate::parse;

/// What identifies a commit: the hash of its content.
pub(crate) type CommitId = ContentId;

/// Who wrote commits.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(unique(name, email))]
pub(crate) struct Author {
    #[model(id)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// A commit.
///
/// Which number its author has is the database's affair and no part of the content.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, exclude_from_hash = ["author_id"], new = false)]
pub(crate) struct Commit {
    #[model(id)]
    pub(crate) id: CommitId,
    /// The hash that git gave it.
    #[model(unique)]
    pub(crate) hash: String,
    #[model(references = Author, index)]
    pub(crate) author_id: i64,
    #[model(index)]
    pub(crate) authored_at: SystemTime,
    pub(crate) subject: String,
    /// The commits that it follows.
    pub(crate) parent_ids: IdList<CommitId>,
    /// How many files it changed.
    pub(crate) files: i64,
    #[model(contains(key = parent_ids))]
    pub(crate) parents: Related<Vec<Commit>>,
    #[model(within(key = parent_ids))]
    pub(crate) children: Related<Vec<Commit>>,
}

/// A file changed by a commit.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "changes")]
pub(crate) struct Change {
    #[model(id)]
    pub(crate) id: i64,
    #[model(references = Commit, index, on_delete = cascade)]
    pub(crate) commit_id: CommitId,
    #[model(index)]
    pub(crate) path: String,
    /// What the file was called before, where it was renamed.
    pub(crate) old_path: Option<String>,
    /// Lines added; none for a binary file.
    pub(crate) added: Option<i64>,
    /// Lines removed; none for a binary file.
    pub(crate) removed: Option<i64>,
}

impl Commit {
    /// The commit as git tells of it. `known` are the commits before it, by the hashes that git gave them.
    pub(crate) fn from_git(
        commit: &parse::Commit,
        author_id: i64,
        known: &HashMap<String, CommitId>,
    ) -> Result<Self> {
        // Of a shallow clone, git does not know what came before its oldest commits.
        let parents = commit
            .parents
            .split_whitespace()
            .filter_map(|hash| known.get(hash));
        let mut made = Self {
            id: CommitId::UNSET,
            hash: commit.hash.clone(),
            author_id,
            authored_at: time(commit.authored_at),
            subject: commit.subject.clone(),
            parent_ids: IdList::of(parents.copied())?,
            files: i64::try_from(commit.changes.len()).unwrap_or(i64::MAX),
            parents: Related::default(),
            children: Related::default(),
        };
        made.id = made.content_id()?;
        Ok(made)
    }
}

impl Change {
    pub(crate) fn from_git(change: &parse::Change, commit: &Commit) -> Self {
        Self {
            id: 0,
            commit_id: commit.id,
            path: change.path.clone(),
            old_path: change.old_path.clone(),
            added: change.added,
            removed: change.removed,
        }
    }
}

/// Clocks of authors may say anything; what no database can hold becomes the nearest time that it can.
fn time(seconds: i64) -> SystemTime {
    // The last second of the year 9999.
    let seconds = u64::try_from(seconds).unwrap_or(0).min(253_402_300_799);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
