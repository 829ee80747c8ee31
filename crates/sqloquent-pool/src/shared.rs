//! What a pool and all that it handed out have in common.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

use deadpool::managed;
use sqloquent_core::{CallContext, Driver, Error, ErrorKind, Result};

use crate::{
    PoolOptions,
    counters::Counters,
    holders::Holders,
    lease::Lease,
    limit::{after, earlier, limited},
    panics::contained,
    slots::Slots,
};

/// The part of a pool that does not depend on the driver's types.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) options: PoolOptions,
    pub(crate) holders: Arc<Holders>,
    pub(crate) counters: Counters,
    pub(crate) place: String,
}

/// A pool's driver and slots.
pub(crate) struct Shared<D: Driver> {
    pub(crate) driver: D,
    pub(crate) slots: managed::Pool<Slots<D::Connection>>,
    pub(crate) common: Arc<Common>,
}

impl Common {
    /// Until when a call may wait for its turn.
    pub(crate) fn wait_until(&self, deadline: Option<Instant>) -> Option<Instant> {
        earlier(after(self.options.wait_timeout), deadline)
    }

    /// The error of a wait in vain.
    #[cold]
    pub(crate) fn waited_in_vain(&self, since: Instant, message: &str) -> Error {
        self.counters.timeouts.fetch_add(1, Relaxed);
        let seconds = since.elapsed().as_secs_f32();
        Error::new(
            ErrorKind::Timeout,
            format!("waited {seconds:.1} s in vain {message}"),
        )
    }

    /// The error of every call after `close`.
    #[cold]
    pub(crate) fn closed(&self) -> Error {
        Error::new(
            ErrorKind::Closed,
            format!(
                "the connections to {} were closed; open the database again",
                self.place
            ),
        )
    }
}

impl<D: Driver> Shared<D> {
    /// Waits for a slot and sees that there is a connection in it.
    pub(crate) async fn lease(
        &self,
        what: &'static str,
        cx: CallContext,
        deadline: Option<Instant>,
    ) -> Result<Lease<D::Connection>> {
        let common = &self.common;
        let deadline = earlier(cx.deadline, deadline);
        let since = Instant::now();
        let waiting = common.counters.wait();
        let slot = match limited(common.wait_until(deadline), self.slots.get()).await {
            Some(Ok(slot)) => slot,
            // Making an empty slot cannot fail, so the slots are closed.
            Some(Err(_)) => return Err(common.closed()),
            None => {
                let (max, holders) = (common.options.max_connections, common.holders.report());
                let message = format!("for one of {max} connections to {}; {holders}", common.place);
                return Err(common.waited_in_vain(since, &message));
            }
        };
        drop(waiting);
        let mut lease = Lease::new(slot, what, cx.caller, Arc::clone(common));
        if !lease.is_connected() {
            lease.fill(self.connect(deadline).await?);
        }
        Ok(lease)
    }

    async fn connect(&self, deadline: Option<Instant>) -> Result<D::Connection> {
        let (common, since) = (&self.common, Instant::now());
        let until = earlier(after(common.options.connect_timeout), deadline);
        match limited(until, contained(self.driver.connect())).await {
            Some(connected) => connected?,
            None => Err(common.waited_in_vain(since, &format!("for a new connection to {}", common.place))),
        }
    }
}
