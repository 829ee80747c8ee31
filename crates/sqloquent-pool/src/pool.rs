//! The pool.

use std::{
    any::Any,
    fmt,
    panic::Location,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Instant,
};

use deadpool::managed;
use sqloquent_core::{
    Access, Backend, BoxFuture, CallContext, ChunkJob, Cursor, Dialect, Driver, Error, ErrorKind, Job,
    Result, Session, Stats, TxOptions,
};

use crate::{
    PoolOptions,
    counters::Counters,
    cursor::{ChunkCursor, Chunking},
    lease::Lease,
    limit::{after, earlier, limited},
    run::{self, Done},
    session::{PoolSession, cut_off, ran_out},
    shared::{Common, Shared},
    slots::Slots,
    work::{Stop, Work},
};

/// A [`Backend`] over any [`Driver`]: opens connections as they are needed, up to a limit, and lends them to one call
/// or one session at a time, in the order in which those came.
///
/// ```
/// use std::sync::Arc;
/// use sqloquent_core::{Backend, Driver, Result};
/// use sqloquent_pool::{Pool, PoolOptions};
///
/// async fn open(driver: impl Driver) -> Result<Arc<dyn Backend>> {
///     let options = PoolOptions::new().max_connections(20);
///     Ok(Arc::new(Pool::connect(driver, options).await?))
/// }
/// ```
///
/// What happens to connections whose futures are dropped is told at the [head of the crate](crate).
pub struct Pool<D: Driver> {
    shared: Shared<D>,
    /// Set when the driver turns out to begin only plain transactions.
    plain_snapshots: Arc<AtomicBool>,
}

impl<D: Driver> Pool<D> {
    /// A pool that opens its first connection when one is needed.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] for a pool of no connections.
    pub fn new(driver: D, options: PoolOptions) -> Result<Self> {
        let configuration = |message: String| Error::new(ErrorKind::Configuration, message);
        if options.max_connections == 0 {
            return Err(configuration(
                "a pool needs `max_connections` of at least 1".to_owned(),
            ));
        }
        let slots = managed::Pool::builder(Slots::new(options))
            .max_size(options.max_connections)
            // The one used last is the one whose caches are warm; those not needed grow old.
            .queue_mode(managed::QueueMode::Lifo)
            .build()
            .map_err(|error| configuration(format!("the pool cannot be built: {error}")))?;
        let common = Common {
            options,
            holders: Arc::default(),
            counters: Counters::default(),
            place: driver.describe(),
        };
        Ok(Self {
            shared: Shared {
                driver,
                slots,
                common: Arc::new(common),
            },
            plain_snapshots: Arc::default(),
        })
    }

    /// A pool that has opened its first connection, so that a wrong address is noticed here.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`ErrorKind::Connection`] from the driver, [`ErrorKind::Timeout`] when it takes longer
    /// than [`connect_timeout`](PoolOptions::connect_timeout).
    #[track_caller]
    pub fn connect(driver: D, options: PoolOptions) -> impl Future<Output = Result<Self>> + Send {
        let cx = CallContext::at(Location::caller());
        async move {
            let pool = Self::new(driver, options)?;
            pool.shared.lease("opening", cx, None).await?;
            Ok(pool)
        }
    }

    /// The driver.
    #[must_use]
    pub fn driver(&self) -> &D {
        &self.shared.driver
    }

    /// How this pool behaves.
    #[must_use]
    pub fn options(&self) -> &PoolOptions {
        &self.shared.common.options
    }

    /// The work of running a job by itself, which gives the job back and the connection home.
    fn alone(
        &self,
        mut lease: Lease<D::Connection>,
        mut job: Box<dyn Job>,
        cx: CallContext,
    ) -> Work<Result<Done>> {
        let access = job.plan().access;
        let limit = (access == Access::Read).then_some(self.options().wind_down);
        let (stop, plain) = (Stop::default(), Arc::clone(&self.plain_snapshots));
        Work::new(access, stop.clone(), limit, async move {
            run::alone(&mut lease, &mut *job, cx, &stop, &plain).await?;
            drop(lease);
            Ok(Done(job))
        })
    }
}

