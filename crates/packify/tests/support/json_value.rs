//! Reads the values of the vector files: `{"int": "1"}`, `{"list": [...]}` and so on.

use packify::{Dict, Items, Set, Value};
use serde_json::Value as Json;

pub(crate) fn value(json: &Json) -> Value {
    let (kind, content) = json
        .as_object()
        .and_then(|object| object.iter().next())
        .expect("one entry");
    let text = || content.as_str().expect("text");
    let items = || content.as_array().expect("an array").iter().map(value);
    match kind.as_str() {
        "none" => Value::None,
        "bool" => Value::Bool(content.as_bool().expect("a boolean")),
        "int" => Value::Int(text().parse().expect("an integer")),
        "float_bits" => Value::Float(f64::from_bits(
            u64::from_str_radix(text(), 16).expect("16 digits"),
        )),
        "str" => Value::from(text()),
        "bytes" => Value::Bytes(bytes(content)),
        "bytearray" => Value::ByteArray(bytes(content)),
        "decimal" => Value::Decimal(text().parse().expect("a decimal")),
        "list" => Value::List(Items::from_iter(items())),
        "tuple" => Value::Tuple(Items::from_iter(items())),
        "set" => Value::Set(Set::from_iter(items())),
        "dict" => {
            let entries = content.as_array().expect("an array").iter();
            Value::Dict(Dict::from_iter(
                entries.map(|pair| (value(&pair[0]), value(&pair[1]))),
            ))
        }
        other => panic!("the vectors have a new kind of value: {other}"),
    }
}

pub(crate) fn bytes(json: &Json) -> Vec<u8> {
    let text = json.as_str().expect("hex digits");
    assert!(text.len().is_multiple_of(2), "whole bytes");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex digits"))
        .collect()
}

pub(crate) fn load(name: &str) -> Json {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).expect("the vectors are there")).expect("valid JSON")
}
