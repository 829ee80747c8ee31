//! How long single operations took.

use std::time::Duration;

/// How long the operations of a run took.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Room for the operations of one task.
    pub fn with_capacity(operations: usize) -> Self {
        Self(Vec::with_capacity(operations))
    }

    /// Notes one operation.
    pub fn note(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Takes in those of another task.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Median and 99th percentile, as figures of a run, in microseconds.
    pub fn figures(mut self) -> Vec<(&'static str, f64)> {
        self.0.sort_unstable();
        let at = |part: f64| {
            let place = (self.0.len().saturating_sub(1) as f64 * part).round() as usize;
            self.0.get(place).map_or(0.0, |d| d.as_secs_f64() * 1e6)
        };
        vec![("p50_us", at(0.5)), ("p99_us", at(0.99))]
    }
}
