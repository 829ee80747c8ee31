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

use super::Gate;
use crate::{hooks::Pending, job::Execute};

/// A session and the savepoints that were dropped on it. Those are undone before anything else runs.
pub(crate) struct Exclusive {
    session: Box<dyn Session>,
    dropped: Mutex<Vec<String>>,
    any: AtomicBool,
    gate: Gate,
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
            gate: Gate::default(),
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

    /// Notes that a savepoint was dropped without being released.
    pub(super) fn drop_savepoint(&self, name: String) {
        self.dropped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(name);
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

    async fn undo_dropped(&self, cx: CallContext) -> Result<()> {
        if !self.any.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let names = std::mem::take(&mut *self.dropped.lock().unwrap_or_else(PoisonError::into_inner));
        for name in names {
            for sql in [
                format!("ROLLBACK TO SAVEPOINT {name}"),
                format!("RELEASE SAVEPOINT {name}"),
            ] {
                let job = Execute::one(Statement::new(sql, Vec::new()).uncached(), Plan::WRITE_BY_KEY);
                self.session.run(Box::new(job), cx).await?;
            }
        }
        Ok(())
    }
}