impl<D: Driver> fmt::Debug for Pool<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("place", &self.shared.common.place)
            .field("options", self.options())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

impl<D: Driver> Backend for Pool<D> {
    fn dialect(&self) -> Dialect {
        self.shared.driver.dialect()
    }

    fn describe(&self) -> String {
        self.shared.common.place.clone()
    }

    fn single_connection(&self) -> bool {
        self.options().max_connections == 1
    }

    fn run<'a>(&'a self, job: Box<dyn Job>, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>> {
        Box::pin(async move {
            let access = job.plan().access;
            let lease = self.shared.lease("a call", cx, None).await?;
            match limited(cx.deadline, self.alone(lease, job, cx)).await {
                Some(done) => done.unwrap_or_else(|| Err(cut_off())).map(|done| done.0),
                None => Err(ran_out(access)),
            }
        })
    }

    fn begin<'a>(&'a self, options: TxOptions, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>> {
        let deadline = earlier(options.timeout.and_then(after), cx.deadline);
        Box::pin(async move {
            let mut lease = self.shared.lease("a transaction", cx, deadline).await?;
            // Dropped midway, BEGIN is brought to its end, and what it began is then rolled back.
            let limit = Some(self.options().wind_down);
            let begin = Work::new(Access::Write, Stop::default(), limit, async move {
                lease.begin(&options).await.map(|()| lease)
            });
            let begun = limited(deadline, begin).await;
            let begun = begun.unwrap_or_else(|| Some(Err(ran_out(Access::Read))));
            let lease = begun.unwrap_or_else(|| Err(cut_off()))?;
            let session = PoolSession::new(lease, cx, deadline, Arc::clone(&self.plain_snapshots));
            Ok(Box::new(session) as Box<dyn Session>)
        })
    }

    fn acquire<'a>(&'a self, cx: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>> {
        Box::pin(async move {
            let lease = self.shared.lease("an acquired connection", cx, None).await?;
            // The deadline is that of acquiring; calls bring their own.
            let session = PoolSession::new(lease, cx, None, Arc::clone(&self.plain_snapshots));
            Ok(Box::new(session) as Box<dyn Session>)
        })
    }

    fn cursor<'a>(
        &'a self,
        job: Box<dyn ChunkJob>,
        cx: CallContext,
    ) -> BoxFuture<'a, Result<Box<dyn Cursor>>> {
        Box::pin(async move {
            let lease = self.shared.lease("a cursor", cx, None).await?;
            let (job, chunks) = Chunking::of(job);
            let work = self.alone(lease, job, cx);
            Ok(ChunkCursor::boxed(work, chunks, cx.deadline))
        })
    }

    fn stats(&self) -> Stats {
        let Common {
            holders, counters, ..
        } = &*self.shared.common;
        let mut stats = Stats::default();
        stats.connections = self.shared.slots.status().size;
        stats.in_use = holders.count();
        stats.waiting = counters.waiting.load(Relaxed);
        stats.open_transactions = counters.open_transactions.load(Relaxed);
        stats.statements = counters.statements.load(Relaxed);
        stats.commits = counters.commits.load(Relaxed);
        stats.rollbacks = counters.rollbacks.load(Relaxed);
        stats.timeouts = counters.timeouts.load(Relaxed);
        stats
    }

    fn close<'a>(&'a self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let (common, since) = (&self.shared.common, Instant::now());
            // Closes what is idle and turns away those who wait; what is in use is closed when it comes home.
            self.shared.slots.close();
            match limited(common.wait_until(None), common.holders.nobody()).await {
                Some(()) => Ok(()),
                None => {
                    let (place, holders) = (&common.place, common.holders.report());
                    let message = format!("for the connections to {place} to come home; {holders}");
                    Err(common.waited_in_vain(since, &message))
                }
            }
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
