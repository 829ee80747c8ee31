//! The ORM on the coupled client. `cargo run --example notes`
#![allow(missing_docs, reason = "a program")]

use other_driver::TokioRusqliteDriver;
use sqloquent::{PoolOptions, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    #[model(id)]
    id: i64,
    text: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let driver = TokioRusqliteDriver::new(folder.path().join("notes.db"));
    let db = Db::with_driver(driver, PoolOptions::new().max_connections(4)).await?;
    db.create_tables::<(Note,)>().await?;
    db.transaction(async |tx| {
        Note::new("one").insert(tx).await?;
        Note::new("two").insert(tx).await?;
        Ok::<_, Error>(())
    })
    .await?;
    for note in Note::query().order_by("text", Desc).get(&db).await? {
        println!("{}: {}", note.id, note.text);
    }
    db.close().await?;
    Ok(())
}
