//! The current time, in the types that timestamp fields have.

use std::time::{SystemTime, UNIX_EPOCH};

use sqloquent_core::text_form::datetime_text;

use crate::types::{UnixMillis, UnixSeconds};

/// A type that a timestamp field can have without being an `Option`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a timestamp column",
    label = "not a point in time",
    note = "use `jiff::Timestamp` or `SystemTime`, or make the field an `Option`"
)]
pub trait Stamp {
    /// The current time.
    fn now() -> Self;
}

#[diagnostic::do_not_recommend]
impl Stamp for SystemTime {
    fn now() -> Self {
        SystemTime::now()
    }
}

/// As the engine would write it.
#[diagnostic::do_not_recommend]
impl Stamp for String {
    fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        datetime_text(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

#[cfg(feature = "jiff")]
#[diagnostic::do_not_recommend]
impl Stamp for jiff::Timestamp {
    fn now() -> Self {
        jiff::Timestamp::now()
    }
}

#[cfg(feature = "jiff")]
#[diagnostic::do_not_recommend]
impl Stamp for jiff::civil::DateTime {
    fn now() -> Self {
        jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Stamp> Stamp for UnixSeconds<T> {
    fn now() -> Self {
        Self(T::now())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Stamp> Stamp for UnixMillis<T> {
    fn now() -> Self {
        Self(T::now())
    }
}
