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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Latencies;

    #[test]
    fn percentiles_are_of_all_tasks() {
        let mut all = Latencies::default();
        for begin in [51, 1] {
            let mut part = Latencies::with_capacity(50);
            (begin..begin + 50).for_each(|ms| part.note(Duration::from_millis(ms)));
            all.join(part);
        }
        assert_eq!(all.figures(), [("p50_us", 51_000.0), ("p99_us", 99_000.0)]);
    }

    #[test]
    fn nothing_noted_is_nothing_late() {
        assert_eq!(Latencies::default().figures(), [("p50_us", 0.0), ("p99_us", 0.0)]);
    }
}
