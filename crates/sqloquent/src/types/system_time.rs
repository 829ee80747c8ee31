//! `std::time::SystemTime`.

use std::time::{Duration, SystemTime};

use sqloquent_core::{Value, ValueRef};

use super::{Instant, SqlType, ValueError, comparable::*, into_value::by_reference, read};
use crate::schema::ColumnType;

impl Instant for SystemTime {
    fn to_micros(&self) -> Result<i64, ValueError> {
        let micros = match self.duration_since(Self::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).ok(),
            Err(before) => i64::try_from(before.duration().as_nanos().div_ceil(1_000))
                .ok()
                .map(|m| -m),
        };
        let micros = micros.ok_or_else(|| ValueError::out_of_range("timestamp"))?;
        read::check_instant(micros, "timestamp")
    }

    fn from_micros(micros: i64) -> Result<Self, ValueError> {
        let distance = Duration::from_micros(micros.unsigned_abs());
        let instant = if micros < 0 {
            Self::UNIX_EPOCH.checked_sub(distance)
        } else {
            Self::UNIX_EPOCH.checked_add(distance)
        };
        instant.ok_or_else(|| ValueError::out_of_range("SystemTime"))
    }
}

/// A timestamp, to the microsecond; what is finer is cut off towards the past.
#[diagnostic::do_not_recommend]
impl SqlType for SystemTime {
    const TYPE: ColumnType = ColumnType::Timestamp;

    fn to_value(&self) -> Result<Value, ValueError> {
        self.to_micros().map(Value::Timestamp)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        Self::from_micros(read::timestamp(value)?)
    }
}

impl OrderedType for SystemTime {
    type Nullable = Option<Self>;
}
comparable!(SystemTime: SystemTime, #['a] &'a SystemTime);
comparable_with_columns!(SystemTime: SystemTime);
by_reference!(SystemTime);
