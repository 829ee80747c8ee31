//! What is stored is read back, for every type and for values that nobody would think of.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    borrow::Cow,
    fmt::Debug,
    num::NonZero,
    sync::Arc,
    time::{Duration, SystemTime},
};

use proptest::prelude::*;
use sqloquent::{
    ColumnType, SqlType, Value, ValueRef,
    types::{UnixMillis, UnixSeconds, coerce, read_as, unix_millis, unix_seconds},
};
use sqloquent_core::text_form;

/// What an engine without types of its own makes of a value: null, integer, real, text, blob.
fn as_sqlite_stores(value: &Value) -> Value {
    match value {
        Value::Bool(v) => Value::Int((*v).into()),
        Value::Uuid(v) => Value::Text(text_form::uuid_text(*v)),
        Value::Decimal(v) | Value::Json(v) => Value::Text(v.clone()),
        Value::Timestamp(v) | Value::DateTime(v) => Value::Text(text_form::datetime_text(*v)),
        Value::Date(v) => Value::Text(text_form::date_text(*v)),
        Value::Time(v) => Value::Text(text_form::time_text(*v)),
        other => other.clone(),
    }
}

/// Stored and read, as a Rust type and as a declared column: both see what was written.
fn there_and_back<T: SqlType + PartialEq + Debug>(mut value: T) {
    let written = value.to_value().unwrap();
    assert_eq!(T::from_value(written.as_ref()).unwrap(), value);
    assert_eq!(coerce(written.clone(), T::TYPE, T::NULLABLE).unwrap(), written);
    let stored = as_sqlite_stores(&written);
    assert_eq!(T::from_value(stored.as_ref()).unwrap(), value);
    assert_eq!(read_as(stored.as_ref(), T::TYPE).unwrap(), written);
    // What is taken out of it is what would have been copied.
    assert_eq!(value.take_value().unwrap(), written);
}

