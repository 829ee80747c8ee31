//! The history of a git repository as a database, and what queries find in it.
//!
//! ```text
//! cargo run --release --example git_history                    # the clone one stands in
//! cargo run --release --example git_history -- ../other --db history.db
//! ```
//!
//! `git` is asked for the history and answers while commits are stored, a thousand in a transaction. A file given by
//! `--db` is kept: the next run adds only what is new.
//!
//! Commits are records with content ids, which name their parents. At the end all of them are verified, and one is
//! tampered with to show that it is found.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to people"
)]

mod git;
mod load;
mod parse;
mod proof;
mod records;
mod report;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use sqloquent::prelude::*;

/// Reads the history of a git repository into SQLite and asks questions about it.
#[derive(Parser)]
#[command(name = "git_history")]
struct Arguments {
    /// The repository, or a folder in it.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Where the database is kept. By default it is a temporary file.
    #[arg(long)]
    db: Option<PathBuf>,
    /// How many rows each table shows.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
}

/// Whatever ends the program; each kind says by itself what is wrong.
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("git_history: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let repository = git::Repository::open(&arguments.path)?;
    let Some(commits) = repository.count()? else {
        println!("The repository has no commits yet.");
        return Ok(());
    };

    let folder = tempfile::tempdir()?;
    let file = arguments.db.unwrap_or_else(|| folder.path().join("history.db"));
    let db = Db::connect_with(sqloquent_sqlite::SqliteOptions::file(&file)).await?;
    let bar = ProgressBar::new(commits).with_style(ProgressStyle::with_template(
        "{bar:40} {human_pos}/{human_len} commits, {per_sec}",
    )?);
    let began = Instant::now();
    let loaded = load::load(&db, repository, |n| bar.inc(n)).await?;
    bar.finish_and_clear();
    println!(
        "Stored {} commits by {} authors with {} changes of files in {:.2?}.\n",
        loaded.commits,
        loaded.authors,
        loaded.changes,
        began.elapsed()
    );
    report::print(&db, arguments.rows).await?;
    proof::print(&db).await?;
    db.close().await?;
    Ok(())
}
