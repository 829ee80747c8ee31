//! What the Python package does that the vectors do not show, written down from watching it.

use packify::{Packable, Rule, UnpackError, Value, pack, unpack, unpack_lenient};

fn hex(text: &str) -> Vec<u8> {
    let text: String = text.split_whitespace().collect();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex digits"))
        .collect()
}

#[test]
fn user_types_are_two_lengths_a_name_and_data() {
    for (name, data, begins, len) in [
        ("P", b"xyz".to_vec(), "5401035078797a", 7),
        ("P", vec![], "54010050", 4),
        ("P", vec![b'z'; 255], "5401ff507a", 259),
        ("P", vec![b'z'; 300], "940001012c507a", 306),
        ("P", vec![b'z'; 65_536], "d40000000100010000507a", 65_546),
        (&"N".repeat(300), b"xyz".to_vec(), "94012c00034e4e", 308),
    ] {
        let value = Value::from(Packable::new(name, data));
        let packed = pack(&value).unwrap();
        assert!(packed.starts_with(&hex(begins)), "{begins}");
        assert_eq!(packed.len(), len);
        assert_eq!(unpack(&packed).unwrap(), value);
    }
}

#[test]
fn tables_of_lengths_widen_with_the_longest_item() {
    let text = |len: usize| Value::from("a".repeat(len));
    for (value, begins, len) in [
        (Value::list([text(252)]), "4a4001fe43fc61", 258),
        (Value::list([text(253)]), "4a4001ff43fd61", 259),
        (Value::list([text(254)]), "4a8001010043fe61", 261),
        (Value::list([text(65_530)]), "4a8001fffd83fffa61", 65_538),
        (Value::list([text(65_533)]), "4ac0010001000083fffd", 65_543),
        (Value::list(vec![0; 255]), "4a40ff0202", 768),
        (Value::list(vec![0; 256]), "8a4001000202", 772),
        (Value::list(vec![(); 65_536]), "ca4000010000010101", 131_078),
        (Value::list([text(253), Value::from(1)]), "4a4002ff0243fd61", 262),
        (
            Value::dict([((1, 2), 3)]),
            "4d4001104c400209024c40020202440144024403",
            20,
        ),
    ] {
        let packed = pack(&value).unwrap();
        assert!(packed.starts_with(&hex(begins)), "{begins}");
        assert_eq!(packed.len(), len);
        assert_eq!(unpack(&packed).unwrap(), value);
    }
}

#[test]
fn detours_are_read_leniently_and_refused_strictly() {
    let one = || Value::from(1);
    for (packed, value, rule) in [
        ("06ff", Value::from(true), Rule::PlainBool),
        ("4601", Value::from(true), Rule::ClearBits),
        ("40", Value::None, Rule::ClearBits),
        ("4500", Value::from(0), Rule::UnsignedZero),
        ("840001", one(), Rule::Shortest),
        ("c400000001", one(), Rule::Shortest),
        ("040101", one(), Rule::Shortest),
        ("040100", Value::from(0), Rule::Shortest),
        ("0400", Value::from(0), Rule::Shortest),
        ("0e0000000101", one(), Rule::Shortest),
        ("ce0000000101", one(), Rule::ClearBits),
        ("83000161", Value::from("a"), Rule::Shortest),
        ("4803202031", Value::Decimal(1.into()), Rule::DecimalSpelling),
        ("4803315f30", Value::Decimal(10.into()), Rule::DecimalSpelling),
        ("8a400001024401", Value::list([1]), Rule::Shortest),
        ("4a800100024401", Value::list([1]), Rule::Shortest),
        ("4a800100034401ff", Value::list([1]), Rule::Shortest),
        ("4a4001034401ff", Value::list([1]), Rule::ExactItem),
        ("4a400203024401004402", Value::list([1, 2]), Rule::ExactItem),
        ("4b4002020244024401", Value::set([1, 2]), Rule::Ascending),
        ("4b4002020244014401", Value::set([1]), Rule::Ascending),
        (
            "4d4002 0909 4c40020202 44024403 4c40020202 44014402",
            Value::dict([(1, 2), (2, 3)]),
            Rule::Ascending,
        ),
        (
            "94 0001 0000 50",
            Value::from(Packable::new("P", [])),
            Rule::Shortest,
        ),
    ] {
        let packed = hex(packed);
        assert_eq!(unpack_lenient(&packed).unwrap(), value, "{packed:x?}");
        match unpack(&packed) {
            Err(UnpackError::NotCanonical { rule: broken, .. }) => assert_eq!(broken, rule, "{packed:x?}"),
            other => panic!("{packed:x?} gave {other:?}"),
        }
    }
}

#[test]
fn bytes_behind_the_value_are_named() {
    assert_eq!(
        unpack(&hex("4401ff")),
        Err(UnpackError::TrailingBytes { offset: 2, count: 1 })
    );
    assert_eq!(unpack_lenient(&hex("4401ff")), Ok(1.into()));
}

#[test]
fn a_key_given_twice_is_refused_or_the_last_counts() {
    let packed = hex("4d4002 0909 4c40020202 44014402 4c40020202 44014403");
    assert_eq!(unpack(&packed), Err(UnpackError::DuplicateKey { offset: 0 }));
    assert_eq!(unpack_lenient(&packed), Ok(Value::dict([(1, 3)])));
}

#[test]
fn unhashable_members_and_keys_are_refused() {
    for packed in [
        "4b4001034a4000",
        "4b4001034b4000",
        "4b400103420161",
        "4b4001034d4000",
        "4b4001074c4001034a4000",
        "4d40010a4c400203024a40004401",
    ] {
        for result in [unpack(&hex(packed)), unpack_lenient(&hex(packed))] {
            assert!(
                matches!(result, Err(UnpackError::Unhashable { .. })),
                "{packed} gave {result:?}"
            );
        }
    }
}

#[test]
fn dict_items_are_pairs() {
    for packed in [
        "4d4001024401",
        "4d4001034c4000",
        "4d4001064c4001024401",
        "4d4001094a4002020244014402",
    ] {
        assert!(
            matches!(
                unpack_lenient(&hex(packed)),
                Err(UnpackError::NotAPair { offset: 4 })
            ),
            "{packed}"
        );
    }
}

#[test]
fn corrupt_data_is_refused_in_every_mode() {
    for packed in [
        "4a0040",
        "4a00ff",
        "4a4101024401",
        "4a4b01024401",
        "4a400100",
        "4a4002000100",
        "14",
        "1401",
        "0901",
        "ff",
        "3f",
        "4301ff",
        "4303eda080",
        "480161",
        "4801ff",
        "4800",
        "4802202e",
        "4a40020202ff4401",
        "0a4001024401",
    ] {
        assert!(unpack_lenient(&hex(packed)).is_err(), "{packed}");
        assert!(unpack(&hex(packed)).is_err(), "{packed}");
    }
}

#[test]
fn nan_keeps_its_bits() {
    for packed in ["077ff8000000000001", "07fff8000000000000", "077ff0000000000001"] {
        assert_eq!(pack(&unpack(&hex(packed)).unwrap()).unwrap(), hex(packed));
    }
}
