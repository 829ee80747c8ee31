//! What statements took when they last ran, so that short ones need not travel to another thread.
//!
//! A statement is known by its text. What counts is a decayed maximum, not a mean: a statement that is long now and
//! then is long. One that was thought short and is not is stopped when its time is up, and begins again on an executor
//! thread.

use std::{
    hash::BuildHasher,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use foldhash::quality::RandomState;
use sqloquent_core::{Access, Job, Plan};

/// How many statements are remembered. Two that fall into one place forget each other.
const PLACES: usize = 1_024;

/// Reads that take no longer run on the caller's thread: about what the way to another thread and back costs.
const SHORT: Duration = Duration::from_micros(50);

/// Writes by key that take longer, because of triggers for instance, do not run on the caller's thread.
const LONG_WRITE: Duration = Duration::from_millis(1);

/// What a read that was thought short may take on the caller's thread.
pub(crate) const ALLOWED: Duration = Duration::from_micros(200);

/// What the first run of a statement counts for at least, so that it takes some runs to be known as short.
const FIRST: Duration = Duration::from_micros(100);

/// No run counts for more, so that one bad moment is forgotten after a few dozen runs.
const MOST: Duration = Duration::from_millis(4);

/// What a statement is known by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape(u64);

/// What is known of statements: in each place the upper half of a shape, and nanoseconds.
pub(crate) struct Costs {
    hasher: RandomState,
    places: Box<[AtomicU64]>,
}

impl Costs {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::default(),
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The shape of a job whose cost decides where it runs: a single read that is not by key, or a write by key.
    pub(crate) fn shape(&self, job: &dyn Job, plan: Plan) -> Option<Shape> {
        let matters = match plan.access {
            Access::Read => !plan.by_key && !plan.transaction,
            Access::Write => plan.by_key,
        };
        let statement = matters.then(|| job.first()).flatten()?;
        Some(Shape(self.hasher.hash_one(&*statement.sql)))
    }

    /// Whether a job of the plan is short as far as is known.
    pub(crate) fn is_short(&self, plan: &Plan, shape: Option<Shape>) -> bool {
        match (plan.by_key, shape.map(|s| self.known(s))) {
            (true, None | Some(None)) => true,
            (true, Some(Some(took))) => took <= LONG_WRITE,
            (false, Some(Some(took))) => took <= SHORT,
            (false, _) => false,
        }
    }

    /// Remembers what a run took.
    pub(crate) fn note(&self, shape: Shape, took: Duration) {
        let counts = match self.known(shape) {
            None => took.max(FIRST),
            Some(known) => took.max(known - known / 8),
        };
        let nanos = counts.min(MOST).as_nanos() as u64;
        self.place(shape).store(tag(shape) | nanos, Relaxed);
    }

    /// Remembers that a run was stopped because it took too long.
    pub(crate) fn note_stopped(&self, shape: Shape) {
        self.note(shape, MOST);
    }

    fn known(&self, shape: Shape) -> Option<Duration> {
        let found = self.place(shape).load(Relaxed);
        (found & TAG == tag(shape)).then(|| Duration::from_nanos(found & !TAG))
    }

    fn place(&self, shape: Shape) -> &AtomicU64 {
        &self.places[shape.0 as usize % PLACES]
    }
}

/// The part of a place that says whose cost it is. The lowest bit tells a shape from an empty place.
const TAG: u64 = !0 << 32;

fn tag(shape: Shape) -> u64 {
    (shape.0 & TAG) | 1 << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Plan = Plan::READ;

    #[test]
    fn a_statement_must_be_seen_several_times_before_it_counts_as_short() {
        let costs = Costs::new();
        let shape = Shape(7);
        assert!(!costs.is_short(&READ, Some(shape)));
        let mut runs = 0;
        while !costs.is_short(&READ, Some(shape)) {
            costs.note(shape, Duration::from_micros(5));
            runs += 1;
        }
        assert!((4..12).contains(&runs), "{runs}");
    }

    #[test]
    fn one_long_run_counts_for_many_short_ones() {
        let costs = Costs::new();
        let shape = Shape(7 << 40);
        for _ in 0..50 {
            costs.note(shape, Duration::from_micros(5));
        }
        assert!(costs.is_short(&READ, Some(shape)));
        costs.note_stopped(shape);
        let mut runs = 0;
        while !costs.is_short(&READ, Some(shape)) {
            costs.note(shape, Duration::from_micros(5));
            runs += 1;
        }
        assert!(runs > 20, "{runs}");
    }

    #[test]
    fn writes_by_key_are_short_until_one_was_seen_to_be_long() {
        let costs = Costs::new();
        let shape = Shape(9);
        assert!(costs.is_short(&Plan::WRITE_BY_KEY, Some(shape)));
        costs.note(shape, Duration::from_millis(3));
        assert!(!costs.is_short(&Plan::WRITE_BY_KEY, Some(shape)));
        assert!(costs.is_short(&Plan::READ_BY_KEY, None));
        assert!(!costs.is_short(&READ, None));
    }

    #[test]
    fn statements_that_share_a_place_are_not_taken_for_each_other() {
        let costs = Costs::new();
        let (one, other) = (Shape(3), Shape(3 | 8 << 32));
        for _ in 0..20 {
            costs.note(one, Duration::from_micros(1));
        }
        assert!(costs.is_short(&READ, Some(one)));
        assert!(!costs.is_short(&READ, Some(other)));
    }
}
