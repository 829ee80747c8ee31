//! How a pool is to behave.

use std::time::Duration;

/// Options of a [`Pool`](crate::Pool).
///
/// ```
/// use std::time::Duration;
/// use sqloquent_pool::PoolOptions;
///
/// let options = PoolOptions::new().max_connections(4).wait_timeout(Duration::from_secs(5));
/// assert_eq!(options.max_connections, 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// How many connections may be open at a time; 10 unless set.
    pub max_connections: usize,
    /// How long a call waits for its turn: for a connection of the pool, for the call before it on a session, and for
    /// the last connection to come home in `close`; 30 seconds unless set. A call's own deadline counts besides.
    pub wait_timeout: Duration,
    /// How long opening a connection may take; 10 seconds unless set.
    pub connect_timeout: Duration,
    /// How long the tidying up after a dropped future may take before the connection is closed instead; 2 seconds
    /// unless set.
    pub wind_down: Duration,
    /// The age past which a connection is not handed out any more; no limit unless set.
    pub max_lifetime: Option<Duration>,
    /// How long a connection may have lain idle and still be handed out; no limit unless set.
    pub max_idle: Option<Duration>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            wait_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            wind_down: Duration::from_secs(2),
            max_lifetime: None,
            max_idle: None,
        }
    }
}

impl PoolOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many connections may be open at a time.
    #[must_use]
    pub fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count;
        self
    }

    /// Sets how long a call waits for its turn.
    #[must_use]
    pub fn wait_timeout(mut self, limit: Duration) -> Self {
        self.wait_timeout = limit;
        self
    }

    /// Sets how long opening a connection may take.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets how long the tidying up after a dropped future may take.
    #[must_use]
    pub fn wind_down(mut self, limit: Duration) -> Self {
        self.wind_down = limit;
        self
    }

    /// Sets the age past which a connection is not handed out any more.
    #[must_use]
    pub fn max_lifetime(mut self, limit: Duration) -> Self {
        self.max_lifetime = Some(limit);
        self
    }

    /// Sets how long a connection may have lain idle and still be handed out.
    #[must_use]
    pub fn max_idle(mut self, limit: Duration) -> Self {
        self.max_idle = Some(limit);
        self
    }
}
