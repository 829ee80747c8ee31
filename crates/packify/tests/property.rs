//! Properties that hold for all values and all bytes.

use packify::num_bigint::BigInt;
use packify::{Decimal, Dict, Items, Packable, Packer, Set, Value, pack, unpack, unpack_lenient};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

fn int() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i16>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (any::<bool>(), vec(any::<u8>(), 0..40)).prop_map(|(negative, bytes)| {
            let number = BigInt::from_bytes_be(packify::num_bigint::Sign::Plus, &bytes);
            Value::from(if negative { -number } else { number })
        }),
        (any::<bool>(), any::<u8>(), 250_u32..260).prop_map(|(negative, low, bytes)| {
            let number = (BigInt::from(1) << (8 * bytes)) + low;
            Value::from(if negative { -number } else { number })
        }),
    ]
}

fn decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        "[+-]?[0-9]{1,30}(\\.[0-9]{0,12})?([eE][+-]?[0-9]{1,5})?",
        "[+-]?(s?NaN[0-9]{0,4}|Inf(inity)?)"
    ]
    .prop_map(|text| text.parse().expect("a decimal"))
}

/// What may be a key.
fn hashable() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::from),
        int(),
        any::<u64>().prop_map(|bits| Value::Float(f64::from_bits(bits))),
        ".{0,12}".prop_map(Value::from),
        "a{250,260}".prop_map(Value::from),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        decimal().prop_map(Value::from),
        ("[A-Z][a-z]{0,5}", vec(any::<u8>(), 0..8)).prop_map(|(name, data)| Packable::new(name, data).into()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        vec(inner, 0..4).prop_map(|items| Value::Tuple(items.into()))
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => hashable(), 1 => vec(any::<u8>(), 0..20).prop_map(Value::ByteArray)];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(|items| Value::List(items.into())),
            vec(inner.clone(), 0..8).prop_map(|items| Value::Tuple(items.into())),
            btree_set(hashable(), 0..8).prop_map(|items| Value::Set(items.into())),
            btree_map(hashable(), inner, 0..8).prop_map(|items| Value::Dict(items.into())),
        ]
    })
}

/// Bytes that look more like values than random ones do.
fn plausible_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        3 => prop::sample::select(vec![
            0x00, 0x40, 0x80, 0xc0, 0x41, 0x42, 0x43, 0x44, 0x45, 0x06, 0x07, 0x48, 0x4a, 0x4b, 0x4c, 0x4d, 0x54, 0x04,
            0x0e, 0x8a, 0x4c, 0xcd,
        ]),
        3 => 0..8_u8,
        1 => any::<u8>(),
    ];
    vec(byte, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_survive_the_round_trip(value in value()) {
        let packed = pack(&value).unwrap();
        prop_assert_eq!(&unpack(&packed).unwrap(), &value);
        prop_assert_eq!(&unpack_lenient(&packed).unwrap(), &value);
    }

    #[test]
    fn what_is_read_is_written_as_it_was(bytes in prop_oneof![plausible_bytes(), vec(any::<u8>(), 0..200)]) {
        if let Ok(value) = unpack(&bytes) {
            prop_assert_eq!(pack(&value).unwrap(), bytes);
        }
    }

    #[test]
    fn lenient_reading_settles_after_one_round(bytes in prop_oneof![plausible_bytes(), vec(any::<u8>(), 0..200)]) {
        if let Ok(value) = unpack_lenient(&bytes) {
            prop_assert_eq!(unpack(&pack(&value).unwrap()).unwrap(), value);
        }
    }

    #[test]
    fn changed_bytes_are_refused_or_are_another_value(
        value in value(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let packed = pack(&value).unwrap();
        let mut changed = packed.clone();
        for (at, byte) in changes {
            changed[at.index(packed.len())] = byte;
        }
        if let Ok(other) = unpack(&changed) {
            prop_assert_eq!(other == value, changed == packed);
            prop_assert_eq!(pack(&other).unwrap(), changed.clone());
        }
        let _ = unpack_lenient(&changed);
        prop_assert!(unpack(&packed[..cut.index(packed.len())]).is_err());
    }

    #[test]
    fn streaming_writes_what_values_write(entries in btree_map("[a-z]{0,6}", value(), 0..12)) {
        let dict: Dict = entries.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        let mut packer = Packer::new();
        for _ in 0..2 {
            let streamed = packer.pack(|sink| {
                sink.dict(|dict| entries.iter().rev().try_for_each(|(key, value)| dict.entry(key.as_str(), value)))
            });
            prop_assert_eq!(streamed.unwrap(), pack(&dict).unwrap());
        }
    }

    #[test]
    fn sets_and_lists_stream_alike(members in btree_set(hashable(), 0..8)) {
        let items = Items::from_iter(members.iter().cloned());
        let mut packer = Packer::new();
        let set = packer.pack(|sink| sink.set(|set| members.iter().rev().try_for_each(|value| set.value(value))));
        prop_assert_eq!(set.unwrap(), pack(&Set::from(members.clone())).unwrap());
        let list = packer.pack(|sink| sink.list(|list| members.iter().try_for_each(|value| list.value(value))));
        prop_assert_eq!(list.unwrap(), pack(&items).unwrap());
    }

    #[test]
    fn numbers_keep_their_value(number in any::<i128>(), unsigned in any::<u128>()) {
        let packed = pack(&number).unwrap();
        prop_assert_eq!(i128::try_from(unpack(&packed).unwrap()).unwrap(), number);
        prop_assert_eq!(u128::try_from(unpack(&pack(&unsigned).unwrap()).unwrap()).unwrap(), unsigned);
        prop_assert_eq!(pack(&BigInt::from(number)).unwrap(), packed);
    }

    #[test]
    fn decimal_spelling_is_stable(decimal in decimal()) {
        prop_assert_eq!(decimal.as_str().parse::<Decimal>().unwrap(), decimal);
    }

    #[test]
    fn any_text_is_a_decimal_or_an_error(text in "\\PC{0,20}") {
        if let Ok(decimal) = text.parse::<Decimal>() {
            prop_assert!(decimal.as_str().is_ascii());
        }
    }
}
