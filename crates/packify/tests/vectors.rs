//! The bytes are those of the Python package, value by value.

#[path = "support/json_value.rs"]
mod json_value;

use json_value::{bytes, load, value};
use packify::{Dict, Packer, Value, pack, unpack, unpack_lenient};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

fn cases(json: &Json) -> &Vec<Json> {
    json.as_array().expect("an array")
}

#[test]
fn values_and_bytes_become_each_other() {
    let vectors = load("packify.json");
    assert!(cases(&vectors).len() > 100);
    for case in cases(&vectors) {
        let (value, packed) = (value(&case["value"]), bytes(&case["packed"]));
        assert_eq!(pack(&value).unwrap(), packed, "{case}");
        assert_eq!(unpack(&packed).unwrap(), value, "{case}");
        assert_eq!(unpack_lenient(&packed).unwrap(), value, "{case}");
    }
}

#[test]
fn what_python_refuses_is_refused() {
    let vectors = load("packify_refused.json");
    assert!(cases(&vectors).len() > 300);
    for case in cases(&vectors) {
        let packed = bytes(&case["packed"]);
        let error = unpack(&packed).expect_err("refused");
        assert!(error.offset() <= packed.len(), "{error:?}");
        assert!(unpack_lenient(&packed).is_err(), "{case}");
    }
}

#[test]
fn every_prefix_of_a_value_is_refused() {
    for case in cases(&load("packify.json")) {
        let packed = bytes(&case["packed"]);
        for len in 0..packed.len().min(400) {
            assert!(unpack(&packed[..len]).is_err(), "{len} bytes of {case}");
        }
    }
}

/// The columns of a record that make up its content id, with defaults for those that are missing.
fn hashed_columns(model: &Json, data: &Dict) -> Dict {
    let excluded = cases(&model["excluded"]);
    cases(&model["columns"])
        .iter()
        .filter(|column| column.as_str() != Some("id") && !excluded.contains(column))
        .map(|column| {
            let column = column.as_str().expect("a name");
            let default = model["defaults"].get(column).map_or(Value::None, value);
            (column, data.field(column).cloned().unwrap_or(default))
        })
        .collect()
}

#[test]
fn content_ids_are_hashes_of_packed_columns() {
    let vectors = load("content_ids.json");
    let mut packer = Packer::new();
    assert!(cases(&vectors["cases"]).len() >= 40);
    for case in cases(&vectors["cases"]) {
        let model = &vectors["models"][case["model"].as_str().expect("a name")];
        let Value::Dict(data) = value(&case["data"]) else {
            panic!("records are dicts")
        };
        let hashed = hashed_columns(model, &data);
        let preimage = bytes(&case["preimage"]);
        assert_eq!(pack(&hashed).unwrap(), preimage, "{case}");
        assert_eq!(unpack(&preimage).unwrap(), Value::Dict(hashed.clone()));
        // Streamed in another order, the same bytes come out.
        let streamed = packer
            .pack(|sink| {
                sink.dict(|dict| {
                    hashed
                        .iter()
                        .rev()
                        .try_for_each(|(key, value)| dict.entry(key, value))
                })
            })
            .unwrap();
        assert_eq!(streamed, preimage, "{case}");
        let id: String = Sha256::digest(streamed)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(Some(id.as_str()), case["id"].as_str());
    }
}
