//! The names of savepoints: as few as are open at a time, so that their statements are prepared once.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// The name of an open savepoint, which no other one of the session has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SavepointName(u64);

impl fmt::Display for SavepointName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sqloquent_{}", self.0)
    }
}

/// The names of one session.
#[derive(Debug, Default)]
pub(super) struct SavepointNames {
    /// A bit for each of the first names that is in use.
    used: AtomicU64,
    /// How many further ones were needed. Those are not used again.
    more: AtomicU64,
}

impl SavepointNames {
    /// A name that is free.
    pub(super) fn take(&self) -> SavepointName {
        let first_free = |used: u64| (used != u64::MAX).then(|| used | (used + 1));
        match self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, first_free)
        {
            Ok(used) => SavepointName(u64::from(used.trailing_ones())),
            Err(_) => SavepointName(u64::from(u64::BITS) + self.more.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// Takes back the name of a savepoint that is surely there no longer.
    pub(super) fn free(&self, name: SavepointName) {
        if name.0 < u64::from(u64::BITS) {
            self.used.fetch_and(!(1 << name.0), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SavepointNames;

    #[test]
    fn no_two_open_savepoints_have_one_name() {
        let names = SavepointNames::default();
        let mut open: Vec<_> = (0..200).map(|_| names.take()).collect();
        for taken in [3, 70, 0, 63, 199] {
            let name = open.remove(taken);
            names.free(name);
            let next = names.take();
            assert!(!open.contains(&next), "{next}");
            open.push(next);
        }
        let one = SavepointNames::default();
        let first = one.take();
        one.free(first);
        assert_eq!(one.take(), first);
    }
}
