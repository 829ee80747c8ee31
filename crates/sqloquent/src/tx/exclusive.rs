//! A connection in exclusive use, with the savepoints that are still to be undone on it and the hooks that wait for its
//! end.

use std::{
    panic::Location,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sqloquent_core::{
    BoxFuture, CallContext, ChunkJob, Cursor, Job, Plan, Result, Session, Statement, Tried,
};

use super::{
    Gate,
    savepoint_name::{SavepointName, SavepointNames},
};
use crate::{hooks::Pending, job::Execute};

/// A savepoint that was dropped and is still to be undone.
#[derive(Clone, Copy)]
struct Dropped {
    name: SavepointName,
    /// Whether undoing it was begun by a call that was dropped in turn: it may be undone already.
    begun: bool,
}

/// A session and the savepoints that were dropped on it. Those are undone before anything else runs.
pub(crate) struct Exclusive {
    session: Box<dyn Session>,
    dropped: Mutex<Vec<Dropped>>,
    any: AtomicBool,
    /// Lets one call at a time undo what was dropped, and the others wait until that is done.
    undoing: Gate,
    gate: Gate,
    names: SavepointNames,
    /// Writes whose hooks wait for the end of the transaction.
    pending: Mutex<Vec<Pending>>,
    any_pending: AtomicBool,
    is_transaction: bool,
}

impl Exclusive {
    pub(crate) fn new(session: Box<dyn Session>) -> Self {
        Self {
            session,
            dropped: Mutex::new(Vec::new()),
            any: AtomicBool::new(false),
            undoing: Gate::default(),
            gate: Gate::default(),
            names: SavepointNames::default(),
            pending: Mutex::new(Vec::new()),
            any_pending: AtomicBool::new(false),
            is_transaction: true,
        }
    }

    /// A connection without a transaction.
    pub(crate) fn leased(session: Box<dyn Session>) -> Self {
        Self {
            is_transaction: false,
            ..Self::new(session)
        }
    }

    pub(crate) fn is_transaction(&self) -> bool {
        self.is_transaction
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Keeps a write whose hooks wait for the end of the transaction.
    pub(crate) fn enlist(&self, pending: Pending) {
        self.lock_pending().push(pending);
        self.any_pending.store(true, Ordering::Release);
    }

    pub(crate) fn has_pending(&self) -> bool {
        self.any_pending.load(Ordering::Acquire)
    }

    pub(crate) fn take_pending(&self) -> Vec<Pending> {
        self.any_pending.store(false, Ordering::Release);
        std::mem::take(&mut *self.lock_pending())
    }

    /// How many writes wait: those from here on belong to what begins now.
    pub(crate) fn pending_from(&self) -> usize {
        if self.has_pending() {
            self.lock_pending().len()
        } else {
            0
        }
    }

    /// Notes that the writes from there on were undone.
    pub(crate) fn undo_pending(&self, from: usize) {
        if self.has_pending() {
            self.lock_pending().iter_mut().skip(from).for_each(Pending::undo);
        }
    }

    fn lock_pending(&self) -> MutexGuard<'_, Vec<Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn session(&self) -> &dyn Session {
        &*self.session
    }

    /// The names of its savepoints.
    pub(super) fn names(&self) -> &SavepointNames {
        &self.names
    }

    /// Notes that a savepoint was dropped without being released.
    pub(super) fn drop_savepoint(&self, name: SavepointName) {
        let mut dropped = self.lock_dropped();
        dropped.push(Dropped { name, begun: false });
        self.any.store(true, Ordering::Release);
    }

    pub(crate) fn try_run(&self, job: Box<dyn Job>, cx: CallContext) -> Tried {
        if self.any.load(Ordering::Acquire) {
            Tried::NotNow(job)
        } else {
            self.session.try_run(job, cx)
        }
    }

    pub(crate) async fn run(&self, job: Box<dyn Job>, cx: CallContext) -> Result<Box<dyn Job>> {
        self.undo_dropped(cx).await?;
        self.session.run(job, cx).await
    }

    pub(crate) async fn cursor(&self, job: Box<dyn ChunkJob>, cx: CallContext) -> Result<Box<dyn Cursor>> {
        self.undo_dropped(cx).await?;
        self.session.cursor(job, cx).await
    }

    pub(crate) async fn script(&self, sql: String, cx: CallContext) -> Result<()> {
        self.undo_dropped(cx).await?;
        self.session.script(sql, cx).await
    }

    pub(crate) fn commit(self, caller: &'static Location<'static>) -> BoxFuture<'static, Result<()>> {
        if !self.any.load(Ordering::Acquire) {
            return self.session.commit();
        }
        Box::pin(async move {
            self.undo_dropped(CallContext::at(caller)).await?;
            self.session.commit().await
        })
    }

    pub(crate) fn rollback(self) -> BoxFuture<'static, Result<()>> {
        self.session.rollback()
    }

    /// Undoes the savepoints that were dropped. Nothing else runs on the connection until they are: a statement in
    /// between would be undone with them.
    async fn undo_dropped(&self, cx: CallContext) -> Result<()> {
        if !self.any.load(Ordering::Acquire) {
            return Ok(());
        }
        let _pass = self.undoing.pass().await;
        while let Some(next) = self.next_dropped() {
            for verb in ["ROLLBACK TO", "RELEASE"] {
                let sql = format!("{verb} SAVEPOINT {}", next.name);
                let job = Execute::one(Statement::new(sql, Vec::new()).uncached(), Plan::WRITE_BY_KEY);
                match self.session.run(Box::new(job), cx).await {
                    // It was undone by the call that was dropped while it did so.
                    Err(_) if next.begun => break,
                    done => done?,
                };
            }
            self.lock_dropped().remove(0);
            self.names.free(next.name);
        }
        Ok(())
    }

    /// The next savepoint to be undone, which stays noted until it is.
    fn next_dropped(&self) -> Option<Dropped> {
        let mut dropped = self.lock_dropped();
        let next = dropped.first_mut().map(|first| {
            let next = *first;
            first.begun = true;
            next
        });
        if next.is_none() {
            self.any.store(false, Ordering::Release);
        }
        next
    }

    fn lock_dropped(&self) -> MutexGuard<'_, Vec<Dropped>> {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
