//! Dynamic rows, values and conditions through serde.
#![cfg(feature = "serde")]

use serde_json::json;
use sqloquent::{ColumnType, encode_value, prelude::*};

#[tokio::test]
async fn records_travel_as_json() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.execute_script(
        "create table docs (id text primary key, body text, meta text, ok integer, at text, price text, raw blob)",
    )
    .await?;
    let docs = DynamicModel::new("docs", ["id", "body"])
        .column("meta", ColumnType::Json)
        .column("ok", ColumnType::Bool)
        .column("at", ColumnType::Timestamp)
        .column("price", ColumnType::Decimal)
        .column("raw", ColumnType::Bytes);
    let given = json!({
        "id": "1", "body": "text", "meta": {"a": [1, null]}, "ok": true, "at": "2024-01-31T10:00:00Z", "price": "2.50",
        "raw": [0, 255],
    });
    let stored = docs.insert(&db, &given).await?;
    assert_eq!(stored.get("raw"), Some(&Value::Bytes(vec![0, 255])));
    let shown = serde_json::to_value(&stored).unwrap();
    assert_eq!(shown["meta"], given["meta"]);
    assert_eq!(
        (&shown["ok"], &shown["price"], &shown["raw"]),
        (&json!(true), &json!("2.5"), &json!([0, 255]))
    );
    let back: Record = serde_json::from_value(shown).unwrap();
    assert_eq!(docs.record(back)?, stored, "what was shown is the record again");
    assert_eq!(
        docs.insert(&db, json!([1])).await.unwrap_err().kind(),
        ErrorKind::InvalidValue
    );
    assert!(serde_json::from_str::<Record>(r#"{"a": 1, "a": 2}"#).is_err());
    assert!(serde_json::from_str::<Value>("18446744073709551615").is_err());
    Ok(())
}

#[tokio::test]
async fn conditions_come_from_a_request() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.execute_script(
        "create table users (id integer primary key, name text, age integer);
         insert into users values (1, 'ada', 36), (2, 'bob', null), (3, 'eve', 20)",
    )
    .await?;
    let users = DynamicModel::new("users", ["id"])
        .column("name", ColumnType::Text)
        .column("age", ColumnType::Int64)
        .assigned_id();
    let ask = |conditions: serde_json::Value| users.query().conditions(conditions).order_by("id", Asc);
    for (conditions, expected) in [
        (json!({}), "ada bob eve"),
        (json!({"equal": {"name": "ada"}}), "ada"),
        (json!({"equal": {"age": null}}), "bob"),
        (
            json!({"less": {"age": 36.5}, "not_equal": {"name": "ada"}}),
            "eve",
        ),
        (
            json!({"is_in": {"name": ["ada", "bob"]}, "not_null": ["age"]}),
            "ada",
        ),
        (json!({"is_null": "age"}), "bob"),
        (json!({"is_null": {"age": false}}), "ada eve"),
        (json!({"like": {"name": ["?%", "e"]}}), "eve"),
        (json!({"like": {"name": "_v_"}}), "eve"),
    ] {
        let names = ask(conditions.clone()).pluck::<String>(&db, "name").await?;
        assert_eq!(names.join(" "), expected, "{conditions}");
    }
    for (wrong, kind) in [
        (json!([]), ErrorKind::InvalidQuery),
        (json!({"equals": {"name": "ada"}}), ErrorKind::InvalidQuery),
        (json!({"equal": 1}), ErrorKind::InvalidQuery),
        (json!({"equal": {"nmae": "ada"}}), ErrorKind::UnknownColumn),
        (
            json!({"equal": {"name' or 1=1 --": "ada"}}),
            ErrorKind::UnknownColumn,
        ),
        (json!({"equal": {"age": "x"}}), ErrorKind::InvalidValue),
        (json!({"equal": {"age": u64::MAX}}), ErrorKind::InvalidValue),
        (json!({"is_in": {"age": 1}}), ErrorKind::InvalidValue),
        (json!({"like": {"name": [1]}}), ErrorKind::InvalidValue),
    ] {
        let e = ask(wrong.clone()).get(&db).await.unwrap_err();
        assert_eq!(e.kind(), kind, "{wrong}: {e}");
    }
    Ok(())
}

#[test]
fn values_are_encoded_as_packify_does() {
    for (value, hex) in [
        (Value::Null, "10"),
        (Value::Text("a".into()), "430161"),
        (Value::Bool(true), "0601"),
    ] {
        let encoded = encode_value(&value).unwrap();
        if value != Value::Null {
            assert_eq!(encoded, hex);
        }
        assert!(encoded.len() >= 2);
    }
    assert_ne!(
        encode_value(&Value::Int(1)).unwrap(),
        encode_value(&Value::Bool(true)).unwrap()
    );
}
