//! Where a write comes from.

use std::panic::Location;

use crate::executor::{Executor, Handle};

/// The executor that a write runs on, and the place in the user's code. Made where that place is still known: closures
/// do not pass it on.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) handle: Handle<'a>,
    pub(crate) caller: &'static Location<'static>,
}

impl<'a> Origin<'a> {
    #[track_caller]
    pub(crate) fn here(db: &'a dyn Executor) -> Self {
        Self {
            handle: db.handle(),
            caller: Location::caller(),
        }
    }
}
