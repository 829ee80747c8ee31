//! Whatever the bytes: no panic, and what is read is written as it was.

#![no_main]

use libfuzzer_sys::fuzz_target;
use packify::{pack, unpack, unpack_lenient};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = unpack(bytes) {
        assert_eq!(pack(&value).as_deref(), Ok(bytes));
        if let Ok(through_serde) = packify::to_bytes(&value) {
            assert_eq!(through_serde, bytes);
        }
    }
    if let Ok(value) = unpack_lenient(bytes) {
        let packed = pack(&value).expect("what was read can be written");
        assert_eq!(unpack(&packed), Ok(value));
    }
});
