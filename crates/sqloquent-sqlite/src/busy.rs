//! How often and how long to try again while somebody else holds the lock.

use std::time::{Duration, Instant};

const STEPS_MS: [u64; 8] = [1, 2, 5, 10, 15, 20, 25, 50];

/// The pauses between attempts at one call.
pub(crate) struct Retry {
    end: Option<Instant>,
    limit: Duration,
    deadline: Option<Instant>,
    attempt: usize,
}

impl Retry {
    pub(crate) fn new(limit: Duration, deadline: Option<Instant>) -> Self {
        Self {
            end: None,
            limit,
            deadline,
            attempt: 0,
        }
    }

    /// How long to wait before the next attempt; none when time is up.
    pub(crate) fn pause(&mut self) -> Option<Duration> {
        let now = Instant::now();
        let limit = self.limit;
        let end = *self.end.get_or_insert_with(|| now + limit);
        let end = self.deadline.map_or(end, |d| d.min(end));
        if now >= end {
            return None;
        }
        let step = STEPS_MS[self.attempt.min(STEPS_MS.len() - 1)];
        self.attempt += 1;
        Some(Duration::from_millis(step).min(end - now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let mut retry = Retry::new(Duration::from_secs(60), None);
        let pauses: Vec<_> = (0..4)
            .filter_map(|_| retry.pause())
            .map(|d| d.as_millis())
            .collect();
        assert_eq!(pauses, [1, 2, 5, 10]);
        assert_eq!(Retry::new(Duration::ZERO, None).pause(), None);
        assert_eq!(
            Retry::new(Duration::from_secs(60), Some(Instant::now())).pause(),
            None
        );
    }
}
