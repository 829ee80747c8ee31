//! A database that other hands made, read as it is: the Chinook sample, a store of digital music.
//!
//! The folder with the files is given by the environment variable `SQLOQUENT_CHINOOK`, or stands beside the repository
//! as `shared/data/chinook`. Without it the tests say that they are skipped.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "models and helpers of tests, which say when they are skipped"
)]

mod dynamic;
mod models;
mod reading;
mod relations;
mod reports;

use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use sqloquent::prelude::*;

/// The database file, if it is there.
fn file() -> Option<PathBuf> {
    let folder = std::env::var_os("SQLOQUENT_CHINOOK").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/chinook"),
        PathBuf::from,
    );
    let file = folder.join("Chinook_Sqlite.sqlite");
    file.is_file().then_some(file)
}

/// The database, opened for reading only. None, with a word about it, when it is not there.
async fn open() -> Result<Option<Db>> {
    let Some(file) = file() else {
        println!("skipped: the Chinook files are not here; SQLOQUENT_CHINOOK names their folder");
        return Ok(None);
    };
    let path = file
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    Db::connect(&format!("sqlite:{path}?mode=ro")).await.map(Some)
}

/// A decimal number as written.
fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}
