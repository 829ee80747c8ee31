//! What columns compare with, and what is a value for a column by name.
#![allow(
    clippy::unwrap_used,
    clippy::needless_borrows_for_generic_args,
    reason = "a test fails by it; references are what is tested"
)]

use std::{
    num::NonZero,
    sync::Arc,
    time::{Duration, SystemTime},
};

use sqloquent::{
    Comparable, Expr, Null, SqlType, Value, ValueError, ValueRef,
    types::{IntoValue, UnixSeconds},
};

fn operand<T: Comparable<V>, V>(value: V) -> Value {
    match T::operand(value) {
        Expr::Value(v) => v,
        other => panic!("no value: {other:?}"),
    }
}

fn value(value: impl IntoValue) -> Value {
    value.into_value().unwrap()
}

#[derive(Debug)]
struct Celsius(f64);

impl SqlType for Celsius {
    const TYPE: sqloquent::ColumnType = sqloquent::ColumnType::Float64;
    fn to_value(&self) -> Result<Value, ValueError> {
        self.0.to_value()
    }
    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        f64::from_value(value).map(Celsius)
    }
}

/// References to types of another crate are values too, once that crate says so.
impl IntoValue for &Celsius {
    fn into_value(self) -> Result<Value, ValueError> {
        self.to_value()
    }
}

#[test]
fn every_column_type_is_a_value_for_a_column_by_name() {
    assert_eq!(value(5), Value::Int(5));
    assert_eq!(value(5_u64), Value::Int(5));
    assert_eq!(value(&5_usize), Value::Int(5));
    assert_eq!(value("a"), Value::Text("a".into()));
    assert_eq!(value(Some("a")), Value::Text("a".into()));
    assert_eq!(value(None::<&str>), Value::Null);
    assert_eq!(value(&String::from("a")), Value::Text("a".into()));
    assert_eq!(value(Some(&String::from("a"))), Value::Text("a".into()));
    assert_eq!(value(&Some(String::from("a"))), Value::Text("a".into()));
    assert_eq!(value(Null), Value::Null);
    assert_eq!(value(None::<i64>), Value::Null);
    assert_eq!(value(b"ab"), Value::Bytes(b"ab".to_vec()));
    assert_eq!(value([1_u8, 2]), Value::Bytes(vec![1, 2]));
    assert_eq!(value(&[1_u8, 2][..]), Value::Bytes(vec![1, 2]));
    assert_eq!(value(&Value::Int(1)), Value::Int(1));
    assert_eq!(value(Some(Value::Int(1))), Value::Int(1));
    assert_eq!(value(NonZero::<u8>::MIN), Value::Int(1));
    assert_eq!(value(Celsius(1.5)), Value::Float(1.5));
    assert_eq!(value(&Celsius(1.5)), Value::Float(1.5));
    assert_eq!(value(SystemTime::UNIX_EPOCH), Value::Timestamp(0));
    assert!(u64::MAX.into_value().is_err());
    assert!(Some(u128::MAX).into_value().is_err());
    // Lists by reference, as `is_in` takes them.
    for v in ["a", "b"].iter() {
        assert!(matches!(value(v), Value::Text(_)));
    }
}

#[test]
fn columns_compare_with_their_kin() {
    let bytes = Value::Bytes(vec![1, 2]);
    assert_eq!(operand::<Vec<u8>, _>(Arc::<[u8]>::from([1, 2])), bytes);
    assert_eq!(operand::<Box<[u8]>, _>([1, 2]), bytes);
    assert_eq!(operand::<Option<Arc<[u8]>>, _>(Some(&[1_u8, 2][..])), bytes);
    assert_eq!(operand::<[u8; 2], _>([1, 2]), bytes);
    assert_eq!(operand::<Option<[u8; 2]>, _>(Some([1, 2])), bytes);
    assert_eq!(operand::<NonZero<u32>, _>(7), Value::Int(7));
    assert_eq!(
        operand::<Option<NonZero<u32>>, _>(NonZero::<u32>::MIN),
        Value::Int(1)
    );
    assert_eq!(operand::<Value, _>("a"), Value::Text("a".into()));
    assert_eq!(operand::<Value, _>(Null), Value::Null);
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(9);
    assert_eq!(operand::<SystemTime, _>(&at), Value::Timestamp(9_000_000));
    assert_eq!(operand::<UnixSeconds<SystemTime>, _>(at), Value::Int(9));
    assert_eq!(operand::<Option<UnixSeconds<SystemTime>>, _>(&at), Value::Int(9));
    assert_eq!(
        operand::<Option<UnixSeconds<SystemTime>>, _>(Some(at)),
        Value::Int(9)
    );
    assert_eq!(operand::<Option<UnixSeconds<SystemTime>>, _>(Null), Value::Null);
    assert_eq!(
        operand::<UnixSeconds<SystemTime>, _>(UnixSeconds(at)),
        Value::Int(9)
    );
    assert!(matches!(
        <i64 as Comparable<u64>>::operand(u64::MAX),
        Expr::Mistake(_)
    ));
}

