//! tokio-rusqlite: rusqlite on a thread of its own, which all tasks share by clones of one handle.

#![forbid(unsafe_code)]

mod calls;
mod tasks;
mod work;

use std::path::Path;

use harness::{FILE, Failure, Library, Outcome, Run, THREADS, Workload, serve};
use tokio::runtime::{Builder, Runtime};
use tokio_rusqlite::{Connection, rusqlite};

struct TokioRusqlite {
    runtime: Runtime,
    connection: Connection,
}

impl Library for TokioRusqlite {
    fn sqlite_version(&mut self) -> Result<String, Failure> {
        Ok(self.runtime.block_on(
            self.connection
                .call(|c| c.query_row("select sqlite_version()", [], |r| r.get(0))),
        )?)
    }

    fn prepare(&mut self, _: Workload, _: usize, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(FILE);
        self.connection = self.runtime.block_on(async {
            let connection = Connection::open(path).await?;
            connection
                .call(|c| {
                    c.execute_batch(
                        "pragma journal_mode=wal; pragma synchronous=normal; pragma foreign_keys=on",
                    )
                })
                .await?;
            Ok::<_, tokio_rusqlite::Error>(connection)
        })?;
        Ok(())
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        let connection = self.connection.clone();
        self.runtime.block_on(
            self.runtime
                .spawn(async move { work::work(&connection, run).await }),
        )?
    }
}

fn main() -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    let connection = Connection::from(rusqlite::Connection::open_in_memory()?);
    serve(TokioRusqlite { runtime, connection })
}
