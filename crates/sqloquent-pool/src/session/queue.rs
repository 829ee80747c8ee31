//! The queue of calls on one connection.

use std::{
    panic::Location,
    sync::{Arc, Mutex as SyncMutex, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

use sqloquent_core::{Access, Connection, Result};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::{
    lease::{Lease, Transaction},
    limit::limited,
    shared::Common,
    work::{Stop, Work},
};

/// A connection and those who want it, in the order in which they came: tokio's mutex is fair.
pub(super) struct Queue<C: Connection> {
    seat: Arc<Mutex<Seat<C>>>,
    whose: SyncMutex<Whose>,
    common: Option<Arc<Common>>,
}

/// Whose turn it is, or was last.
#[derive(Clone, Copy)]
struct Whose {
    caller: &'static Location<'static>,
    since: Instant,
}

/// Where the connection is.
enum Seat<C: Connection> {
    /// At rest.
    Here(Lease<C>),
    /// Inside work, perhaps of a call that was dropped.
    Away(Work<Lease<C>>),
    /// Lost, or taken out of the session.
    Gone,
}

/// A turn on the connection; the next one begins when it is dropped.
pub(crate) struct Turn<C: Connection> {
    seat: OwnedMutexGuard<Seat<C>>,
}

impl<C: Connection> Queue<C> {
    pub(super) fn new(lease: Lease<C>, caller: &'static Location<'static>) -> Self {
        Self {
            common: lease.common().cloned(),
            whose: SyncMutex::new(Whose {
                caller,
                since: Instant::now(),
            }),
            seat: Arc::new(Mutex::new(Seat::Here(lease))),
        }
    }

    fn whose(&self) -> std::sync::MutexGuard<'_, Whose> {
        self.whose.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn. What the call before left unfinished is finished first.
    pub(super) async fn turn(
        &self,
        caller: &'static Location<'static>,
        deadline: Option<Instant>,
    ) -> Result<Turn<C>> {
        let Some(common) = &self.common else {
            return Err(super::cut_off());
        };
        let since = Instant::now();
        let waited = limited(common.wait_until(deadline), async {
            let seat = Arc::clone(&self.seat).lock_owned().await;
            let mut turn = Turn { seat };
            turn.finish().await;
            turn
        });
        let Some(turn) = waited.await else {
            let whose = *self.whose();
            let seconds = whose.since.elapsed().as_secs_f32();
            let message = format!(
                "for a turn on a connection to {}, in use by a call from {} for {seconds:.1} s",
                common.place, whose.caller
            );
            return Err(common.waited_in_vain(since, &message));
        };
        *self.whose() = Whose {
            caller,
            since: Instant::now(),
        };
        Ok(turn)
    }
}

impl<C: Connection> Turn<C> {
    /// Takes the connection, if it is there and in order.
    pub(super) fn take(&mut self) -> Option<Lease<C>> {
        match std::mem::replace(&mut *self.seat, Seat::Gone) {
            Seat::Here(lease) if !lease.is_lost() => Some(lease),
            // One that was lost is dropped here, and thereby closed.
            _ => None,
        }
    }

    /// Puts the connection back.
    pub(super) fn put(&mut self, lease: Lease<C>) {
        *self.seat = Seat::Here(lease);
    }

    /// Sends the connection into work, which begins when this is polled next.
    pub(super) fn begin<T, F>(
        &mut self,
        access: Access,
        lease: Lease<C>,
        work: impl FnOnce(Lease<C>, Stop) -> F,
    ) -> oneshot::Receiver<Result<T>>
    where
        T: Send + 'static,
        F: Future<Output = (Lease<C>, Result<T>)> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let stop = Stop::default();
        // What a transaction writes is not worth waiting for once it is dropped; what stands by itself is.
        let by_itself = lease.transaction() == Transaction::None && access == Access::Write;
        let wind_down = lease.common().map(|common| common.options.wind_down);
        let limit = wind_down.filter(|_| !by_itself);
        let work = work(lease, stop.clone());
        *self.seat = Seat::Away(Work::new(access, stop, limit, async move {
            let (lease, result) = work.await;
            // Nobody listens when the call was dropped.
            let _ = tell.send(result);
            lease
        }));
        told
    }

    /// Polls the work under way until the connection is back.
    pub(crate) fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Seat::Away(work) = &mut *self.seat {
            let lease = std::task::ready!(work.poll_on(cx));
            *self.seat = match lease {
                Some(lease) if !lease.is_lost() => Seat::Here(lease),
                _ => Seat::Gone,
            };
        }
        Poll::Ready(())
    }

    /// Waits until the connection is back from the work under way.
    pub(crate) async fn finish(&mut self) {
        std::future::poll_fn(|cx| self.poll_finish(cx)).await;
    }
}

impl<C: Connection> Drop for Turn<C> {
    fn drop(&mut self) {
        if let Seat::Away(work) = &mut *self.seat {
            work.let_go();
        }
    }
}
