//! From git into the database.

use std::collections::{HashMap, HashSet};

use sqloquent::prelude::*;
use tokio::sync::mpsc;

use crate::{
    Failure,
    git::Repository,
    parse,
    records::{Author, Change, Commit, CommitId},
};

/// How many commits are stored in one transaction.
const BATCH: usize = 1_000;

/// What was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loaded {
    pub(crate) authors: u64,
    pub(crate) commits: u64,
    pub(crate) changes: u64,
}

/// Who an author is to git: name and address.
type Signature = (String, String);

/// Stores the commits that are not there yet. `progress` hears of every batch, stored or known.
pub(crate) async fn load(db: &Db, repository: Repository, progress: impl Fn(u64)) -> Result<Loaded, Failure> {
    db.create_tables::<(Author, Commit, Change)>().await?;
    let known = Commit::query().select(|c| (c.hash, c.id)).get(db).await?;
    let mut known: HashMap<String, CommitId> = known.into_iter().collect();
    let authors = Author::query().get(db).await?;
    let mut authors: HashMap<Signature, i64> =
        authors.into_iter().map(|a| ((a.name, a.email), a.id)).collect();

    // git is read on a thread of its own, at most two batches ahead.
    let (sender, mut batches) = mpsc::channel::<Vec<parse::Commit>>(2);
    let reading = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        repository.log(|commit| {
            batch.push(commit);
            // Nobody listens any more after an error of the database.
            batch.len() < BATCH || sender.blocking_send(std::mem::take(&mut batch)).is_ok()
        })?;
        let _ = sender.blocking_send(batch);
        Ok::<_, Failure>(())
    });
    let mut loaded = Loaded::default();
    while let Some(mut batch) = batches.recv().await {
        let read = batch.len() as u64;
        batch.retain(|commit| !known.contains_key(&commit.hash));
        let added = store(db, &batch, &mut authors, &mut known).await?;
        loaded.authors += added.authors;
        loaded.commits += added.commits;
        loaded.changes += added.changes;
        progress(read);
    }
    reading.await??;
    Ok(loaded)
}

/// Stores a batch, or nothing of it.
async fn store(
    db: &Db,
    batch: &[parse::Commit],
    authors: &mut HashMap<Signature, i64>,
    known: &mut HashMap<String, CommitId>,
) -> Result<Loaded, Error> {
    let signature = |commit: &parse::Commit| (commit.name.clone(), commit.email.clone());
    let new: HashSet<Signature> = batch
        .iter()
        .map(signature)
        .filter(|s| !authors.contains_key(s))
        .collect();
    db.transaction(async |tx| {
        let new = new.into_iter().map(|(name, email)| Author::new(name, email));
        let new = Author::insert_many_returning(tx, new).await?;
        let added = new.len() as u64;
        authors.extend(new.into_iter().map(|a| ((a.name, a.email), a.id)));

        let mut commits = Vec::with_capacity(batch.len());
        for read in batch {
            let author = authors.get(&signature(read)).copied().unwrap_or_default();
            let commit = Commit::from_git(read, author, known)?;
            known.insert(commit.hash.clone(), commit.id);
            commits.push(commit);
        }
        let changes: Vec<Change> = batch
            .iter()
            .zip(&commits)
            .flat_map(|(read, commit)| read.changes.iter().map(|change| Change::from_git(change, commit)))
            .collect();
        Ok(Loaded {
            authors: added,
            commits: Commit::insert_many(tx, commits).await?,
            changes: Change::insert_many(tx, changes).await?,
        })
    })
    .await
}
