//! How long packing takes: the vectors, and a record of 1 KB beside copying and hashing as many bytes.
//!
//! `cargo run --release --example speed`, and `python speed.py` beside this file with the Python package.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)]

#[path = "../../tests/support/json_value.rs"]
mod json_value;

use std::hint::black_box;
use std::time::{Duration, Instant};

use packify::{Packer, Value, pack, unpack};
use sha2::{Digest, Sha256};

/// The least of several averages, so that other work on the machine counts little.
fn time(mut run: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..15 {
        let (start, mut rounds) = (Instant::now(), 0_u32);
        while start.elapsed() < Duration::from_millis(60) {
            for _ in 0..16 {
                run();
            }
            rounds += 16;
        }
        best = best.min(start.elapsed().as_secs_f64() / f64::from(rounds));
    }
    best * 1e6
}

fn main() {
    let vectors = json_value::load("packify.json");
    let values: Vec<Value> = vectors
        .as_array()
        .expect("an array")
        .iter()
        .map(|case| json_value::value(&case["value"]))
        .collect();
    let packed: Vec<Vec<u8>> = values.iter().map(|value| pack(value).unwrap()).collect();
    let all = time(|| {
        values
            .iter()
            .for_each(|value| drop(black_box(pack(black_box(value)).unwrap())));
    });
    println!("pack all vectors           {all:10.2} us");
    let all = time(|| {
        packed
            .iter()
            .for_each(|bytes| drop(black_box(unpack(black_box(bytes)).unwrap())));
    });
    println!("unpack all vectors         {all:10.2} us");

    let note = "n".repeat(600);
    let blob = vec![7_u8; 300];
    let mut packer = Packer::new();
    let write = |packer: &mut Packer| {
        let bytes = packer.pack(|sink| {
            sink.dict(|dict| {
                dict.entry("name", black_box("a record of about one kilobyte"))?;
                dict.entry("amount", black_box(&1_234_567_i64))?;
                dict.entry("score", black_box(&0.5))?;
                dict.entry("flag", black_box(&true))?;
                dict.entry("maybe", black_box(&None::<i64>))?;
                dict.entry("note", black_box(&note))?;
                dict.entry("blob", black_box(&blob))?;
                dict.entry("created", black_box(&1_700_000_000_i64))
            })
        });
        black_box(bytes.unwrap()).len()
    };
    let size = write(&mut packer);
    let streamed = time(|| {
        black_box(write(&mut packer));
    });
    let record = packer.pack(|sink| sink.bytes(&vec![3; size])).unwrap().to_vec();
    let mut copy = Vec::with_capacity(size * 2);
    let hashing = time(|| {
        copy.clear();
        copy.extend_from_slice(black_box(&record));
        black_box(Sha256::digest(&copy));
    });
    println!("stream a record ({size} B)   {streamed:10.3} us");
    println!("copy and hash as many      {hashing:10.3} us");
    println!("packing / (copy + hash)    {:10.2}", streamed / hashing);

    write(&mut packer);
    let value = unpack(
        packer
            .pack(|sink| sink.value(&record_value(&note, &blob)))
            .unwrap(),
    )
    .unwrap();
    let of_value = time(|| drop(black_box(pack(black_box(&value)).unwrap())));
    println!("pack it from a `Value`     {of_value:10.3} us");
    println!("  / (copy + hash)          {:10.2}", of_value / hashing);
}

fn record_value(note: &str, blob: &[u8]) -> Value {
    Value::dict([
        ("name", Value::from("a record of about one kilobyte")),
        ("amount", Value::from(1_234_567)),
        ("score", Value::from(0.5)),
        ("flag", Value::from(true)),
        ("maybe", Value::None),
        ("note", Value::from(note)),
        ("blob", Value::from(blob)),
        ("created", Value::from(1_700_000_000)),
    ])
}
