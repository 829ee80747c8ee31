//! What SQLite gives back of a value that is stored in a column.

use sqloquent_core::{Affinity, Value};

use super::ColumnType;

/// Whether the very value is read back, for a column mapped with the type, that is stored. False where that is not
/// known for certain.
pub(crate) fn gives_back(affinity: Affinity, value: &Value, ty: ColumnType) -> bool {
    use Affinity as A;
    use ColumnType as T;
    match (value, ty) {
        (Value::Null, _) => true,
        (Value::Int(_), T::Int64 | T::Any) => matches!(affinity, A::Integer | A::Numeric | A::Blob),
        (Value::Int(v), T::Int32) => i32::try_from(*v).is_ok() && gives_back(affinity, value, T::Int64),
        (Value::Int(v), T::Int16) => i16::try_from(*v).is_ok() && gives_back(affinity, value, T::Int64),
        (Value::Bool(_), T::Bool) => gives_back(affinity, &Value::Int(0), T::Int64),
        // The sign of zero is lost, and what is no number is refused.
        (Value::Float(v), T::Float64 | T::Any) => {
            !v.is_nan() && v.to_bits() != (-0.0_f64).to_bits() && matches!(affinity, A::Real | A::Blob)
        }
        (Value::Float(v), T::Float32) => {
            f64::from(*v as f32).to_bits() == v.to_bits() && gives_back(affinity, value, T::Float64)
        }
        (Value::Text(_), T::Text | T::Any)
        | (Value::Json(_), T::Json)
        | (Value::Uuid(_), T::Uuid)
        | (Value::Timestamp(_), T::Timestamp)
        | (Value::DateTime(_), T::DateTime)
        | (Value::Date(_), T::Date)
        | (Value::Time(_), T::Time) => matches!(affinity, A::Text | A::Blob),
        (Value::Bytes(_), T::Bytes | T::Any) => true,
        // Lists of ids and decimals have forms that reading changes.
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use proptest::prelude::*;
    use sqloquent_core::Value;

    use super::{Affinity, gives_back};
    use crate::{Db, TrustedSql, schema::ColumnType, types::read_as};

    const DECLARED: [&str; 14] = [
        "INTEGER",
        "INT",
        "TEXT",
        "VARCHAR(3)",
        "clob",
        "BLOB",
        "",
        "REAL",
        "DOUBLE",
        "float",
        "NUMERIC",
        "DECIMAL(3)",
        "BOOLEAN",
        "datetime",
    ];

    fn values() -> impl Strategy<Value = (Value, ColumnType)> {
        let numbers = prop_oneof![
            "[0-9]{1,5}",
            "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e[0-9])?",
            " *[0-9]+ *",
            "\\PC{0,6}"
        ];
        let floats = prop_oneof![
            any::<f64>(),
            Just(-0.0),
            Just(0.0),
            Just(3.0),
            Just(1e300),
            Just(f64::INFINITY)
        ];
        prop_oneof![
            any::<i64>().prop_map(|v| (Value::Int(v), ColumnType::Int64)),
            any::<i64>().prop_map(|v| (Value::Int(v), ColumnType::Any)),
            any::<i16>().prop_map(|v| (Value::Int(v.into()), ColumnType::Int16)),
            any::<i64>().prop_map(|v| (Value::Int(v), ColumnType::Int32)),
            any::<bool>().prop_map(|v| (Value::Bool(v), ColumnType::Bool)),
            floats
                .clone()
                .prop_map(|v| (Value::Float(v), ColumnType::Float64)),
            floats.clone().prop_map(|v| (Value::Float(v), ColumnType::Any)),
            floats.prop_map(|v| (Value::Float(v), ColumnType::Float32)),
            numbers.clone().prop_map(|v| (Value::Text(v), ColumnType::Text)),
            numbers.clone().prop_map(|v| (Value::Text(v), ColumnType::Any)),
            numbers.prop_map(|v| (Value::Bytes(v.into_bytes()), ColumnType::Bytes)),
            any::<[u8; 16]>().prop_map(|v| (Value::Uuid(v), ColumnType::Uuid)),
            any::<i32>().prop_map(|v| (Value::Timestamp(v.into()), ColumnType::Timestamp)),
            (0..86_400_000_000_i64).prop_map(|v| (Value::Time(v), ColumnType::Time)),
            (-700_000..2_000_000_i32).prop_map(|v| (Value::Date(v), ColumnType::Date)),
            Just((Value::Null, ColumnType::Text)),
        ]
    }

    /// The database is asked: whatever is said to come back does.
    #[test]
    fn what_is_said_to_come_back_does() {
        let db = pollster::block_on(Db::connect("sqlite::memory:")).unwrap();
        let columns: Vec<String> = (0..).zip(DECLARED).map(|(i, ty)| format!("c{i} {ty}")).collect();
        let script = format!("create table t({})", columns.join(", "));
        pollster::block_on(db.execute_script(&script)).unwrap();
        let known = std::cell::Cell::new(0);
        proptest!(ProptestConfig::with_cases(2_000), |((value, ty) in values())| {
            for (i, declared) in DECLARED.iter().enumerate() {
                if !gives_back(Affinity::of_declared(declared), &value, ty) {
                    continue;
                }
                known.set(known.get() + 1);
                let read: Value = pollster::block_on(async {
                    db.raw(TrustedSql::new(format!("insert into t(c{i}) values (?)")), (value.clone(),)).execute().await.unwrap();
                    let read = db.raw(TrustedSql::new(format!("select c{i} from t")), ()).scalar().await.unwrap();
                    db.execute_script("delete from t").await.unwrap();
                    read
                });
                prop_assert_eq!(read_as(read.as_ref(), ty).unwrap(), value.clone(), "{}", declared);
            }
        });
        assert!(known.get() > 1_000);
    }
}
