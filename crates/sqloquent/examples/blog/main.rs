//! A blog: users, posts, tags, comments and avatars through every kind of relation, with hooks, and with each statement
//! that is sent.
//!
//! ```text
//! cargo run --example blog
//! ```
#![allow(clippy::print_stdout, reason = "a program that talks to people")]

mod models;
mod statement_log;
mod story;

use sqloquent::prelude::*;

use statement_log::StatementLog;

#[tokio::main]
async fn main() -> Result<()> {
    let log = StatementLog::default();
    tracing::subscriber::set_global_default(log.clone()).map_err(Error::custom)?;
    let db = Db::connect("sqlite::memory:").await?;
    story::prepare(&db).await?;
    println!("(the tables are made by {} statements)", log.take());
    for (title, step) in story::STEPS {
        println!("\n{title}");
        let said = step(&db).await?;
        println!("  {} statements", log.take());
        for line in said {
            println!("  → {line}");
        }
    }
    db.close().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many statements each step of the story sends, whatever the number of rows.
    #[tokio::test]
    async fn the_story_can_be_told_in_few_statements() -> Result<()> {
        let db = Db::connect("sqlite::memory:").await?;
        story::prepare(&db).await?;
        let mut sent = Vec::new();
        let mut said = Vec::new();
        for (_, step) in story::STEPS {
            let before = db.stats().statements;
            said.push(step(&db).await?);
            sent.push(db.stats().statements - before);
        }
        let loaded = &said[3];
        assert_eq!(loaded[0], "Ada (ada.png): On engines, Notes; 3 comments");
        assert_eq!(loaded[1], "Grace: Compilers; 0 comments");
        assert_eq!(sent[3], 6, "users and five relations: {sent:?}");
        assert_eq!(said[1], ["refused: a comment says something"]);
        Ok(())
    }
}
