//! What travels with a call.

use std::{
    panic::Location,
    time::{Duration, Instant},
};

/// Where a call comes from and how long it may take.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallContext {
    /// The place in the caller's code, for messages about who holds a connection.
    pub caller: &'static Location<'static>,
    /// When the call must be over.
    pub deadline: Option<Instant>,
    /// Whether parameter values may be written to the statement log.
    pub log_params: bool,
    /// Statements slower than this are logged as warnings.
    pub slow: Option<Duration>,
}

impl CallContext {
    /// A context of the caller's own place, without limits.
    #[must_use]
    #[track_caller]
    pub const fn here() -> Self {
        Self {
            caller: Location::caller(),
            deadline: None,
            log_params: false,
            slow: None,
        }
    }

    /// A context of the given place, without limits.
    #[must_use]
    pub const fn at(caller: &'static Location<'static>) -> Self {
        Self {
            caller,
            deadline: None,
            log_params: false,
            slow: None,
        }
    }

    /// The same with a deadline.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// The same with parameters in the statement log.
    #[must_use]
    pub const fn with_params_logged(mut self, on: bool) -> Self {
        self.log_params = on;
        self
    }

    /// The same with a threshold for slow statements.
    #[must_use]
    pub const fn with_slow(mut self, slow: Option<Duration>) -> Self {
        self.slow = slow;
        self
    }
}
