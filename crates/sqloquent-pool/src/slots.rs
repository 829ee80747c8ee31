//! The slots that `deadpool` hands out: each has room for one connection.
//!
//! A slot is made empty and filled by whoever gets it first, not by `deadpool`: that way waiting for a slot and
//! connecting have limits of their own, and both the slot and its holder's name are known while it connects. Handing
//! over is `deadpool`'s: first come, first served, and a future dropped while it waits takes nothing with it.

use std::{
    convert::Infallible,
    marker::PhantomData,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use sqloquent_core::Connection;

use crate::PoolOptions;

/// Makes slots, and says which may be handed out again.
#[derive(Debug)]
pub(crate) struct Slots<C> {
    options: PoolOptions,
    made: AtomicU64,
    kind: PhantomData<fn() -> C>,
}

/// Room for a connection.
#[derive(Debug)]
pub(crate) struct Slot<C> {
    pub(crate) connection: Option<C>,
    /// What the connection is called in the statement log.
    pub(crate) name: String,
    /// When the connection was last given back.
    pub(crate) idle_since: Instant,
}

impl<C> Slots<C> {
    pub(crate) fn new(options: PoolOptions) -> Self {
        Self {
            options,
            made: AtomicU64::new(0),
            kind: PhantomData,
        }
    }
}

impl<C: Connection> Manager for Slots<C> {
    type Type = Slot<C>;
    type Error = Infallible;

    async fn create(&self) -> Result<Self::Type, Self::Error> {
        Ok(Slot {
            connection: None,
            name: format!("pool-{}", self.made.fetch_add(1, Relaxed)),
            idle_since: Instant::now(),
        })
    }

    async fn recycle(&self, slot: &mut Self::Type, metrics: &Metrics) -> RecycleResult<Self::Error> {
        let fresh = |limit: Option<Duration>, age| limit.is_none_or(|limit| age < limit);
        // `age` counts from the making of the slot, which is when it was filled.
        let usable = slot.connection.as_ref().is_some_and(Connection::is_usable)
            && fresh(self.options.max_lifetime, metrics.age())
            && fresh(self.options.max_idle, slot.idle_since.elapsed());
        if usable {
            Ok(())
        } else {
            // Throws the slot away; the next idle one, or a new one, takes its place.
            Err(RecycleError::message("the connection cannot be used again"))
        }
    }
}
