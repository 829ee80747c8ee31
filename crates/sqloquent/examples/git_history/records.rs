//! What is stored.
//!
//! What identifies a commit is named in one place, [`CommitId`], and a [`Commit`] is made in one place,
//! [`Commit::from_git`], from nothing but what git says. That is what it takes to make commits content-addressed: their
//! ids are then made from these very fields, and only that place and that type change.

use std::time::{Duration, SystemTime};

use sqloquent::prelude::*;

use crate::parse;

/// What identifies a commit: the hash that git gave it.
pub(crate) type CommitId = String;

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
#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Commit {
    #[model(id(given))]
    pub(crate) id: CommitId,
    #[model(references = Author, index)]
    pub(crate) author_id: i64,
    #[model(index)]
    pub(crate) authored_at: SystemTime,
    pub(crate) subject: String,
    /// The hashes of the commits that it follows, with spaces between.
    pub(crate) parents: String,
    /// How many files it changed.
    pub(crate) files: i64,
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
    pub(crate) fn from_git(commit: &parse::Commit, author_id: i64) -> Self {
        Self {
            id: commit.hash.clone(),
            author_id,
            authored_at: time(commit.authored_at),
            subject: commit.subject.clone(),
            parents: commit.parents.clone(),
            files: i64::try_from(commit.changes.len()).unwrap_or(i64::MAX),
        }
    }
}

impl Change {
    pub(crate) fn from_git(change: &parse::Change, commit: &Commit) -> Self {
        Self {
            id: 0,
            commit_id: commit.id.clone(),
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