macro_rules! round_trips {
    ($($(#[$m:meta])* $name:ident: $strategy:expr;)+) => {
        proptest! {$(
            $(#[$m])*
            #[test]
            fn $name(value in $strategy) {
                there_and_back(value.clone());
                there_and_back(Box::new(value.clone()));
                there_and_back(Some(value));
            }
        )+}
    };
}

round_trips! {
    booleans: any::<bool>();
    bytes_8: any::<u8>();
    signed_8: any::<i8>();
    signed_16: any::<i16>();
    unsigned_16: any::<u16>();
    signed_32: any::<i32>();
    unsigned_32: any::<u32>();
    signed_64: any::<i64>();
    unsigned_64: 0..=i64::MAX as u64;
    wide: i128::from(i64::MIN)..=i128::from(i64::MAX);
    not_zero: any::<i64>().prop_filter_map("zero", NonZero::new);
    floats: any::<f64>();
    narrow_floats: any::<f32>();
    text: any::<String>();
    boxed_text: any::<String>().prop_map(String::into_boxed_str);
    shared_text: any::<String>().prop_map(Arc::<str>::from);
    characters: any::<char>();
    bytes: any::<Vec<u8>>();
    boxed_bytes: any::<Vec<u8>>().prop_map(Vec::into_boxed_slice);
    shared_bytes: any::<Vec<u8>>().prop_map(Arc::<[u8]>::from);
    borrowed_bytes: any::<Vec<u8>>().prop_map(Cow::<[u8]>::Owned);
    arrays: any::<[u8; 7]>();
    system_times: text_form::MICROSECONDS.prop_map(system_time);
    seconds: (-62_135_596_800..=253_402_300_799_i64).prop_map(|s| UnixSeconds(system_time(s * 1_000_000)));
    millis: (-62_135_596_800_000..=253_402_300_799_999_i64).prop_map(|s| UnixMillis(system_time(s * 1_000)));
}

fn system_time(micros: i64) -> SystemTime {
    let distance = Duration::from_micros(micros.unsigned_abs());
    if micros < 0 {
        SystemTime::UNIX_EPOCH - distance
    } else {
        SystemTime::UNIX_EPOCH + distance
    }
}

#[cfg(feature = "uuid")]
mod uuids {
    use super::*;
    use sqloquent::types::{UuidBlob, as_blob};
    use uuid::Uuid;

    round_trips! {
        uuids: any::<u128>().prop_map(Uuid::from_u128);
        blobs: any::<u128>().prop_map(|v| UuidBlob(Uuid::from_u128(v)));
    }

    #[test]
    fn are_read_from_every_common_form() {
        let id = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
        for text in [
            id.hyphenated().to_string(),
            id.simple().to_string(),
            id.simple().to_string().to_uppercase(),
        ] {
            assert_eq!(Uuid::from_value(ValueRef::Text(&text)).unwrap(), id);
        }
        assert_eq!(Uuid::from_value(ValueRef::Bytes(id.as_bytes())).unwrap(), id);
        assert_eq!(as_blob::TYPE, ColumnType::Bytes);
        let stored = as_blob::to_value(&Some(id)).unwrap();
        assert_eq!(stored, Value::Bytes(id.as_bytes().to_vec()));
        assert_eq!(as_blob::from_value::<Uuid>(stored.as_ref()).unwrap(), id);
        assert_eq!(as_blob::from_value::<Option<Uuid>>(ValueRef::Null).unwrap(), None);
    }
}

#[cfg(feature = "rust_decimal")]
mod decimals {
    use super::*;
    use rust_decimal::Decimal;

    prop_compose! {
        fn any_decimal()(lo: u32, mid: u32, hi: u32, negative: bool, scale in 0..=28_u32) -> Decimal {
            Decimal::from_parts(lo, mid, hi, negative, scale)
        }
    }

    round_trips! {
        decimals: any_decimal();
        small_decimals: (any::<i64>(), 0..=28_u32).prop_map(|(n, scale)| Decimal::new(n, scale));
    }

    proptest! {
        #[test]
        fn equal_numbers_are_stored_alike(number in -1_000_000_i64..1_000_000, scale in 0..10_u32) {
            let mut padded = Decimal::new(number, scale);
            let value = padded.to_value().unwrap();
            padded.rescale(scale + 5);
            prop_assert_eq!(padded.to_value().unwrap(), value);
        }

        #[test]
        fn prices_stored_as_floats_are_read_exactly(cents in -1_000_000_000_i64..1_000_000_000) {
            let float = cents as f64 / 100.0;
            prop_assert_eq!(Decimal::from_value(ValueRef::Float(float)).unwrap(), Decimal::new(cents, 2));
        }
    }

    #[test]
    fn canonical_text_has_no_needless_zeros() {
        for (decimal, text) in [
            (Decimal::new(250, 2), "2.5"),
            (Decimal::new(-250, 2), "-2.5"),
            (Decimal::new(100, 0), "100"),
            (Decimal::new(0, 5), "0"),
            (-Decimal::new(0, 2), "0"),
            (Decimal::new(1, 28), "0.0000000000000000000000000001"),
            (Decimal::MAX, "79228162514264337593543950335"),
        ] {
            assert_eq!(decimal.to_value().unwrap(), Value::Decimal(text.to_owned()));
        }
        assert_eq!(Decimal::from_value(ValueRef::Int(7)).unwrap(), Decimal::from(7));
        assert_eq!(
            Decimal::from_value(ValueRef::Text("1E-7")).unwrap(),
            Decimal::new(1, 7)
        );
    }
}

#[cfg(feature = "jiff")]
mod dates {
    use super::*;
    use jiff::{
        Timestamp,
        civil::{Date, DateTime, Time, date, time},
    };

    /// The last instant that jiff has lies a day before the last that databases have.
    const LAST: i64 = 253_402_207_200_999_999;

    round_trips! {
        timestamps: (*text_form::MICROSECONDS.start()..=LAST)
            .prop_map(|v| Timestamp::from_microsecond(v).unwrap());
        datetimes: text_form::MICROSECONDS
            .prop_map(|v| DateTime::from_value(ValueRef::DateTime(v)).unwrap());
        dates: text_form::DATES.prop_map(|v| Date::from_value(ValueRef::Date(v)).unwrap());
        times: text_form::TIMES.prop_map(|v| Time::from_value(ValueRef::Time(v)).unwrap());
        unix_seconds_of_jiff: (-62_135_596_800..=253_402_207_200_i64)
            .prop_map(|v| UnixSeconds(Timestamp::from_second(v).unwrap()));
    }

    proptest! {
        #[test]
        fn our_calendar_is_that_of_jiff(micros in text_form::MICROSECONDS) {
            let ours = DateTime::from_value(ValueRef::DateTime(micros)).unwrap();
            let text = text_form::datetime_text(micros);
            prop_assert_eq!(text.parse::<DateTime>().unwrap(), ours);
        }

        #[test]
        fn what_jiff_writes_is_read(micros in *text_form::MICROSECONDS.start()..=LAST) {
            let at = Timestamp::from_microsecond(micros).unwrap();
            prop_assert_eq!(Timestamp::from_value(ValueRef::Text(&at.to_string())).unwrap(), at);
            let local = DateTime::from_value(ValueRef::DateTime(micros)).unwrap();
            prop_assert_eq!(DateTime::from_value(ValueRef::Text(&local.to_string())).unwrap(), local);
        }
    }

    #[test]
    fn finer_than_a_microsecond_is_cut_off_towards_the_past() {
        let before = Timestamp::from_nanosecond(-1).unwrap();
        assert_eq!(before.to_value().unwrap(), Value::Timestamp(-1));
        let after = Timestamp::from_nanosecond(1_999).unwrap();
        assert_eq!(after.to_value().unwrap(), Value::Timestamp(1));
        let before = SystemTime::UNIX_EPOCH - Duration::from_nanos(1);
        assert_eq!(before.to_value().unwrap(), Value::Timestamp(-1));
        assert_eq!(time(0, 0, 0, 1_999).to_value().unwrap(), Value::Time(1));
    }

    #[test]
    fn forms_found_in_databases_are_read() {
        let midnight = date(2009, 1, 1).at(0, 0, 0, 0);
        for text in [
            "2009-01-01 00:00:00",
            "2009-01-01",
            "2009-01-01T00:00",
            "2009-01-01 00:00:00.000",
        ] {
            assert_eq!(
                DateTime::from_value(ValueRef::Text(text)).unwrap(),
                midnight,
                "{text}"
            );
            assert_eq!(
                Date::from_value(ValueRef::Text(text)).unwrap(),
                midnight.date(),
                "{text}"
            );
            let at = Timestamp::from_value(ValueRef::Text(text)).unwrap();
            assert_eq!(at.to_string(), "2009-01-01T00:00:00Z", "{text}");
        }
        let zoned = Timestamp::from_value(ValueRef::Text("2009-01-01T02:30:00.5+02:30")).unwrap();
        assert_eq!(zoned.to_string(), "2009-01-01T00:00:00.5Z");
        assert_eq!(
            Timestamp::from_value(ValueRef::DateTime(1))
                .unwrap()
                .as_microsecond(),
            1
        );
    }
}

#[cfg(feature = "serde")]
mod json {
    use super::*;
    use sqloquent::types::Json;

    fn document() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                proptest::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
            ]
        })
    }

    round_trips! {
        documents: document();
        typed_documents: any::<(String, Vec<Option<i64>>)>().prop_map(Json);
        floats_in_documents: proptest::num::f64::NORMAL.prop_map(Json);
    }
}

