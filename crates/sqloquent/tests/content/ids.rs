//! What ids are made of, and that they survive storing.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use sqloquent::{ColumnType, ContentId, DynamicModel, Json, block_on, content::HashedId, prelude::*};

#[derive(SqlType, Clone, Copy, Debug, PartialEq)]
#[sql(rename_all = "snake_case")]
enum Mood {
    Sad,
    VeryHappy,
}

#[derive(SqlType, Clone, Copy, Debug, PartialEq)]
#[sql(as = "integer")]
enum Level {
    Low = -1,
    High = 7,
}

#[derive(SqlType, Clone, Debug, PartialEq)]
struct Name(String);

/// A column of every type.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, exclude_from_hash = ["note"], timestamps)]
struct Everything {
    #[model(id)]
    id: ContentId,
    truth: bool,
    small: i16,
    wide: i64,
    narrow: f32,
    float: f64,
    text: String,
    bytes: Vec<u8>,
    maybe: Option<String>,
    amount: rust_decimal::Decimal,
    key: uuid::Uuid,
    at: jiff::Timestamp,
    local: jiff::civil::DateTime,
    day: jiff::civil::Date,
    time: jiff::civil::Time,
    json: Json<serde_json::Value>,
    mood: Mood,
    level: Level,
    name: Name,
    any: Value,
    note: Option<String>,
}

fn micros(range: std::ops::Range<i64>) -> impl Strategy<Value = jiff::Timestamp> {
    range.prop_map(|us| jiff::Timestamp::from_microsecond(us).unwrap())
}

fn everything() -> impl Strategy<Value = Everything> {
    let numbers = (
        any::<bool>(),
        any::<i16>(),
        any::<i64>(),
        any::<f32>(),
        any::<f64>(),
    );
    let texts = (
        any::<String>(),
        any::<Vec<u8>>(),
        any::<Option<String>>(),
        any::<i64>(),
        0u32..12,
    );
    let finite = |f: f64| if f.is_nan() { 0.5 } else { f };
    let anything = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(move |f| Value::Float(finite(f))),
        any::<String>().prop_map(Value::Text),
        any::<[u8; 16]>().prop_map(Value::Uuid),
        Just(Value::Timestamp(1_700_000_000_123_456)),
    ];
    let rest = (
        micros(-60_000_000_000_000_000..250_000_000_000_000_000),
        any::<[u8; 16]>(),
        any::<bool>(),
        anything,
    );
    (numbers, texts, rest).prop_map(move |(numbers, texts, rest)| {
        let (truth, small, wide, narrow, float) = numbers;
        let (text, bytes, maybe, mantissa, scale) = texts;
        let (at, key, flag, any) = rest;
        let local = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let json = serde_json::json!({ "b": [float.is_nan(), wide, finite(float) / 2.0, None::<bool>], "a": { text.clone(): narrow.is_nan() } });
        Everything::build()
            .truth(truth)
            .small(small)
            .wide(wide)
            .narrow(if narrow.is_nan() { -0.0 } else { narrow })
            .float(finite(float))
            .text(text.clone())
            .bytes(bytes)
            .maybe(maybe)
            .amount(rust_decimal::Decimal::new(mantissa, scale))
            .key(uuid::Uuid::from_bytes(key))
            .at(at)
            .local(local)
            .day(local.date())
            .time(local.time())
            .json(Json(json))
            .mood(if flag { Mood::Sad } else { Mood::VeryHappy })
            .level(if flag { Level::Low } else { Level::High })
            .name(Name(text))
            .any(any)
            .finish()
    })
}

proptest! {
    #[test]
    fn pitfall_c7_the_id_of_what_is_read_is_the_id_of_what_was_written(one in everything()) {
        block_on(async {
            let db = Db::connect("sqlite::memory:").await?;
            db.create_tables::<Everything>().await?;
            let id = one.id;
            assert!(one.is_intact());
            let stored = one.insert(&db).await?;
            assert_eq!(stored.id, id);
            let found = Everything::find_required(&db, id).await?;
            assert_eq!(found.content_id()?, id, "{found:?}");
            let dynamic = DynamicModel::of::<Everything>();
            let record = dynamic.find_required(&db, id).await?;
            assert_eq!(record.content_id()?, id, "{record:?}");
            Ok::<(), Error>(())
        })
        .unwrap();
    }
}

#[test]
fn what_is_left_out_of_the_hash_does_not_change_the_id() {
    let dynamic = DynamicModel::of::<Everything>();
    let hashed: Vec<_> = dynamic.table().hashed_columns().collect();
    let named = |name: &str| dynamic.table().position(name).unwrap();
    for name in ["id", "note", "created_at", "updated_at"] {
        assert!(!hashed.contains(&named(name)), "{name}");
    }
    assert_eq!(hashed.len(), dynamic.columns().len() - 4);
}

