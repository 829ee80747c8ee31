//! A log of decisions that shows what was done to it behind its back.
//!
//! ```text
//! cargo run --example audit_log
//! cargo run --example audit_log -- --picture chain.svg     # also draws the versions of a decision
//! ```
//!
//! Decisions are taken, changed and withdrawn, each by somebody and for a reason. A checkpoint is kept. Then somebody
//! with access to the database changes a row, removes another, edits an archive and cuts off the newest journal rows,
//! all in plain SQL. Verifying names each of the four.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to people"
)]

mod decisions;
mod picture;
mod tampering;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use sqloquent::{Checkpoint, prelude::*, verify::Report};

use decisions::Decision;

/// Keeps a log of decisions, tampers with it, and finds what was done.
#[derive(Parser)]
#[command(name = "audit_log")]
struct Arguments {
    /// Draws the versions of a decision, one of them tampered with, into this file.
    #[arg(long)]
    picture: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("audit_log: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Verifies everything, against a checkpoint where there is one.
async fn verified(db: &Db, checkpoint: Option<&Checkpoint>) -> Result<Report> {
    let verify = db.verify().tables::<(Decision,)>();
    match checkpoint {
        Some(checkpoint) => verify.against(checkpoint),
        None => verify,
    }
    .run()
    .await
}

async fn run(arguments: Arguments) -> Result<()> {
    let folder = tempfile::tempdir().map_err(Error::custom)?;
    let file = folder.path().join("audit.db");
    let db = Db::connect(&format!("sqlite:{}", file.display())).await?;
    let log = decisions::decide(&db).await?;
    println!("The log:");
    for entry in log.history(&db).await? {
        println!("  {entry}");
    }

    let kept = db.checkpoint().await?.to_string();
    println!("\nThe checkpoint, kept elsewhere:\n{}", indented(&kept));
    let checkpoint: Checkpoint = kept.parse()?;
    println!("\nVerified: {}", verified(&db, Some(&checkpoint)).await?);

    for (what, sql) in tampering::all(&log) {
        println!("\nSomebody {what}:\n  {sql}");
        db.execute_script(&sql).await?;
    }
    let report = verified(&db, Some(&checkpoint)).await?;
    println!("\nVerified: {report}");
    if report.is_clean() {
        return Err(Error::custom("the tampering was not found"));
    }
    if let Some(path) = arguments.picture {
        let svg = picture::of_a_tampered_chain().await?;
        std::fs::write(&path, svg).map_err(Error::custom)?;
        println!("\nDrawn: {}", path.display());
    }
    db.close().await
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}\n"))
        .collect::<String>()
        .trim_end()
        .to_owned()
}
