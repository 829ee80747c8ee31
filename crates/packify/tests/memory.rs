//! How much memory reading takes. The counter sees all threads, so there is one test in this file.

use std::alloc::System;

use packify::{unpack, unpack_lenient};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn allocated_by(run: impl FnOnce()) -> usize {
    let region = Region::new(COUNTING);
    run();
    region.change().bytes_allocated
}

#[test]
fn memory_follows_the_input_not_its_claims() {
    claimed_lengths_allocate_nothing();
    memory_stays_in_proportion_to_the_input();
}

fn claimed_lengths_allocate_nothing() {
    for code in [
        0xc1, 0xc2, 0xc3, 0xc8, 0xca, 0xcb, 0xcc, 0xcd, 0xd4, 0x0e, 0x0f_u8,
    ] {
        for fill in [0xff, 0xc0, 0x7f_u8] {
            let mut packed = vec![code];
            packed.extend([fill; 20]);
            let bytes = allocated_by(|| {
                assert!(unpack(&packed).is_err());
                assert!(unpack_lenient(&packed).is_err());
            });
            assert!(bytes < 4_096, "{code:#x} {fill:#x} allocated {bytes} bytes");
        }
    }
}

fn memory_stays_in_proportion_to_the_input() {
    // Two bytes per item is the most items that bytes can hold.
    let count = 60_000_usize;
    for code in [0x8a, 0x8c_u8] {
        let mut packed = vec![code, 0x40];
        packed.extend((count as u16).to_be_bytes());
        packed.extend(vec![1; count]);
        packed.extend(vec![0; count]);
        let bytes = allocated_by(|| assert!(unpack(&packed).is_ok()));
        assert!(bytes < 32 * packed.len(), "{bytes} for {}", packed.len());
    }
}
