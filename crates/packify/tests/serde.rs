//! The `serde` feature: any type to bytes and back, and values through other formats.

#[path = "support/json_value.rs"]
mod json_value;

use std::collections::{BTreeMap, HashMap};

use packify::{
    Decimal, Int, PackError, Packable, SerdeError, Value, from_bytes, from_value, pack, to_bytes, to_value,
    unpack,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(i8, i8),
    Named { name: String, sides: u64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    small: i8,
    large: i128,
    larger: u128,
    float: f32,
    letter: char,
    text: String,
    unit: (),
    some: Option<u16>,
    none: Option<u16>,
    list: Vec<Option<i32>>,
    tuple: (u8, String),
    map: BTreeMap<i64, String>,
    by_tuple: BTreeMap<(u8, u8), u8>,
    shapes: Vec<Shape>,
    value: Value,
    decimal: Decimal,
    int: Int,
    packable: Packable,
}

fn everything() -> Everything {
    Everything {
        flag: true,
        small: -3,
        large: i128::MIN,
        larger: u128::MAX,
        float: 0.5,
        letter: 'é',
        text: "漢字".to_owned(),
        unit: (),
        some: Some(9),
        none: None,
        list: vec![Some(1), None],
        tuple: (1, "b".to_owned()),
        map: [(-1, "x".to_owned()), (300, "y".to_owned())].into(),
        by_tuple: [((1, 2), 3)].into(),
        shapes: vec![
            Shape::Point,
            Shape::Circle(1.5),
            Shape::Line(-1, 1),
            Shape::Named {
                name: "square".to_owned(),
                sides: 4,
            },
        ],
        value: Value::set([Value::from((1, 2)), Value::None]),
        decimal: "1.10".parse().expect("a number"),
        int: "9".repeat(50).parse().expect("a number"),
        packable: Packable::new("P", *b"xyz"),
    }
}

#[test]
fn types_survive_the_round_trip() {
    let given = everything();
    let bytes = to_bytes(&given).unwrap();
    assert_eq!(from_bytes::<Everything>(&bytes).unwrap(), given);
    let value = to_value(&given).unwrap();
    assert_eq!(pack(&value).unwrap(), bytes);
    assert_eq!(from_value::<Everything>(value).unwrap(), given);
}

#[test]
fn types_have_the_documented_shapes() {
    assert_eq!(to_value(&Shape::Point).unwrap(), Value::from("Point"));
    assert_eq!(
        to_value(&Shape::Circle(1.5)).unwrap(),
        Value::dict([("Circle", 1.5)])
    );
    assert_eq!(
        to_value(&Shape::Line(1, 2)).unwrap(),
        Value::dict([("Line", (1, 2))])
    );
    let named = Shape::Named {
        name: "n".to_owned(),
        sides: 3,
    };
    let content = Value::dict([("name", Value::from("n")), ("sides", Value::from(3))]);
    assert_eq!(to_value(&named).unwrap(), Value::dict([("Named", content)]));
    assert_eq!(to_value(&Some(Some(1))).unwrap(), Value::from(1));
    assert_eq!(to_value(&()).unwrap(), Value::None);
    let map: HashMap<&str, u8> = [("b", 2), ("a", 1)].into();
    assert_eq!(to_value(&map).unwrap(), Value::dict([("a", 1), ("b", 2)]));
}

#[test]
fn values_of_the_vectors_pass_through_unchanged() {
    for case in json_value::load("packify.json").as_array().unwrap() {
        let value = json_value::value(&case["value"]);
        assert_eq!(to_bytes(&value).unwrap(), pack(&value).unwrap(), "{case}");
        assert_eq!(from_value::<Value>(value.clone()).unwrap(), value);
        assert_eq!(
            from_bytes::<Value>(&json_value::bytes(&case["packed"])).unwrap(),
            value
        );
    }
}

#[test]
fn values_go_through_other_formats() {
    let value = Value::dict([
        (
            "list",
            Value::list([
                Value::from(1),
                Value::from(-2),
                Value::from(0.5),
                Value::None,
                Value::from(true),
            ]),
        ),
        ("text", Value::from("a")),
        ("inner", Value::dict([("n", u64::MAX)])),
    ]);
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
    let lossy = Value::list([
        Value::tuple([1]),
        Value::set([2]),
        Value::Decimal("1.50".parse().unwrap()),
    ]);
    assert_eq!(serde_json::to_string(&lossy).unwrap(), r#"[[1],[2],"1.50"]"#);
    assert_eq!(
        serde_json::from_str::<Decimal>("\"1.50\"").unwrap().as_str(),
        "1.50"
    );
    let huge = "9".repeat(30);
    assert_eq!(
        serde_json::from_str::<Int>(&format!("\"{huge}\""))
            .unwrap()
            .to_string(),
        huge
    );
    let packable = Packable::new("P", [1, 2]);
    let json = serde_json::to_string(&packable).unwrap();
    assert_eq!(json, r#"["P",[1,2]]"#);
    assert_eq!(serde_json::from_str::<Packable>(&json).unwrap(), packable);
}

#[test]
fn bytes_are_read_as_sequences_of_numbers_too() {
    assert_eq!(from_value::<Vec<u8>>(Value::from([1, 2])).unwrap(), [1, 2]);
    assert_eq!(
        from_value::<(u8, u8)>(Value::ByteArray(vec![1, 2])).unwrap(),
        (1, 2)
    );
}

#[test]
fn other_shapes_are_errors() {
    assert!(from_value::<bool>(Value::from(1)).is_err());
    assert!(from_value::<u8>(Value::from(256)).is_err());
    assert!(from_value::<(u8, u8)>(Value::list([1])).is_err());
    assert!(from_value::<(u8, u8)>(Value::list([1, 2, 3])).is_err());
    assert!(from_value::<Shape>(Value::from("Circle")).is_err());
    assert!(from_value::<Shape>(Value::dict([("Point", 1)])).is_err());
    assert!(from_value::<Shape>(Value::dict([("Point", 1), ("Circle", 2)])).is_err());
    assert!(from_value::<Packable>(Value::from(1)).is_err());
    assert!(matches!(from_bytes::<u8>(&[0x44]), Err(SerdeError::Unpack(_))));
    let by_list: BTreeMap<Vec<u8>, u8> = [(vec![1], 1)].into();
    assert!(matches!(
        to_bytes(&by_list),
        Err(SerdeError::Pack(PackError::Unhashable { .. }))
    ));
}

#[derive(Debug, Serialize, Deserialize)]
struct Chain(Option<Box<Chain>>);

#[derive(Debug, Serialize, Deserialize)]
struct Tree(Vec<Tree>);

#[test]
fn depth_is_an_error_not_an_overflow() {
    let chain = (0..1_000).fold(Chain(None), |chain, _| Chain(Some(Box::new(chain))));
    assert!(matches!(
        to_bytes(&chain),
        Err(SerdeError::Pack(PackError::TooDeep { limit: 128, .. }))
    ));
    // Neither a newtype nor an option takes anything off the value, so this would go on for ever.
    assert!(matches!(
        from_value::<Chain>(Value::from(1)),
        Err(SerdeError::TooDeep { .. })
    ));
    let tree = (0..1_000).fold(Tree(vec![]), |tree, _| Tree(vec![tree]));
    assert!(to_bytes(&tree).is_err());
    let deep = (0..500).fold(Value::None, |value, _| Value::list([value]));
    assert!(from_value::<Tree>(deep.clone()).is_err());
    assert_eq!(from_value::<Value>(deep.clone()).unwrap(), deep);
    let sets = (0..5_000).fold(Value::None, |value, _| Value::set([value]));
    assert!(to_bytes(&sets).is_err());
    assert_eq!(
        unpack(&to_bytes(&Tree(vec![Tree(vec![])])).unwrap()).unwrap(),
        Value::list([Value::list([(); 0])])
    );
}
