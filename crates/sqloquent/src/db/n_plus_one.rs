//! Finding the places in the code that read a relation row by row.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::Db;

/// A relation that was read row by row at one place in the code, where one statement would have done for all rows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NPlusOne {
    /// The relation: `User.posts`.
    pub relation: String,
    /// The place in the code.
    pub place: &'static Location<'static>,
    /// How often it was read there.
    pub times: usize,
    /// In how long.
    pub window: Duration,
}

impl fmt::Display for NPlusOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` was read {} times within {:?} at {}; load it for all rows at once, by `with` on their query or by \
             `load` on all of them",
            self.relation, self.times, self.window, self.place
        )
    }
}

type Report = Arc<dyn Fn(&NPlusOne) + Send + Sync>;

/// What was read where, and when.
pub(crate) struct Watch {
    more_than: usize,
    window: Duration,
    report: Report,
    places: Mutex<HashMap<(String, &'static Location<'static>), VecDeque<Instant>>>,
}

impl Watch {
    /// A relation is read for one row.
    pub(crate) fn note(&self, relation: String, place: &'static Location<'static>) {
        let now = Instant::now();
        let times = {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            let times = places.entry((relation.clone(), place)).or_default();
            while times
                .front()
                .is_some_and(|t| now.duration_since(*t) >= self.window)
            {
                times.pop_front();
            }
            times.push_back(now);
            let times_seen = times.len();
            if times_seen > self.more_than {
                // The next report is due when it has happened as often again.
                times.clear();
            }
            times_seen
        };
        if times > self.more_than {
            (self.report)(&NPlusOne {
                relation,
                place,
                times,
                window: self.window,
            });
        }
    }
}

impl Db {
    /// Reports, as warnings of the log, each place in the code that reads a relation row by row: the same relation from
    /// the same place more than so many times within a window. For development; for all clones.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// if cfg!(debug_assertions) {
    ///     db.report_n_plus_one(10, std::time::Duration::from_secs(1));
    /// }
    /// # Ok(()) }) }
    /// ```
    pub fn report_n_plus_one(&self, more_than: usize, window: Duration) {
        self.report_n_plus_one_to(more_than, window, warn);
    }

    /// The same to a function of one's own: for a test that fails, or for another log.
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// db.report_n_plus_one_to(10, std::time::Duration::from_secs(1), |found| eprintln!("{found}"));
    /// # Ok(()) }) }
    /// ```
    pub fn report_n_plus_one_to(
        &self,
        more_than: usize,
        window: Duration,
        report: impl Fn(&NPlusOne) + Send + Sync + 'static,
    ) {
        self.set_watch(Some(Arc::new(Watch {
            more_than,
            window,
            report: Arc::new(report),
            places: Mutex::default(),
        })));
    }

    /// Reports relations that are read row by row no longer.
    pub fn stop_reporting_n_plus_one(&self) {
        self.set_watch(None);
    }
}

fn warn(found: &NPlusOne) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "sqloquent::relation",
        relation = found.relation,
        times = found.times,
        caller = %found.place,
        "{found}"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = found;
}
