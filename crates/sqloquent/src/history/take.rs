//! Taking checkpoints.

use std::panic::Location;

use sqloquent_core::{Error, ErrorKind, Isolation, Result, TxOptions};

use super::{
    Checkpoint, Hash, JournalQuery, MerkleTree, TreeHead,
    head::{heads, numbers},
    journal,
};
use crate::{
    call::Call,
    db::Db,
    executor::Executor,
    tx::{ExecutorView, Lease, Savepoint, Tx},
    write::now_micros,
};

/// How many hashes are read at a time.
const PAGE: u64 = 2_000;

async fn take(db: &dyn Executor) -> Result<Checkpoint> {
    let micros = now_micros();
    let mut heads = heads(db).await?;
    for number in numbers(db).await? {
        if !heads.iter().any(|head| head.chain.number == number) {
            return Err(broken(&format!("model {number}")));
        }
    }
    heads.sort_unstable_by(|a, b| a.chain.model.cmp(&b.chain.model));
    let mut trees = Vec::with_capacity(heads.len());
    for head in heads {
        let model = &head.chain.model;
        let mut tree = MerkleTree::new();
        let mut last = -1;
        loop {
            let page = JournalQuery::of(&head.chain).after(last, PAGE).hashes(db).await?;
            if page.is_empty() {
                break;
            }
            for (sequence, hash) in page {
                if sequence != last.max(0) + 1 {
                    return Err(broken(model));
                }
                last = sequence;
                if hash.len() != size_of::<Hash>() {
                    return Err(broken(model));
                }
                tree.push(&hash);
            }
        }
        if !tree.is_empty() {
            trees.push(TreeHead {
                size: tree.len(),
                root: tree.root(),
                model: model.to_string(),
            });
        }
    }
    Ok(Checkpoint { micros, trees })
}

#[cold]
fn broken(model: &str) -> Error {
    Error::new(
        ErrorKind::ContentMismatch,
        format!(
            "the journal of `{model}` is broken, and a checkpoint of it would be worth nothing; verify the database first"
        ),
    )
    .with_table(journal::TABLE)
}

impl Db {
    /// Says in a few lines what the journal is now: for each model how many rows there are, and one hash over them all.
    /// Keep it elsewhere. It reads the hashes of all journal rows.
    ///
    /// # Errors
    /// [`ErrorKind::ContentMismatch`] when rows are missing, or rows of a model that has no head; a database without the tables of the journal.
    #[track_caller]
    pub fn checkpoint(&self) -> Call<'_, Checkpoint> {
        let caller = Location::caller();
        Call::steps(async move {
            let options = TxOptions::new().read_only().isolation(Isolation::RepeatableRead);
            let tx = self.handle().begin(options, caller).await?;
            let checkpoint = take(&tx).await;
            tx.rollback().await?;
            checkpoint
        })
    }
}

macro_rules! checkpoint {
    ($($t:ty),+) => {$(
        impl $t {
            /// Says in a few lines what the journal is now, changes of this transaction included; see
            /// [`Db::checkpoint`].
            ///
            /// # Errors
            /// As [`Db::checkpoint`].
            #[track_caller]
            pub fn checkpoint(&self) -> Call<'_, Checkpoint> {
                Call::steps(take(self))
            }
        }
    )+};
}

checkpoint!(Tx, Lease, Savepoint<'_>, ExecutorView<'_>);
