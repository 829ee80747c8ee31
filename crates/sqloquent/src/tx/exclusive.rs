//! A connection in exclusive use, with the savepoints that are still to be undone on it.

use std::{
    panic::Location,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sqloquent_core::{
    BoxFuture, CallContext, ChunkJob, Cursor, Job, Plan, Result, Session, Statement, Tried,
};

use crate::job::Execute;

/// A session and the savepoints that were dropped on it. Those are undone before anything else runs.
pub(crate) struct Exclusive {
    session: Box<dyn Session>,
    dropped: Mutex<Vec<String>>,
    any: AtomicBool,
}

impl Exclusive {
    pub(crate) fn new(session: Box<dyn Session>) -> Self {
        Self {
            session,
            dropped: Mutex::new(Vec::new()),
            any: AtomicBool::new(false),
        }
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