#[test]
fn a_value_changes_the_id_by_its_type_as_well() {
    let of = |ty, value: Value| {
        let model = DynamicModel::new("t", ["id"]).column("v", ty).hashed();
        model.record([("v", value)]).unwrap().content_id().unwrap()
    };
    let ids = [
        of(ColumnType::Int64, Value::Int(1)),
        of(ColumnType::Bool, Value::Int(1)),
        of(ColumnType::Float64, Value::Int(1)),
        of(ColumnType::Text, "1".into()),
        of(ColumnType::Bytes, (*b"1").into()),
        of(ColumnType::Decimal, "1".into()),
        of(ColumnType::Int64, Value::Null),
    ];
    for (i, a) in ids.iter().enumerate() {
        assert!(ids[i + 1..].iter().all(|b| a != b), "{i}");
    }
    assert_eq!(
        of(ColumnType::Decimal, "1.50".into()),
        of(ColumnType::Decimal, Value::Float(1.5))
    );
    assert_eq!(
        of(ColumnType::Bool, Value::Bool(true)),
        of(ColumnType::Bool, Value::Int(1))
    );
    let json = |text: &str| of(ColumnType::Json, text.into());
    assert_eq!(json(r#"{"a": 1.0, "b": []}"#), json(r#"{"b":[],"a":1}"#));
}

#[test]
fn what_cannot_be_hashed_is_refused_with_its_column() {
    let model = DynamicModel::new("t", ["id"])
        .column("v", ColumnType::Float64)
        .hashed();
    let error = model.record([("v", f64::NAN)]).unwrap_err();
    assert_eq!(
        (error.kind(), error.table(), error.column()),
        (ErrorKind::InvalidValue, Some("t"), Some("v"))
    );
    let keyless = DynamicModel::new("t", ["a", "b"]).hashed();
    assert_eq!(keyless.check().unwrap_err().kind(), ErrorKind::Configuration);
    let plain = DynamicModel::new("t", ["id"]).record(()).unwrap();
    assert_eq!(plain.content_id().unwrap_err().kind(), ErrorKind::Configuration);
    assert!(!plain.is_intact());
}

#[test]
fn ids_are_read_and_written_as_lower_case_text() {
    let id = ContentId::from_bytes([0xab; 32]);
    assert_eq!(id.to_string(), "ab".repeat(32));
    assert_eq!(format!("{id:?}"), format!("ContentId({id})"));
    assert_eq!(id.to_string().parse(), Ok(id));
    let short = "ab".repeat(31);
    for wrong in [
        "",
        "AB",
        &"AB".repeat(32),
        &short,
        &format!("{short}é"),
        &format!("{short}+1"),
    ] {
        assert!(wrong.parse::<ContentId>().is_err(), "{wrong}");
    }
    assert_eq!(serde_json::to_value(id).unwrap(), id.to_string());
    assert_eq!(
        serde_json::from_value::<ContentId>(id.to_string().into()).unwrap(),
        id
    );
    assert!(serde_json::from_value::<ContentId>("x".into()).is_err());
    assert_eq!(String::of_content(id), id.to_string());
    assert!(ContentId::default().is_unset());
}

#[test]
fn a_hashed_model_can_keep_its_id_as_a_string() {
    #[derive(Model, Clone, Debug)]
    #[model(hashed)]
    struct Plain {
        #[model(id)]
        id: String,
        n: i64,
    }
    let mut one = Plain::new(1);
    assert_eq!(one.id, one.content_id().unwrap().to_string());
    assert!(one.is_intact());
    one.n = 2;
    assert!(!one.is_intact());
}

#[test]
fn ids_of_other_types_are_written_and_found() {
    #[derive(Model, Clone, Debug, PartialEq)]
    #[model(hashed, table = "plain")]
    struct Plain {
        #[model(id, column = "Key")]
        id: String,
        n: i64,
    }
    #[derive(SqlType, Clone, Copy, Debug, PartialEq)]
    struct OwnId(ContentId);
    impl HashedId for OwnId {
        fn of_content(id: ContentId) -> Self {
            Self(id)
        }
    }
    #[derive(Model, Clone, Debug, PartialEq)]
    #[model(hashed, table = "own")]
    struct Own {
        #[model(id)]
        id: OwnId,
        n: i64,
    }
    crate::fixture::with::<(Plain, Own), _>(async |db| {
        let mut plain = Plain::new(1).insert(&db).await?;
        let mut own = Own::new(1).insert(&db).await?;
        assert_eq!(
            plain.id,
            own.id.0.to_string(),
            "the id is no part of the content, nor is its name"
        );
        plain.update(&db, |p| p.n = 2).await?;
        own.update(&db, |o| o.n = 2).await?;
        assert_eq!(Plain::find(&db, &plain.id).await?, Some(plain));
        assert_eq!(Own::find(&db, own.id).await?, Some(own.clone()));
        assert!(own.is_intact());
        Ok(())
    });
}
