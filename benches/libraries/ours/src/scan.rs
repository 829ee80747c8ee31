//! What is compared with, raw beside the library: the least that verifying has to do, reading everything and hashing it;
//! inserts that reach the disk one after the other.

use std::{path::Path, time::Instant};

use harness::{Failure, Outcome, Run, Sum, person};
use rusqlite::{Connection, types::ValueRef};
use sha2::{Digest, Sha256};
use sqloquent::ContentId;

/// Reads all rows of a table, packs and hashes their columns and compares that with their ids. Gives their number.
///
/// # Errors
///
/// When a row is not what its id says.
pub fn rows(file: &Path, table: &str) -> Result<u64, Failure> {
    let c = Connection::open(file)?;
    let mut statement = c.prepare(&format!(
        "select id, name, email, age, score, active, bio from {table}"
    ))?;
    let mut rows = statement.query([])?;
    let mut packer = packify::Packer::new();
    let mut read = 0;
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let (name, email): (String, String) = (row.get(1)?, row.get(2)?);
        let (age, score, active, bio): (i64, f64, bool, Option<String>) =
            (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        let bytes = packer.pack(|sink| {
            sink.dict(|dict| {
                dict.entry("name", name.as_str())?;
                dict.entry("email", email.as_str())?;
                dict.entry("age", &age)?;
                dict.entry("score", &score)?;
                dict.entry("active", &active)?;
                match &bio {
                    Some(bio) => dict.entry("bio", bio.as_str()),
                    None => dict.entry("bio", &()),
                }
            })
        })?;
        let hash = Sha256::digest(bytes);
        if id != ContentId::from_bytes(hash.into()).to_string() {
            return Err(format!("{id} in {table} is not the hash of its row").into());
        }
        read += 1;
    }
    Ok(read)
}

/// Reads all rows of the journal that are of a model, and hashes each with the hash of the one before it.
///
/// # Errors
///
/// When the journal does not know the model.
pub fn journal(file: &Path, model: &str) -> Result<(), Failure> {
    let c = Connection::open(file)?;
    let numbers =
        "select number * 1000000000000, (number + 1) * 1000000000000 from journal_heads where model = ?";
    let range: (i64, i64) = c.query_row(numbers, [model], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = c.prepare("select * from journal where id >= ? and id < ? order by id")?;
    let columns = statement.column_count();
    let hash_at = statement.column_index("hash")?;
    let mut rows = statement.query(range)?;
    let mut hash = Sha256::new();
    let mut previous = vec![0; 32];
    while let Some(row) = rows.next()? {
        for i in (0..columns).filter(|i| *i != hash_at) {
            match row.get_ref(i)? {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => hash.update(bytes),
                ValueRef::Integer(number) => hash.update(number.to_be_bytes()),
                _ => {}
            }
        }
        hash.update(&previous);
        previous = row.get(hash_at)?;
        std::hint::black_box(hash.finalize_reset());
    }
    Ok(())
}

/// Inserts rows, each of which is on the disk before the next.
pub fn insert_flushed(file: &Path, run: Run) -> Result<Outcome, Failure> {
    let c = Connection::open(file)?;
    c.execute_batch("pragma synchronous = full; pragma foreign_keys = on")?;
    let people: Vec<_> = (run.first..run.first + run.size).map(person).collect();
    let mut statement = c.prepare(
        "insert into people (id, name, email, age, score, active, bio) values (?, ?, ?, ?, ?, ?, ?)",
    )?;
    let start = Instant::now();
    let mut sum = Sum::default();
    for p in &people {
        let inserted = statement.execute((&p.id, &p.name, &p.email, p.age, p.score, p.active, &p.bio))?;
        sum.add(inserted as u64);
    }
    Ok(Outcome::new(start.elapsed(), sum))
}
