//! Packing records of about a kilobyte, beside copying and hashing as many bytes.

use std::{hint::black_box, time::Instant};

use harness::{Failure, Outcome, Run, Sum};
use packify::{Packer, Value, pack};
use sha2::{Digest, Sha256};

const NAME: &str = "a record of about one kilobyte";
const NOTE: usize = 600;
const BLOB: usize = 300;

/// Does the work once, in a form. All come to as many bytes.
pub fn work(run: Run, form: usize) -> Result<Outcome, Failure> {
    let (note, blob) = ("n".repeat(NOTE), vec![7_u8; BLOB]);
    let mut packer = Packer::new();
    let size = streamed(&mut packer, 0, &note, &blob)?;
    let value = Value::dict([
        ("name", Value::from(NAME)),
        ("amount", Value::from(amount(0))),
        ("score", Value::from(0.5)),
        ("flag", Value::from(true)),
        ("maybe", Value::None),
        ("note", Value::from(note.as_str())),
        ("blob", Value::from(&*blob)),
        ("created", Value::from(1_700_000_000)),
    ]);
    let record = vec![3_u8; size];
    let mut copy = Vec::with_capacity(size);
    let mut bytes = 0;
    let start = Instant::now();
    for n in 0..run.size {
        bytes += match form {
            0 => {
                copy.clear();
                copy.extend_from_slice(black_box(&record));
                black_box(Sha256::digest(&copy));
                copy.len()
            }
            1 => streamed(&mut packer, n, &note, &blob)?,
            _ => pack(black_box(&value))?.len(),
        };
    }
    Ok(Outcome::new(start.elapsed(), Sum(bytes as u64)))
}

/// Numbers that take the same number of bytes.
fn amount(n: usize) -> i64 {
    1_234_567 + n as i64
}

fn streamed(packer: &mut Packer, n: usize, note: &str, blob: &[u8]) -> Result<usize, Failure> {
    let bytes = packer.pack(|sink| {
        sink.dict(|dict| {
            dict.entry("name", black_box(NAME))?;
            dict.entry("amount", &amount(n))?;
            dict.entry("score", black_box(&0.5))?;
            dict.entry("flag", black_box(&true))?;
            dict.entry("maybe", black_box(&None::<i64>))?;
            dict.entry("note", black_box(note))?;
            dict.entry("blob", black_box(blob))?;
            dict.entry("created", black_box(&1_700_000_000_i64))
        })
    })?;
    Ok(black_box(bytes).len())
}
