//! What all parts of one open database share.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Instant,
};

use sqloquent_core::{Access, CallContext, Error, ErrorKind, Job, Plan, Result, Stats};

use crate::{
    checkpoint::Checkpoints,
    chunk_queue::ChunkQueue,
    combine::Combiner,
    connection::Connection,
    costs::{Costs, Shape},
    counters::{Counter, Counters},
    executor::Executor,
    lane::{Lane, Wait},
    lease::{Kind, Lease},
    open::{self, Facts},
    options::{Durability, Place, SqliteOptions},
};

/// One open database.
pub(crate) struct Shared {
    pub(crate) options: SqliteOptions,
    pub(crate) facts: Facts,
    pub(crate) counters: Arc<Counters>,
    pub(crate) writer: Lane,
    pub(crate) readers: Lane,
    pub(crate) cursors: Lane,
    pub(crate) executor: Executor,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) costs: Costs,
    pub(crate) combiner: Combiner,
    pub(crate) closed: AtomicBool,
    /// Held by whoever closes; true once that is done.
    pub(crate) closing: tokio::sync::Mutex<bool>,
    /// The cursor that holds the only connection of a memory database.
    only_cursor: Mutex<Weak<ChunkQueue>>,
}

impl Shared {
    pub(crate) fn new(options: SqliteOptions) -> Result<Arc<Self>> {
        let counters = Arc::new(Counters::default());
        let (writer, facts) = open::first(&options, &counters)?;
        let readers = if facts.single { 0 } else { options.readers };
        let shared = Self {
            writer: Lane::new(1, "the writing connection"),
            readers: Lane::new(readers, "a reading connection"),
            cursors: Lane::new(
                if facts.single { 0 } else { options.cursors },
                "a connection for a cursor",
            ),
            executor: Executor::new(options.threads.unwrap_or(readers + 2)),
            checkpoints: Checkpoints::default(),
            costs: Costs::new(),
            combiner: Combiner::default(),
            closed: AtomicBool::new(false),
            closing: tokio::sync::Mutex::default(),
            only_cursor: Mutex::default(),
            options,
            facts,
            counters,
        };
        shared.writer.put(Box::new(writer));
        Ok(Arc::new(shared))
    }

    /// Which connection serves such access.
    pub(crate) fn kind(&self, access: Access) -> Kind {
        match access {
            Access::Read if !self.facts.single => Kind::Reader,
            _ => Kind::Writer,
        }
    }

    pub(crate) fn lane(&self, kind: Kind) -> &Lane {
        match kind {
            Kind::Writer => &self.writer,
            Kind::Reader => &self.readers,
            Kind::Cursor => &self.cursors,
        }
    }

    /// What the job is known by, if that has a part in where it runs.
    pub(crate) fn shape(&self, job: &dyn Job, plan: Plan) -> Option<Shape> {
        if self.options.on_the_spot {
            self.costs.shape(job, plan)
        } else {
            None
        }
    }

    /// Whether a job may run on the caller's thread at all.
    pub(crate) fn may_run_here(&self, plan: &Plan, shape: Option<Shape>) -> bool {
        self.options.on_the_spot
            && self.costs.is_short(plan, shape)
            && (plan.access == Access::Read || self.writes_are_short())
    }

    /// Whether a small write by itself, or a small commit, touches the disk without waiting for it.
    pub(crate) fn writes_are_short(&self) -> bool {
        self.facts.single
            || self.options.durability == Durability::Off
            || (self.facts.wal
                && self.options.durability == Durability::Normal
                && !self.checkpoints.flush_is_due())
    }

    /// A connection, if one is free and open.
    pub(crate) fn try_lease(self: &Arc<Self>, kind: Kind) -> Option<Lease> {
        if self.closed.load(Relaxed) {
            return None;
        }
        let connection = self.lane(kind).try_take_open()?;
        Some(Lease::new(Arc::clone(self), kind, Some(connection), 0))
    }

    /// A connection, after waiting for one.
    pub(crate) async fn lease(self: &Arc<Self>, kind: Kind, cx: &CallContext) -> Result<Lease> {
        self.check_open()?;
        self.lease_for_accepted(kind, cx).await
    }

    /// The same for a call that came before the database was closed.
    pub(crate) async fn lease_for_accepted(self: &Arc<Self>, kind: Kind, cx: &CallContext) -> Result<Lease> {
        let lane = self.lane(kind);
        if !lane.try_enter() {
            if self.facts.single {
                self.hurry_cursor();
            }
            self.wait(lane, cx.deadline).await?;
        }
        let connection = lane.take_idle();
        let holder = lane.register(cx.caller);
        Ok(Lease::new(Arc::clone(self), kind, connection, holder))
    }

    pub(crate) async fn wait(&self, lane: &Lane, deadline: Option<Instant>) -> Result<()> {
        match lane
            .enter(&self.counters, self.options.wait_timeout, deadline)
            .await
        {
            Wait::Entered => Ok(()),
            Wait::Closed => Err(closed()),
            Wait::TimedOut(error) => {
                self.counters.timeouts.add();
                Err(error)
            }
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    pub(crate) fn check_open(&self) -> Result<()> {
        if self.closed.load(Relaxed) {
            Err(closed())
        } else {
            Ok(())
        }
    }

    /// Opens one more connection of a kind.
    pub(crate) fn open(&self, kind: Kind) -> Result<Connection> {
        match kind {
            _ if self.facts.single => Err(Error::new(
                ErrorKind::Connection,
                "the only connection of the database in memory is gone",
            )),
            Kind::Writer => open::writer(&self.options, &self.facts, &self.counters),
            Kind::Reader | Kind::Cursor => {
                let what = if kind == Kind::Cursor { "cursor" } else { "reader" };
                let name = format!("{what}-{}", self.lane(kind).next_number());
                open::reader(&self.options, &self.facts, &self.counters, &name)
            }
        }
    }

    /// Remembers the cursor on the only connection, so that those who wait can hurry it.
    pub(crate) fn set_only_cursor(&self, queue: &Arc<ChunkQueue>) {
        if self.facts.single {
            *self.only_cursor.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(queue);
            if self.counters.waiting.get() > 0 {
                queue.hurry();
            }
        }
    }

    fn hurry_cursor(&self) {
        let queue = self
            .only_cursor
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .upgrade();
        if let Some(queue) = queue {
            queue.hurry();
        }
    }

    pub(crate) fn describe(&self) -> String {
        match &self.options.place {
            Place::Memory => "sqlite::memory:".to_owned(),
            Place::File(path) => format!("sqlite:{}", path.display()),
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        let count = |c: &Counter| usize::try_from(c.get()).unwrap_or(usize::MAX);
        let c = &*self.counters;
        let (statements, on_the_spot) = c.tallied();
        let mut stats = Stats::default();
        stats.connections = count(&c.connections);
        stats.in_use = self.writer.in_use() + self.readers.in_use() + self.cursors.in_use();
        stats.waiting = count(&c.waiting);
        stats.open_transactions = count(&c.transactions);
        stats.statements = statements;
        stats.on_the_spot = on_the_spot;
        stats.handed_over = c.handed_over.get();
        stats.commits = c.commits.get();
        stats.rollbacks = c.rollbacks.get();
        stats.busy_retries = c.busy_retries.get();
        stats.checkpoints = c.checkpoints.get();
        stats.timeouts = c.timeouts.get();
        stats.combined = c.combined.get();
        stats
    }
}

#[cold]
pub(crate) fn closed() -> Error {
    Error::new(
        ErrorKind::Closed,
        "the database was closed; connect again to use it",
    )
}
