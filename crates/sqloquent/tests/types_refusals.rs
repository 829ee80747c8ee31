//! What does not fit is refused with the type that was expected, and without the value.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::{fmt::Debug, num::NonZero, time::SystemTime};

use sqloquent::{
    SqlType, ValueRef,
    types::{UnixMillis, UnixSeconds, unix_millis},
};

/// Values that would give themselves away in a message.
const SECRET: &str = "hunter2";

fn refused<T: SqlType + Debug>(value: ValueRef<'_>, expected: &str) {
    let error = T::from_value(value).unwrap_err().to_string();
    assert!(error.contains(expected), "`{error}` does not say `{expected}`");
    assert!(
        !error.contains(SECRET) && !error.contains("987654"),
        "`{error}` shows the value"
    );
    let error = sqloquent::ValueError::reading(T::from_value(value).unwrap_err(), "t", "c");
    assert_eq!((error.table(), error.column()), (Some("t"), Some("c")));
}

#[test]
fn null_is_refused_where_it_is_not_asked_for() {
    refused::<i64>(ValueRef::Null, "expected integer, found NULL");
    refused::<bool>(ValueRef::Null, "expected boolean, found NULL");
    refused::<String>(ValueRef::Null, "expected text, found NULL");
    refused::<Box<[u8]>>(ValueRef::Null, "expected bytes, found NULL");
    refused::<SystemTime>(ValueRef::Null, "expected timestamp, found NULL");
    refused::<UnixSeconds<SystemTime>>(ValueRef::Null, "seconds since 1970), found NULL");
    #[cfg(feature = "uuid")]
    refused::<uuid::Uuid>(ValueRef::Null, "expected uuid, found NULL");
    #[cfg(feature = "rust_decimal")]
    refused::<rust_decimal::Decimal>(ValueRef::Null, "expected decimal, found NULL");
    #[cfg(feature = "serde")]
    refused::<sqloquent::types::Json<Vec<u8>>>(ValueRef::Null, "expected json, found NULL");
}

#[test]
fn overflow_never_wraps() {
    refused::<u8>(ValueRef::Int(256), "`u8`");
    refused::<u8>(ValueRef::Int(-1), "`u8`");
    refused::<i8>(ValueRef::Int(-129), "`i8`");
    refused::<i32>(ValueRef::Int(1 << 31), "`i32`");
    refused::<u64>(ValueRef::Int(-1), "`u64`");
    refused::<NonZero<u8>>(ValueRef::Int(256), "`u8`");
    refused::<NonZero<u8>>(ValueRef::Int(0), "other than zero");
    refused::<f32>(ValueRef::Float(1e300), "`f32`");
    refused::<f64>(ValueRef::Int(i64::MAX), "`f64`");
    assert!(u64::MAX.to_value().is_err());
    assert!(i128::MIN.to_value().is_err());
    assert!(usize::MAX.to_value().is_err());
    refused::<UnixSeconds<SystemTime>>(ValueRef::Int(i64::MAX), "does not fit");
    refused::<UnixMillis<SystemTime>>(ValueRef::Int(i64::MIN), "does not fit");
    refused::<UnixMillis<SystemTime>>(ValueRef::Int(i64::MAX / 1_000), "out of range");
    refused::<SystemTime>(ValueRef::Timestamp(i64::MAX), "out of range");
    let far = SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(24 * 366 * 8_030);
    assert!(far.to_value().is_err());
    assert!(unix_millis::to_value(&far).is_err());
}

#[test]
fn other_types_are_refused() {
    refused::<bool>(ValueRef::Int(2), "0 or 1");
    refused::<bool>(ValueRef::Text("true"), "expected boolean, found text");
    refused::<i64>(ValueRef::Text(SECRET), "expected integer, found text");
    refused::<i64>(ValueRef::Float(1.0), "expected integer, found float");
    refused::<String>(ValueRef::Int(987_654), "expected text, found integer");
    refused::<String>(ValueRef::Bytes(SECRET.as_bytes()), "expected text, found bytes");
    refused::<Vec<u8>>(ValueRef::Text(SECRET), "expected bytes, found text");
    refused::<SystemTime>(ValueRef::Int(987_654), "UnixSeconds");
    refused::<SystemTime>(ValueRef::Text(SECRET), "expected timestamp");
    refused::<SystemTime>(ValueRef::Float(987_654.0), "expected timestamp, found float");
    refused::<UnixMillis<SystemTime>>(
        ValueRef::Text("2009-01-01"),
        "milliseconds since 1970), found text",
    );
}

