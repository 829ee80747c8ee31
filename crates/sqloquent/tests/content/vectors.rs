//! The ids are those of the Python packages.

use serde_json::Value as Json;
use sqloquent::{ColumnType, DynamicModel, Record, Value};

fn value(json: &Json) -> Value {
    let (kind, inner) = json.as_object().unwrap().iter().next().unwrap();
    let text = inner.as_str();
    match kind.as_str() {
        "str" => Value::Text(text.unwrap().into()),
        "int" => Value::Int(text.unwrap().parse().unwrap()),
        "float_bits" => Value::Float(f64::from_bits(u64::from_str_radix(text.unwrap(), 16).unwrap())),
        "bool" => Value::Bool(inner.as_bool().unwrap()),
        "bytes" => Value::Bytes(bytes(text.unwrap())),
        other => panic!("a column of type {other}"),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|d| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap())
        .collect()
}

fn names(json: &Json) -> impl Iterator<Item = &str> {
    json.as_array().unwrap().iter().map(|name| name.as_str().unwrap())
}

/// The model of the vectors, with the types that its columns have there.
fn model(json: &Json) -> DynamicModel {
    let mut model = DynamicModel::new(json["table"].as_str().unwrap(), names(&json["columns"]));
    for name in names(&json["columns"]) {
        let ty = match name {
            "amount" => ColumnType::Int64,
            "score" => ColumnType::Float64,
            "blob" => ColumnType::Bytes,
            "flag" => ColumnType::Bool,
            _ => ColumnType::Text,
        };
        model = model.column(name, ty);
    }
    for (name, default) in json["defaults"].as_object().unwrap() {
        model = model.default(name, value(default));
    }
    model.hashed().exclude_from_hash(names(&json["excluded"]))
}

#[test]
fn content_ids_are_those_of_the_vectors() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../packify/tests/vectors/content_ids.json"
    );
    let vectors: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 40);
    for case in cases {
        let model = model(&vectors["models"][case["model"].as_str().unwrap()]);
        let pairs = case["data"]["dict"].as_array().unwrap().iter();
        let data: Record = pairs
            .map(|pair| (pair[0]["str"].as_str().unwrap(), value(&pair[1])))
            .filter(|(name, _)| *name != "id" && model.columns().any(|c| c == *name))
            .collect();
        let record = model.record(data).unwrap();
        assert_eq!(
            record.preimage().unwrap(),
            bytes(case["preimage"].as_str().unwrap()),
            "{case}"
        );
        assert_eq!(
            record.content_id().unwrap().to_string(),
            case["id"].as_str().unwrap(),
            "{case}"
        );
        assert_eq!(
            record.read::<String>("id").unwrap(),
            case["id"].as_str().unwrap(),
            "{case}"
        );
        assert!(record.is_intact());
    }
}
