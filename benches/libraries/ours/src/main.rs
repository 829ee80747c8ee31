//! sqloquent in its plain form.

#![forbid(unsafe_code)]

mod models;
mod proof;
mod tasks;
mod work;

use std::path::Path;

use harness::{FILE, Failure, Library, Outcome, Run, THREADS, Workload, serve};
use sqloquent::prelude::*;
use tokio::runtime::{Builder, Runtime};

struct Ours {
    runtime: Runtime,
    db: Db,
}

impl Library for Ours {
    fn sqlite_version(&mut self) -> Result<String, Failure> {
        Ok(self
            .runtime
            .block_on(async { self.db.raw("select sqlite_version()", ()).scalar().await })?)
    }

    fn prepare(&mut self, workload: Workload, size: usize, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(FILE);
        self.db = self.runtime.block_on(async {
            // WAL, `synchronous=NORMAL` and foreign keys are its defaults.
            let db = Db::connect(&format!("sqlite:{}", path.display())).await?;
            proof::prepare(&db, workload, size).await?;
            Ok::<_, Error>(db)
        })?;
        Ok(())
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        let db = self.db.clone();
        self.runtime
            .block_on(self.runtime.spawn(async move { work::work(&db, run).await }))?
    }
}

fn main() -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    let db = runtime.block_on(Db::connect("sqlite::memory:"))?;
    serve(Ours { runtime, db })
}
