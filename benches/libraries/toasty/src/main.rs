//! Toasty: asynchronous, over a pool of connections.

#![forbid(unsafe_code)]

mod models;
mod tasks;
mod work;

use std::path::Path;

use harness::{FILE, Failure, Library, Outcome, Run, THREADS, Workload, serve};
use toasty::{Db, sql};
use tokio::runtime::{Builder, Runtime};

use models::{Author, Book, Person};

struct Bench {
    runtime: Runtime,
    db: Option<Db>,
}

impl Library for Bench {
    fn sqlite_version(&mut self) -> Result<String, Failure> {
        self.runtime.block_on(async {
            let mut db = Db::builder().connect("sqlite::memory:").await?;
            let rows = sql::query("select sqlite_version()").exec(&mut db).await?;
            let version = rows
                .into_iter()
                .next()
                .and_then(|row| row.into_record().into_iter().next())
                .ok_or("no version")?;
            Ok(version.try_into()?)
        })
    }

    fn prepare(&mut self, _: Workload, _: usize, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(FILE);
        self.db = Some(self.runtime.block_on(open(&path))?);
        Ok(())
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        let db = self.db.clone().ok_or("nothing was prepared")?;
        self.runtime
            .block_on(self.runtime.spawn(async move { work::work(db, run).await }))?
    }
}

/// Opens a pool of as many connections as there are threads to use them: queries run on those of the runtime.
async fn open(path: &Path) -> Result<Db, Failure> {
    let db = Db::builder()
        .models(toasty::models!(Person, Author, Book))
        .max_pool_size(THREADS)
        .connect(&format!("sqlite:{}", path.display()))
        .await?;
    // All are held at once, so that each of the pool gets its settings.
    let mut connections = Vec::new();
    for _ in 0..THREADS {
        let mut connection = db.connection().await?;
        // This one gives a row.
        sql::query("pragma journal_mode=wal")
            .exec(&mut connection)
            .await?;
        for pragma in ["pragma synchronous=normal", "pragma foreign_keys=on"] {
            sql::statement(pragma).exec(&mut connection).await?;
        }
        connections.push(connection);
    }
    Ok(db)
}

fn main() -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    serve(Bench { runtime, db: None })
}
