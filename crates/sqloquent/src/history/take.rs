//! Taking checkpoints.

use std::panic::Location;

use sqloquent_core::{Error, ErrorKind, Isolation, Result, TxOptions};

use super::{Checkpoint, Hash, JournalQuery, MerkleTree, TreeHead, journal, models};
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
    let mut models = models(db).await?;
    models.sort_unstable();
    let mut trees = Vec::with_capacity(models.len());
    for model in models {
        let mut tree = MerkleTree::new();
        let mut last = 0;
        loop {
            let page = JournalQuery::of(&model).after(last, PAGE).hashes(db).await?;
            if page.is_empty() {
                break;
            }
            for (sequence, hash) in page {
                if sequence != last + 1 {
                    return Err(broken(&model));
                }
                last = sequence;
                if hash.len() != size_of::<Hash>() {
                    return Err(broken(&model));
                }
                tree.push(&hash);
            }
        }
        trees.push(TreeHead {
            size: tree.len(),
            root: tree.root(),
            model,
        });
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
    /// [`ErrorKind::ContentMismatch`] when rows are missing; a database without the tables of the journal.
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
