//! Diesel: synchronous, so a connection for each thread.

#![forbid(unsafe_code)]

mod models;
mod threads;
mod work;

use std::path::Path;

use diesel::{connection::SimpleConnection, dsl::sql, prelude::*, sql_types::Text};
use harness::{FILE, Failure, Library, Outcome, Run, THREADS, Workload, serve};

struct Bench {
    connections: Vec<SqliteConnection>,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn sqlite_version() -> Text;
}

impl Library for Bench {
    fn sqlite_version(&mut self) -> Result<String, Failure> {
        let mut connection = SqliteConnection::establish(":memory:")?;
        Ok(diesel::select(sqlite_version()).get_result(&mut connection)?)
    }

    fn prepare(&mut self, _: Workload, _: usize, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(FILE);
        let path = path.to_str().ok_or("a path that is not UTF-8")?;
        self.connections.clear();
        for _ in 0..THREADS {
            let mut connection = SqliteConnection::establish(path)?;
            // The order that the documentation of `SqliteConnection` asks for.
            for pragma in [
                "pragma busy_timeout=5000",
                "pragma journal_mode=wal",
                "pragma synchronous=normal",
                "pragma foreign_keys=on",
            ] {
                connection.batch_execute(pragma)?;
            }
            self.connections.push(connection);
        }
        Ok(())
    }

    fn pragma(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let connection = self.connections.first_mut().ok_or("nothing was prepared")?;
        let value = sql::<Text>(&format!("pragma {name}")).get_result(connection)?;
        Ok(Some(value))
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        match run.workload {
            Workload::FindTasks => threads::find(&mut self.connections, run.size),
            Workload::Mixed => threads::mixed(&mut self.connections, run.size, run.first),
            _ => {
                let connection = self.connections.first_mut().ok_or("nothing was prepared")?;
                work::work(connection, run)
            }
        }
    }
}

fn main() -> Result<(), Failure> {
    serve(Bench {
        connections: Vec::new(),
    })
}
