//! Values of columns that are declared at run time, without any of the crates for types.

use sqloquent::{
    ColumnType::{self, *},
    Value, ValueRef,
    types::{coerce, coerce_operand, read_as},
};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}

/// 2009-01-02 03:04:05 UTC.
const AT: i64 = 1_230_865_445_000_000;

#[test]
fn what_loses_nothing_is_brought_to_the_column() {
    let uuid = Value::Uuid([0x12; 16]);
    let cases = [
        (Value::Int(1), Bool, Value::Bool(true)),
        (Value::Int(-32_768), Int16, Value::Int(-32_768)),
        (Value::Int(2), Float64, Value::Float(2.0)),
        (decimal("0.990"), Float64, Value::Float(0.99)),
        (decimal("-0"), Float64, Value::Float(0.0)),
        (Value::Float(0.1), Float32, Value::Float(f64::from(0.1_f32))),
        (Value::Json("{}".into()), Text, text("{}")),
        (uuid.clone(), Bytes, Value::Bytes(vec![0x12; 16])),
        (text("12121212-1212-1212-1212-121212121212"), Uuid, uuid.clone()),
        (text("12121212121212121212121212121212"), Uuid, uuid.clone()),
        (Value::Bytes(vec![0x12; 16]), Uuid, uuid),
        (text("+02.50"), Decimal, decimal("2.5")),
        (decimal("2.50"), Decimal, decimal("2.5")),
        (Value::Int(-5), Decimal, decimal("-5")),
        (Value::Float(0.99), Decimal, decimal("0.99")),
        (Value::Float(-0.0), Decimal, decimal("0")),
        (Value::Float(1e21), Decimal, decimal("1000000000000000000000")),
        (text("[1]"), Json, Value::Json("[1]".into())),
        (text("2009-01-02T05:04:05+02:00"), Timestamp, Value::Timestamp(AT)),
        (Value::DateTime(AT), Timestamp, Value::Timestamp(AT)),
        (text("2009-01-02 03:04:05"), DateTime, Value::DateTime(AT)),
        (Value::Date(1), DateTime, Value::DateTime(86_400_000_000)),
        (Value::Date(-1), Timestamp, Value::Timestamp(-86_400_000_000)),
        (text("2009-01-02"), Date, Value::Date(14_246)),
        (Value::DateTime(-86_400_000_000), Date, Value::Date(-1)),
        (text("00:00:01.5"), Time, Value::Time(1_500_000)),
    ];
    for (value, ty, wanted) in cases {
        let brought = coerce(value.clone(), ty, false).unwrap_or_else(|e| panic!("{value:?} to {ty:?}: {e}"));
        assert_eq!(brought, wanted, "{value:?} to {ty:?}");
        assert_eq!(read_as(value.as_ref(), ty).unwrap(), wanted);
        assert_eq!(
            coerce(wanted.clone(), ty, false).unwrap(),
            wanted,
            "once is enough"
        );
        assert_eq!(coerce_operand(wanted.clone(), ty).unwrap(), wanted);
    }
}

#[test]
fn what_would_lose_or_guess_is_refused() {
    let cases = [
        (Value::Int(2), Bool),
        (text("true"), Bool),
        (Value::Bool(true), Int64),
        (Value::Float(2.0), Int64),
        (text("5"), Int64),
        (Value::Int(32_768), Int16),
        (Value::Int(1 << 31), Int32),
        (Value::Int(i64::MAX), Float64),
        (decimal("0.1234567890123456789"), Float64),
        (Value::Float(1e300), Float32),
        (Value::Int(5), Text),
        (Value::Bool(true), Text),
        (Value::Bytes(b"a".to_vec()), Text),
        (text("a"), Bytes),
        (text("a"), Uuid),
        (Value::Int(1), Uuid),
        (text("ten"), Decimal),
        (Value::Float(f64::INFINITY), Decimal),
        (Value::Int(1), Json),
        (Value::Int(0), Timestamp),
        (text("yesterday"), Timestamp),
        (Value::Timestamp(i64::MAX), Timestamp),
        (Value::Timestamp(0), DateTime),
        (text("2009-01-02 03:04:05Z"), DateTime),
        (Value::DateTime(1), Date),
        (Value::Date(i32::MIN), Date),
        (Value::Date(i32::MIN), Timestamp),
        (Value::Int(0), Time),
        (Value::Time(-1), Time),
    ];
    for (value, ty) in cases {
        let error = coerce(value.clone(), ty, true).unwrap_err().to_string();
        assert!(
            error.contains("expected") || error.contains("range") || error.contains("does not fit"),
            "{value:?} to {ty:?}: {error}"
        );
        assert!(read_as(value.as_ref(), ty).is_err());
    }
}

#[cfg(feature = "serde")]
#[test]
fn text_that_is_no_json_is_refused() {
    for document in ["", "{", "{a:1}", "[1]]", "nul", "01", "'a'"] {
        assert!(coerce(text(document), Json, false).is_err(), "{document}");
        assert!(
            coerce(Value::Json(document.to_owned()), Json, false).is_err(),
            "{document}"
        );
    }
    assert!(coerce(text(&"[".repeat(100_000)), Json, false).is_err());
}

#[test]
fn null_is_for_columns_that_allow_it() {
    for ty in [
        Bool, Int64, Float64, Text, Bytes, Uuid, Decimal, Json, Timestamp, DateTime, Date, Time,
    ] {
        assert_eq!(coerce(Value::Null, ty, true).unwrap(), Value::Null);
        let error = coerce(Value::Null, ty, false).unwrap_err().to_string();
        assert!(error.contains(ty.name()) && error.contains("NULL"), "{error}");
        assert_eq!(read_as(ValueRef::Null, ty).unwrap(), Value::Null);
        assert_eq!(coerce_operand(Value::Null, ty).unwrap(), Value::Null);
    }
    assert_eq!(coerce(Value::Null, ColumnType::Any, false).unwrap(), Value::Null);
}

#[test]
fn operands_take_the_form_of_the_column_but_numbers_stay_numbers() {
    for (value, ty, wanted) in [
        (Value::Float(2.5), Int64, Value::Float(2.5)),
        (Value::Int(i64::MAX), Float64, Value::Int(i64::MAX)),
        (Value::Int(1 << 40), Int16, Value::Int(1 << 40)),
        (decimal("3.00"), Int64, Value::Int(3)),
        (decimal("2.50"), Int64, Value::Float(2.5)),
        (Value::Int(5), Decimal, decimal("5")),
        (text("2009-01-02T03:04:05Z"), Timestamp, Value::Timestamp(AT)),
        (Value::Uuid([1; 16]), Bytes, Value::Bytes(vec![1; 16])),
        (Value::Int(0), Bool, Value::Bool(false)),
    ] {
        assert_eq!(coerce_operand(value, ty).unwrap(), wanted);
    }
    assert!(coerce_operand(Value::Int(5), Text).is_err());
    assert!(coerce_operand(text("5"), Int64).is_err());
    assert!(coerce_operand(Value::Timestamp(0), Int64).is_err());
}
