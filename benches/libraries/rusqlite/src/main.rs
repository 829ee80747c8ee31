//! Raw rusqlite on the calling thread, with cached statements: the limit. It also makes the files of all libraries.
//!
//! Workloads of many tasks are done here one operation after the other: without a runtime, that is the fastest form.

#![forbid(unsafe_code)]

mod fill;
mod work;

use std::path::Path;

use harness::{FILE, Failure, Library, Outcome, Run, Sum, Workload, serve};
use rusqlite::{Connection, types::Value};

struct Raw {
    autocheckpoint: bool,
    connection: Connection,
}

impl Library for Raw {
    fn sqlite_version(&mut self) -> Result<String, Failure> {
        Ok(self
            .connection
            .query_row("select sqlite_version()", [], |r| r.get(0))?)
    }

    fn prepare(&mut self, _: Workload, _: usize, folder: &Path) -> Result<(), Failure> {
        self.connection = Connection::open(folder.join(FILE))?;
        self.connection.execute_batch(
            "pragma journal_mode=wal; pragma synchronous=normal; pragma foreign_keys=on; pragma temp_store=memory",
        )?;
        if !self.autocheckpoint {
            self.connection.execute_batch("pragma wal_autocheckpoint=0")?;
        }
        self.connection.set_prepared_statement_cache_capacity(256);
        Ok(())
    }

    fn pragma(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let value = self
            .connection
            .pragma_query_value(None, name, |r| r.get::<_, Value>(0))?;
        Ok(Some(match value {
            Value::Text(text) => text,
            Value::Integer(n) => n.to_string(),
            other => format!("{other:?}"),
        }))
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        work::work(&self.connection, run)
    }

    fn fill(&mut self, workload: Workload, size: usize, folder: &Path) -> Result<(), Failure> {
        fill::fill(workload, size, folder)
    }

    fn digest(&mut self, folder: &Path) -> Result<Sum, Failure> {
        fill::digest(folder)
    }
}

fn main() -> Result<(), Failure> {
    let autocheckpoint = !std::env::args().any(|a| a == "--no-autocheckpoint");
    serve(Raw {
        autocheckpoint,
        connection: Connection::open_in_memory()?,
    })
}
