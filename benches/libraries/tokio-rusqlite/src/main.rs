//! tokio-rusqlite: rusqlite on a thread of its own, which all tasks share by clones of one handle.

#![forbid(unsafe_code)]

mod calls;
mod tasks;
mod work;

use std::path::Path;

use harness::{
    FILE, Failure, LONG_QUERY, Latencies, Library, Load, Outcome, Run, THREADS, Workload, id, lateness, serve,
};
use tokio::runtime::{Builder, Runtime};
use tokio_rusqlite::{Connection, rusqlite, types::Value};

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

    fn pragma(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let name = name.to_owned();
        let value = self.runtime.block_on(
            self.connection
                .call(move |c| c.pragma_query_value(None, &name, |r| r.get(0))),
        )?;
        Ok(Some(match value {
            Value::Text(text) => text,
            Value::Integer(n) => n.to_string(),
            other => format!("{other:?}"),
        }))
    }

    fn lateness(&mut self, load: Load, ticks: usize) -> Result<Option<Latencies>, Failure> {
        let connection = self.connection.clone();
        lateness(&self.runtime, load, ticks, move |n| {
            let c = connection.clone();
            async move {
                match load {
                    Load::Idle => {}
                    Load::FewFinds | Load::ManyFinds => drop(c.call(move |c| calls::find(c, &id(n))).await?),
                    Load::LongQuery => {
                        c.call(|c| c.query_row(LONG_QUERY, [], |r| r.get::<_, i64>(0)))
                            .await?;
                    }
                }
                Ok(())
            }
        })
        .map(Some)
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