#[cfg(feature = "uuid")]
#[test]
fn what_is_no_uuid_is_refused() {
    use sqloquent::types::UuidBlob;
    use uuid::Uuid;
    refused::<Uuid>(ValueRef::Text(SECRET), "32 hexadecimal digits");
    refused::<Uuid>(
        ValueRef::Text("{01020304-0506-0708-090a-0b0c0d0e0f10}"),
        "32 hexadecimal digits",
    );
    refused::<Uuid>(ValueRef::Bytes(&[1; 15]), "uuid of 16 bytes, found 15");
    refused::<Uuid>(ValueRef::Int(987_654), "expected uuid, found integer");
    refused::<UuidBlob>(ValueRef::Bytes(&[]), "uuid of 16 bytes, found 0");
}

#[cfg(feature = "rust_decimal")]
#[test]
fn decimals_are_never_rounded() {
    use rust_decimal::Decimal;
    refused::<Decimal>(ValueRef::Text(SECRET), "expected decimal");
    refused::<Decimal>(ValueRef::Text("1,5"), "expected decimal");
    refused::<Decimal>(ValueRef::Text(""), "expected decimal");
    refused::<Decimal>(ValueRef::Text("NaN"), "expected decimal");
    refused::<Decimal>(ValueRef::Float(f64::NAN), "not finite");
    refused::<Decimal>(ValueRef::Float(1e300), "more digits");
    refused::<Decimal>(ValueRef::Float(1e-300), "more digits");
    refused::<Decimal>(ValueRef::Text("0.00000000000000000000000000001"), "more digits");
    refused::<Decimal>(ValueRef::Text("1.98765432198765432198765432198"), "more digits");
    refused::<Decimal>(ValueRef::Text("79228162514264337593543950336"), "more digits");
    refused::<Decimal>(ValueRef::Text("10000000000000000000000000000.5"), "more digits");
    refused::<Decimal>(ValueRef::Bool(true), "expected decimal, found boolean");
}

#[cfg(feature = "jiff")]
#[test]
fn dates_of_other_forms_are_refused() {
    use jiff::{
        Timestamp,
        civil::{Date, DateTime, Time, date},
    };
    refused::<Timestamp>(ValueRef::Text(SECRET), "expected timestamp");
    refused::<Timestamp>(ValueRef::Int(987_654), "UnixMillis");
    refused::<Timestamp>(ValueRef::Timestamp(i64::MIN), "out of range");
    refused::<Timestamp>(ValueRef::Text("9999-12-31 23:00:00"), "`Timestamp`");
    refused::<DateTime>(ValueRef::Text("2009-01-01T00:00:00Z"), "with a zone");
    refused::<DateTime>(ValueRef::Text("2009-02-29"), "expected date-time");
    refused::<DateTime>(ValueRef::DateTime(i64::MAX), "out of range");
    refused::<DateTime>(ValueRef::Timestamp(0), "expected date-time, found timestamp");
    refused::<Date>(ValueRef::Text("2009-01-01 12:00:00"), "not midnight");
    refused::<Date>(ValueRef::Text("01/02/2009"), "`YYYY-MM-DD`");
    refused::<Date>(ValueRef::DateTime(1), "not midnight");
    refused::<Date>(ValueRef::Date(i32::MAX), "out of range");
    refused::<Time>(ValueRef::Text("24:00"), "`HH:MM:SS`");
    refused::<Time>(ValueRef::Time(-1), "out of range");
    refused::<Time>(ValueRef::Time(86_400_000_000), "out of range");
    assert!(date(0, 1, 1).to_value().is_err());
    assert!(date(-1, 1, 1).at(0, 0, 0, 0).to_value().is_err());
    assert!(Timestamp::MIN.to_value().is_err());
}

#[cfg(feature = "serde")]
#[test]
fn json_says_what_is_wrong_but_not_what_is_there() {
    use sqloquent::types::Json;
    #[derive(Debug, serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Point {
        x: u32,
        y: u32,
    }
    type Numbers = Json<Vec<u32>>;
    refused::<Numbers>(
        ValueRef::Text("[1, \"hunter2\"]"),
        "line 1 column 13: expected u32",
    );
    refused::<Numbers>(
        ValueRef::Text("[1, hunter2]"),
        "no JSON document at line 1 column 5",
    );
    refused::<Numbers>(ValueRef::Text("[1, 2"), "breaks off");
    refused::<Numbers>(ValueRef::Text("[1] 2"), "no JSON document");
    refused::<Numbers>(ValueRef::Text(""), "breaks off");
    refused::<Numbers>(ValueRef::Json("[-987654]"), "expected u32");
    refused::<Numbers>(ValueRef::Int(987_654), "expected json, found integer");
    refused::<Json<Point>>(ValueRef::Json("{\"x\": 987654}"), "missing field `y`");
    refused::<Json<Point>>(ValueRef::Json("{\"hunter2\": 1}"), "expected `x` or `y`");
    refused::<Json<bool>>(
        ValueRef::Json("\"hunter2, expected hunter2\""),
        "expected a boolean",
    );
    let keys = Json(std::collections::BTreeMap::from([(Some((1, 2)), 3)]));
    let error = keys.to_value().unwrap_err().to_string();
    assert!(error.contains("keys of maps"), "{error}");
}