#[test]
fn stored_zeros_have_no_sign() {
    assert_eq!((-0.0_f64).to_value().unwrap(), Value::Float(0.0));
    assert_eq!((-0.0_f32).to_value().unwrap(), Value::Float(0.0));
    assert_eq!(
        coerce(Value::Float(-0.0), ColumnType::Float64, false).unwrap(),
        Value::Float(0.0)
    );
}

#[test]
fn instants_are_stored_in_units_on_request() {
    let at = system_time(-1);
    assert_eq!(unix_seconds::to_value(&at).unwrap(), Value::Int(-1));
    assert_eq!(unix_millis::to_value(&at).unwrap(), Value::Int(-1));
    let at = system_time(1_999_999);
    assert_eq!(unix_seconds::to_value(&at).unwrap(), Value::Int(1));
    assert_eq!(unix_millis::to_value(&Some(at)).unwrap(), Value::Int(1_999));
    assert_eq!(unix_seconds::TYPE, ColumnType::Int64);
    let read: SystemTime = unix_seconds::from_value(ValueRef::Int(1)).unwrap();
    assert_eq!(read, system_time(1_000_000));
    let none: Option<SystemTime> = unix_millis::from_value(ValueRef::Null).unwrap();
    assert_eq!(none, None);
}

#[test]
fn a_column_of_any_value_holds_any_value() {
    for value in [
        Value::Null,
        Value::Int(1),
        Value::Text("1".into()),
        Value::Bytes(vec![1]),
    ] {
        assert_eq!(Value::from_value(value.as_ref()).unwrap(), value);
        assert_eq!(coerce(value.clone(), ColumnType::Any, false).unwrap(), value);
    }
}
