//! What content ids, history and verifying cost: the same rows inserted plainly, hashed, and hashed with history; and
//! verifying them against a raw scan that packs and hashes the same columns.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin records`, with `-- --inserts` for the first half alone.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use sqloquent::{ContentId, prelude::*};

const ROWS: usize = 10_000;
const ROUNDS: usize = 9;

macro_rules! people {
    ($name:ident, $table:literal $(, $word:ident)*) => {
        #[derive(Model, Clone, Debug)]
        #[model(table = $table, new = false $(, $word)*)]
        pub struct $name {
            #[model(id)]
            pub id: ContentId,
            pub name: String,
            pub email: String,
            pub age: i64,
            pub score: f64,
            pub active: bool,
            pub bio: Option<String>,
        }

        impl $name {
            fn row(n: usize) -> Self {
                Self {
                    // What a plain model stores is as long as what a hashed one does.
                    id: ContentId::from_bytes(Sha256::digest(n.to_be_bytes()).into()),
                    name: format!("Person {n}"),
                    email: format!("person{n}@example.org"),
                    age: (n % 90) as i64,
                    score: n as f64 / 7.0,
                    active: n % 3 != 0,
                    bio: (n % 2 == 0).then(|| "some words about a person that are a little longer".to_owned()),
                }
            }
        }
    };
}

people!(Plain, "plain");
people!(Hashed, "hashed", hashed);
people!(Noted, "noted", hashed, history);
people!(PlainNoted, "plain_noted", history);

async fn insert<M: Model>(db: &Db, row: impl Fn(usize) -> M, round: usize) -> Result<Duration> {
    let rows: Vec<M> = (round * ROWS..(round + 1) * ROWS).map(row).collect();
    let start = Instant::now();
    M::insert_many(db, rows).await?;
    Ok(start.elapsed())
}

async fn verify<T: sqloquent::Tables>(db: &Db) -> Result<Duration> {
    let start = Instant::now();
    let report = db.verify().tables::<T>().run().await?;
    let took = start.elapsed();
    if report.total() > 0 {
        return Err(Error::custom(report.to_string()));
    }
    Ok(took)
}

/// Reads all rows of a table, packs and hashes their columns and compares that with their ids.
fn scan(file: &Path, table: &str) -> rusqlite::Result<Duration> {
    let c = Connection::open(file)?;
    let start = Instant::now();
    let mut statement = c.prepare(&format!("select id, name, email, age, score, active, bio from {table}"))?;
    let mut rows = statement.query([])?;
    let mut packer = packify::Packer::new();
    let mut wrong = 0;
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
        });
        let hash = Sha256::digest(bytes.unwrap_or(&[]));
        wrong += usize::from(id != ContentId::from_bytes(hash.into()).to_string());
    }
    assert_eq!(wrong, 0, "{table}");
    Ok(start.elapsed())
}

/// Reads all journal rows and hashes their content.
fn scan_journal(file: &Path, model: &str) -> rusqlite::Result<Duration> {
    let c = Connection::open(file)?;
    let start = Instant::now();
    let mut statement = c.prepare("select * from journal where model = ? order by sequence")?;
    let mut rows = statement.query([model])?;
    let mut hashed = Sha256::new();
    while let Some(row) = rows.next()? {
        for i in 0..11 {
            match row.get_ref(i)? {
                rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => hashed.update(bytes),
                _ => {}
            }
        }
        std::hint::black_box(Sha256::digest(hashed.finalize_reset()));
    }
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("records.db");
    let db = Db::connect(&format!("sqlite:{}", file.display())).await?;
    db.create_tables::<(Plain, Hashed, Noted, PlainNoted)>().await?;
    let mut inserts = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        inserts[0].push(insert(&db, Plain::row, round).await?);
        inserts[1].push(insert(&db, Hashed::row, round).await?);
        inserts[2].push(insert(&db, PlainNoted::row, round).await?);
        inserts[3].push(insert(&db, Noted::row, round).await?);
    }
    let names = ["plain", "hashed", "plain with history", "hashed with history"];
    println!("insert_many of {ROWS} rows, medians of {ROUNDS} rounds\n\n| | ms | ratio |\n|---|---:|---:|");
    let inserts = inserts.map(median);
    for (name, ms) in names.iter().zip(inserts) {
        println!("| {name} | {ms:.1} | {:.2}× |", ms / inserts[0]);
    }
    if std::env::args().any(|a| a == "--inserts") {
        return Ok(());
    }
    let mut times = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(scan(&file, "hashed")?);
        times[1].push(verify::<Hashed>(&db).await?);
        times[2].push(scan(&file, "noted")? + scan_journal(&file, "Noted")?);
        times[3].push(verify::<Noted>(&db).await?);
    }
    let times = times.map(median);
    println!("\nverifying {} rows, medians of {ROUNDS} rounds\n\n| | ms | ratio |\n|---|---:|---:|", ROWS * ROUNDS);
    let rows = [
        ("hashed: raw scan, packed and hashed", times[0], times[0]),
        ("hashed: verify", times[1], times[0]),
        ("with history: raw scan of rows and journal, hashed", times[2], times[2]),
        ("with history: verify, chain and comparison", times[3], times[2]),
    ];
    for (name, ms, base) in rows {
        println!("| {name} | {ms:.1} | {:.2}× |", ms / base);
    }
    Ok(())
}
