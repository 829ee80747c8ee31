//! Figures that the parts keep.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// A number that only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    #[inline]
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// The same for who alone adds to it: no other processor has to be kept from it meanwhile, which costs as much as
    /// twenty additions.
    #[inline]
    pub(crate) fn add_alone(&self) {
        self.0.store(self.0.load(Relaxed) + 1, Relaxed);
    }

    pub(crate) fn add_all(&self, n: usize) {
        self.0.fetch_add(n as u64, Relaxed);
    }

    pub(crate) fn subtract(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// What each call adds to, kept by each connection for itself: only who has the connection adds.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) statements: Counter,
    pub(crate) on_the_spot: Counter,
}

/// Figures of one database.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) connections: Counter,
    pub(crate) waiting: Counter,
    pub(crate) transactions: Counter,
    /// What no open connection keeps.
    statements: Counter,
    pub(crate) on_the_spot: Counter,
    pub(crate) handed_over: Counter,
    pub(crate) commits: Counter,
    pub(crate) rollbacks: Counter,
    pub(crate) busy_retries: Counter,
    pub(crate) checkpoints: Counter,
    pub(crate) timeouts: Counter,
    pub(crate) combined: Counter,
    /// Those of the open connections.
    tallies: Mutex<Vec<Arc<Tally>>>,
}

impl Counters {
    fn tallies(&self) -> MutexGuard<'_, Vec<Arc<Tally>>> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tally of a new connection.
    pub(crate) fn open(&self) -> Arc<Tally> {
        let tally = Arc::new(Tally::default());
        self.tallies().push(Arc::clone(&tally));
        self.connections.add();
        tally
    }

    /// Takes over the tally of a connection that is closed.
    pub(crate) fn close(&self, tally: &Arc<Tally>) {
        let mut tallies = self.tallies();
        tallies.retain(|other| !Arc::ptr_eq(other, tally));
        self.statements.0.fetch_add(tally.statements.get(), Relaxed);
        self.on_the_spot.0.fetch_add(tally.on_the_spot.get(), Relaxed);
        self.connections.subtract();
    }

    /// How many statements have run, and how many calls on the spot.
    pub(crate) fn tallied(&self) -> (u64, u64) {
        let tallies = self.tallies();
        let sum = |of: fn(&Tally) -> &Counter| tallies.iter().map(|t| of(t).get()).sum::<u64>();
        (
            self.statements.get() + sum(|t| &t.statements),
            self.on_the_spot.get() + sum(|t| &t.on_the_spot),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_closed_connection_counted_stays_counted() {
        let counters = Counters::default();
        let (one, other) = (counters.open(), counters.open());
        for _ in 0..3 {
            one.statements.add_alone();
        }
        other.statements.add_alone();
        other.on_the_spot.add_alone();
        counters.on_the_spot.add_all(5);
        assert_eq!(counters.tallied(), (4, 6));
        counters.close(&other);
        assert_eq!(counters.tallied(), (4, 6));
        assert_eq!(counters.connections.get(), 1);
        one.statements.add_alone();
        assert_eq!(counters.tallied(), (5, 6));
    }
}