#[cfg(feature = "uuid")]
#[test]
fn uuids_compare_with_uuids() {
    use sqloquent::types::UuidBlob;
    use uuid::Uuid;
    let id = Uuid::from_u128(1);
    let native = Value::Uuid(*id.as_bytes());
    assert_eq!(operand::<Uuid, _>(id), native);
    assert_eq!(operand::<Uuid, _>(&id), native);
    assert_eq!(operand::<Option<Uuid>, _>(Some(&id)), native);
    assert_eq!(operand::<Option<Uuid>, _>(None::<Uuid>), Value::Null);
    assert_eq!(operand::<UuidBlob, _>(id), Value::Bytes(id.as_bytes().to_vec()));
    assert_eq!(
        operand::<Option<UuidBlob>, _>(Some(id)),
        Value::Bytes(id.as_bytes().to_vec())
    );
    assert_eq!(value(id), native);
    assert_eq!(value(&id), native);
    assert_eq!(value(Some(id)), native);
}

#[cfg(feature = "rust_decimal")]
#[test]
fn decimals_compare_with_decimals_and_integers() {
    use rust_decimal::Decimal;
    let ten = Value::Decimal("10".into());
    assert_eq!(operand::<Decimal, _>(Decimal::new(1000, 2)), ten);
    assert_eq!(operand::<Decimal, _>(10), ten);
    assert_eq!(operand::<Decimal, _>(&10_u64), ten);
    assert_eq!(operand::<Option<Decimal>, _>(10_i8), ten);
    assert_eq!(operand::<Option<Decimal>, _>(Some(10_usize)), ten);
    assert_eq!(operand::<Option<Decimal>, _>(Some(&Decimal::TEN)), ten);
    assert_eq!(value(Decimal::TEN), ten);
    assert_eq!(value(&Decimal::TEN), ten);
}

#[cfg(feature = "jiff")]
#[test]
fn instants_compare_with_instants() {
    use jiff::{Timestamp, civil::date};
    let at = Timestamp::from_second(9).unwrap();
    assert_eq!(operand::<Timestamp, _>(at), Value::Timestamp(9_000_000));
    assert_eq!(
        operand::<Option<Timestamp>, _>(Some(&at)),
        Value::Timestamp(9_000_000)
    );
    assert_eq!(
        operand::<Timestamp, _>(SystemTime::UNIX_EPOCH),
        Value::Timestamp(0)
    );
    assert_eq!(operand::<SystemTime, _>(at), Value::Timestamp(9_000_000));
    assert_eq!(operand::<UnixSeconds<Timestamp>, _>(at), Value::Int(9));
    assert_eq!(value(at), Value::Timestamp(9_000_000));
    assert_eq!(value(&date(1970, 1, 2)), Value::Date(1));
    assert_eq!(value(date(1970, 1, 1).at(0, 0, 1, 0)), Value::DateTime(1_000_000));
    assert_eq!(value(jiff::civil::time(0, 0, 1, 0)), Value::Time(1_000_000));
}

#[cfg(feature = "serde")]
#[test]
fn documents_are_set_and_compared() {
    use sqloquent::types::Json;
    let list = Value::Json("[1]".into());
    assert_eq!(operand::<Json<Vec<u8>>, _>(Json(vec![1])), list);
    assert_eq!(operand::<Option<Json<Vec<u8>>>, _>(&Json(vec![1])), list);
    assert_eq!(operand::<Option<Json<Vec<u8>>>, _>(Some(Json(vec![1]))), list);
    assert_eq!(
        operand::<Option<Json<Vec<u8>>>, _>(None::<Json<Vec<u8>>>),
        Value::Null
    );
    assert_eq!(operand::<serde_json::Value, _>(serde_json::json!([1])), list);
    assert_eq!(value(Json([1])), list);
    assert_eq!(value(&Json([1])), list);
    assert_eq!(value(serde_json::Value::Null), Value::Json("null".into()));
}
