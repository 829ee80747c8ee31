//! A program that is killed while it writes: what it acknowledged is there when the file is opened again.
//!
//! The tests start themselves as the programs to be killed; see `the_program` and `the_crowd`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by it; figures are printed"
)]
#![cfg(all(feature = "sqlite", feature = "derive"))]

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use driver_tests::Dice;
use sqloquent::prelude::*;

const FILE: &str = "SQLOQUENT_KILL_TEST_FILE";
const KILLS: u32 = 50;
const TASKS: i64 = 24;

#[derive(Model, Clone, Debug, PartialEq)]
struct Row {
    #[model(id)]
    id: i64,
    batch: i64,
    part: i64,
}

/// How many rows a batch has; they are written in one call or one transaction.
fn size(batch: i64) -> i64 {
    [1, 3, 7, 400][usize::try_from(batch % 4).unwrap()]
}

async fn write(db: &Db, batch: i64) -> Result<()> {
    let rows = (0..size(batch)).map(|part| Row::new(batch, part));
    match batch % 4 {
        0 => Row::new(batch, 0).insert(db).await.map(drop),
        1 => {
            db.transaction(async |tx| {
                for row in rows {
                    row.insert(tx).await?;
                }
                Ok(())
            })
            .await
        }
        _ => Row::insert_many(db, rows).await.map(drop),
    }
}

/// Not a test by itself: the program that is killed. Prints the number of each batch when it was acknowledged.
#[test]
fn the_program() {
    let Ok(file) = std::env::var(FILE) else { return };
    pollster::block_on(async {
        let db = Db::connect(&format!("sqlite:{file}")).await?;
        db.create_tables::<(Row,)>().await?;
        let last = Row::query().max(&db, |r| r.batch).await?;
        for batch in last.unwrap_or(0) + 1.. {
            write(&db, batch).await?;
            println!("\nstored {batch}");
        }
        Ok::<_, Error>(())
    })
    .unwrap();
}

/// Not a test by itself: a program of many tasks whose writes share transactions. Prints the number of each row when it
/// was acknowledged.
#[test]
fn the_crowd() {
    let Ok(options) = std::env::var(FILE) else { return };
    let tasks = async {
        let db = Db::connect(&format!("sqlite:{options}")).await?;
        db.create_tables::<(Row,)>().await?;
        let first = Row::query().max(&db, |r| r.batch).await?.unwrap_or(0) + 1;
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let db = db.clone();
                tokio::spawn(async move {
                    for n in 0.. {
                        let number = first + task + n * TASKS;
                        Row::new(number, 0).insert(&db).await?;
                        println!("\nstored {number}");
                    }
                    Ok::<_, Error>(())
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        Ok::<_, Error>(())
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(3)
        .build()
        .unwrap()
        .block_on(tasks)
        .unwrap();
}

/// Runs the program, kills it at an acknowledgement and gives the last one that it had printed.
fn run_and_kill(file: &Path, at: u32) -> i64 {
    let file = file.display().to_string();
    printed_until_killed("the_program", &file, at)
        .last()
        .copied()
        .unwrap_or(0)
}

/// Runs a program, kills it at an acknowledgement and gives those that it had printed.
fn printed_until_killed(program: &str, file: &str, at: u32) -> Vec<i64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([program, "--exact", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = Vec::new();
    let mut left = at;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Some(Ok(number)) = line.unwrap().strip_prefix("stored ").map(str::parse) else {
            continue;
        };
        printed.push(number);
        left = left.saturating_sub(1);
        if left == 0 {
            // `SIGKILL`; what it printed until then is still read.
            let _ = child.kill();
        }
    }
    assert!(!child.wait().unwrap().success());
    printed
}

async fn check(file: &Path, acknowledged: i64) -> Result<i64> {
    let db = Db::connect(&format!("sqlite:{}", file.display())).await?;
    let sound: String = db.raw("pragma integrity_check", ()).scalar().await?;
    assert_eq!(sound, "ok");
    let mut found = BTreeMap::<i64, i64>::new();
    for row in Row::query().get(&db).await? {
        *found.entry(row.batch).or_default() += 1;
    }
    for batch in 1..=acknowledged {
        assert!(
            found.contains_key(&batch),
            "batch {batch} was acknowledged and is lost"
        );
    }
    for (&batch, &rows) in &found {
        assert_eq!(rows, size(batch), "a part of batch {batch} is missing");
    }
    db.close().await?;
    Ok(found.len().try_into().unwrap())
}

#[test]
fn acknowledged_writes_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("killed.db");
    let (mut dice, began) = (Dice::new(9), Instant::now());
    let (mut acknowledged, mut stored) = (0, 0);
    for _ in 0..KILLS {
        acknowledged = run_and_kill(&file, 1 + dice.throw(40)).max(acknowledged);
        // Without this, the program itself recovers the file when it is started again.
        if dice.throw(2) == 0 {
            stored = pollster::block_on(check(&file, acknowledged)).unwrap();
        }
    }
    stored = stored.max(pollster::block_on(check(&file, acknowledged)).unwrap());
    println!(
        "killed {KILLS} times: {acknowledged} batches acknowledged, {stored} stored, none torn; {:.1} s",
        began.elapsed().as_secs_f64()
    );
}

#[test]
fn acknowledged_writes_that_shared_a_transaction_survive_kill_9() {
    for options in ["", "?synchronous=full"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("killed.db").display().to_string();
        let (mut dice, mut acknowledged) = (Dice::new(9), BTreeSet::new());
        for _ in 0..KILLS / 5 {
            let at = 1 + dice.throw(400);
            acknowledged.extend(printed_until_killed("the_crowd", &format!("{file}{options}"), at));
        }
        let stored = pollster::block_on(async {
            let db = Db::connect(&format!("sqlite:{file}")).await?;
            let sound: String = db.raw("pragma integrity_check", ()).scalar().await?;
            assert_eq!(sound, "ok");
            Row::query().pluck::<i64>(&db, "batch").await
        });
        let stored: BTreeSet<i64> = stored.unwrap().into_iter().collect();
        assert!(acknowledged.is_subset(&stored));
        println!("{} acknowledged, {} stored", acknowledged.len(), stored.len());
    }
}
