//! Input made to hurt: depth, claimed lengths, misuse of the streaming interface.

use packify::{
    Items, MAX_DEPTH, Pack, PackError, Packer, Sink, UnpackError, Value, pack, unpack, unpack_lenient,
};

/// Runs on a stack far smaller than the default, so that recursion shows.
fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(run)
        .expect("a thread can be started")
        .join()
        .expect("the thread did not panic");
}

fn nested(depth: usize, wrap: fn(Value) -> Value) -> Value {
    (1..depth).fold(wrap(Value::None), |value, _| wrap(value))
}

const WRAPS: [fn(Value) -> Value; 3] = [
    |value| Value::list([value]),
    |value| Value::tuple([value]),
    |value| Value::dict([("k", value)]),
];

#[test]
fn the_greatest_depth_goes_both_ways_on_a_small_stack() {
    on_small_stack(|| {
        for wrap in WRAPS {
            let value = nested(MAX_DEPTH, wrap);
            let packed = pack(&value).unwrap();
            assert_eq!(unpack(&packed).unwrap(), value);
            assert_eq!(unpack_lenient(&packed).unwrap(), value);
        }
        let key = nested(MAX_DEPTH - 1, |value| Value::tuple([value]));
        for value in [Value::set([key.clone()]), Value::dict([(key, 1)])] {
            assert_eq!(unpack(&pack(&value).unwrap()).unwrap(), value);
        }
    });
}

#[test]
fn one_level_more_is_an_error() {
    for wrap in WRAPS {
        let value = nested(MAX_DEPTH + 1, wrap);
        assert!(matches!(pack(&value), Err(PackError::TooDeep { .. })));
    }
}

#[test]
fn bytes_that_nest_too_deep_are_an_error_not_an_overflow() {
    on_small_stack(|| {
        let mut packed = vec![0];
        for _ in 0..100_000 {
            let len = (packed.len() as u32).to_be_bytes();
            let mut outer = vec![0x4a, 0xc0, 1];
            outer.extend(len);
            if packed.len() < 4_000 {
                outer.extend(&packed);
                packed = outer;
            }
        }
        // The lengths above are wider than needed, which only the lenient reader takes.
        assert!(
            matches!(unpack_lenient(&packed), Err(UnpackError::TooDeep { .. })),
            "{}",
            packed.len()
        );
    });
}

#[test]
fn values_of_any_depth_drop_and_fail_to_pack_on_a_small_stack() {
    on_small_stack(|| {
        for wrap in WRAPS {
            let value = nested(200_000, wrap);
            assert!(matches!(pack(&value), Err(PackError::TooDeep { .. })));
            drop(value);
        }
        // Sets and keys, beside siblings that are containers as well. Comparing an only member recurses not at all.
        let mut value = Value::None;
        for _ in 0..100_000 {
            value = Value::list([Value::set([value]), Value::tuple([1, 2])]);
        }
        drop(value);
        let mut key = Value::None;
        for _ in 0..100_000 {
            key = Value::dict([(key, Value::list([1]))]);
        }
        let Value::Dict(dict) = key else { unreachable!() };
        assert_eq!(dict.into_inner().len(), 1);
    });
}

/// Writes as many values as it says.
struct Many(usize);

impl Pack for Many {
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
        (0..self.0).try_for_each(|_| sink.none())
    }
}

#[test]
fn types_that_do_not_write_one_value_are_found_out() {
    for count in [0, 2, 5] {
        let expected = |offset| PackError::NotOneValue {
            offset,
            written: count,
        };
        assert_eq!(pack(&Many(count)), Err(expected(0)));
        let mut packer = Packer::new();
        for result in [
            packer
                .pack(|sink| sink.dict(|dict| dict.entry(&Many(count), &1)))
                .map(<[u8]>::to_vec),
            packer
                .pack(|sink| sink.dict(|dict| dict.entry(&1, &Many(count))))
                .map(<[u8]>::to_vec),
        ] {
            assert!(
                matches!(result, Err(PackError::NotOneValue { written, .. }) if written == count),
                "{result:?}"
            );
        }
    }
}

#[test]
fn an_error_that_is_ignored_leaves_nothing_behind() {
    let mut packer = Packer::new();
    let bytes = packer
        .pack(|sink| {
            sink.list(|items| {
                items.int(1)?;
                let failed = items.dict(|dict| {
                    dict.entry("a", &1)?;
                    dict.entry("a", &2)
                });
                assert!(matches!(failed, Err(PackError::DuplicateKey { .. })));
                let failed = items.set(|set| set.list(|_| Ok(())));
                assert!(matches!(failed, Err(PackError::Unhashable { .. })));
                let failed = items.set(|set| set.int(1).and_then(|()| set.int(1)));
                assert!(matches!(failed, Err(PackError::DuplicateItem { .. })));
                let failed =
                    items.tuple(|tuple| tuple.list(|_| Err(PackError::TooDeep { offset: 0, limit: 0 })));
                assert!(failed.is_err());
                items.int(2)
            })
        })
        .expect("the thread ran without a panic")
        .to_vec();
    assert_eq!(unpack(&bytes).unwrap(), Value::list([1, 2]));
}

#[test]
fn a_packer_works_on_after_a_panic() {
    let mut packer = Packer::new();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = packer.pack(|sink| sink.list(|_| panic!("on purpose")));
    }));
    assert!(panicked.is_err());
    assert_eq!(
        packer.pack(|sink| sink.value(&Items::from_iter([1]))).unwrap(),
        pack(&Value::list([1])).unwrap()
    );
}

#[test]
fn unhashable_members_and_keys_are_refused_when_packing() {
    let list = || Value::list([1]);
    for value in [
        Value::set([list()]),
        Value::set([Value::tuple([Value::from(1), list()])]),
        Value::set([Value::ByteArray(vec![])]),
        Value::dict([(list(), 1)]),
        Value::dict([(Value::tuple([Value::dict([(1, 2)])]), 1)]),
    ] {
        assert!(
            matches!(pack(&value), Err(PackError::Unhashable { .. })),
            "{value:?}"
        );
    }
    let fine = Value::dict([(Value::tuple([1]), list())]);
    assert_eq!(unpack(&pack(&fine).unwrap()).unwrap(), fine);
}

#[test]
fn failure_keeps_what_the_buffer_held() {
    let mut out = vec![1, 2, 3];
    let error = packify::pack_into(&Value::set([Value::list([1])]), &mut out).unwrap_err();
    assert_eq!((out, error.offset()), (vec![1, 2, 3], 0));
}
