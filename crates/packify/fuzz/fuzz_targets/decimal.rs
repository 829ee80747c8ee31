//! Whatever the text: no panic, and the canonical spelling is its own canonical spelling.

#![no_main]

use libfuzzer_sys::fuzz_target;
use packify::Decimal;

fuzz_target!(|text: &str| {
    if let Ok(decimal) = Decimal::new(text) {
        assert_eq!(Decimal::new(decimal.as_str()), Ok(decimal));
    }
});
