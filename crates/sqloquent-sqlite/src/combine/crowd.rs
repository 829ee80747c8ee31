//! Whether so many calls meet that they had better be run together.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// How often calls have to meet before running them together is tried.
const MEETINGS: u32 = 8;

/// The most that it takes after it was tried in vain.
const MOST_MEETINGS: u32 = 8 * 1_024;

/// After so many rounds it is looked whether it was worth it.
const ROUNDS: u32 = 16;

/// How many calls a round must have on average to be worth what it costs each of them to wait for the others.
const WORTH: u32 = 3;

/// Calls on the spot are counted in and out. Where one finds another inside, they meet.
#[derive(Default)]
pub(crate) struct Crowd {
    there: AtomicBool,
    inside: AtomicU32,
    meetings: AtomicU32,
    /// How many meetings it takes, less `MEETINGS`.
    reluctance: AtomicU32,
    rounds: AtomicU32,
    calls: AtomicU32,
}

/// A call inside.
pub(crate) struct Inside<'a>(&'a Crowd);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Relaxed);
    }
}

impl Crowd {
    /// Whether calls are run together at the moment.
    #[inline]
    pub(crate) fn is_there(&self) -> bool {
        self.there.load(Relaxed)
    }

    /// Counts a call that runs by itself.
    #[inline]
    pub(crate) fn enter(&self) -> Inside<'_> {
        if self.inside.fetch_add(1, Relaxed) > 0 {
            self.meet();
        }
        Inside(self)
    }

    /// Notes that a call met another.
    pub(crate) fn meet(&self) {
        let wanted = MEETINGS + self.reluctance.load(Relaxed);
        if self.meetings.fetch_add(1, Relaxed) + 1 >= wanted {
            self.meetings.store(0, Relaxed);
            self.there.store(true, Relaxed);
        }
    }

    /// Notes that so many calls were run together.
    pub(super) fn note(&self, calls: usize) {
        let calls = u32::try_from(calls).unwrap_or(u32::MAX);
        let all = self.calls.fetch_add(calls, Relaxed).saturating_add(calls);
        if self.rounds.fetch_add(1, Relaxed) + 1 < ROUNDS {
            return;
        }
        if all >= ROUNDS * WORTH {
            self.reluctance.store(0, Relaxed);
            self.rounds.store(0, Relaxed);
            self.calls.store(0, Relaxed);
        } else {
            self.note_failure();
        }
    }

    /// Notes that running them together failed, so that it is not tried again soon.
    pub(super) fn note_failure(&self) {
        self.rounds.store(0, Relaxed);
        self.calls.store(0, Relaxed);
        let more = (self.reluctance.load(Relaxed) + MEETINGS) * 2;
        self.reluctance.store(more.min(MOST_MEETINGS), Relaxed);
        self.there.store(false, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meetings_until_there(crowd: &Crowd) -> u32 {
        let mut meetings = 0;
        while !crowd.is_there() {
            let _first = crowd.enter();
            let _second = crowd.enter();
            meetings += 1;
        }
        meetings
    }

    #[test]
    fn calls_that_never_meet_are_no_crowd() {
        let crowd = Crowd::default();
        for _ in 0..1_000 {
            drop(crowd.enter());
        }
        assert!(!crowd.is_there());
    }

    #[test]
    fn a_crowd_stays_while_rounds_are_large() {
        let crowd = Crowd::default();
        assert_eq!(meetings_until_there(&crowd), MEETINGS);
        for _ in 0..100 {
            crowd.note(10);
        }
        assert!(crowd.is_there());
    }

    #[test]
    fn what_was_not_worth_it_is_tried_less_often() {
        let crowd = Crowd::default();
        let mut took = 0;
        for _ in 0..5 {
            let now = meetings_until_there(&crowd);
            assert!(now > took, "{now} after {took}");
            took = now;
            for _ in 0..ROUNDS {
                crowd.note(1);
            }
            assert!(!crowd.is_there());
        }
    }
}
