//! SeaORM, on its pool of sqlx connections.

#![forbid(unsafe_code)]

mod entities;
mod queries;
mod tasks;
mod work;

use std::path::Path;

use harness::{
    FILE, Failure, LONG_QUERY, Latencies, Library, Load, Outcome, PIECE, Run, THREADS, Workload, id,
    lateness, serve,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tokio::runtime::{Builder, Runtime};

struct SeaOrm {
    runtime: Runtime,
    db: DatabaseConnection,
}

/// The first column of the row that a statement gives.
async fn value<T: sea_orm::TryGetable>(db: &DatabaseConnection, sql: &str) -> Result<T, DbErr> {
    db.query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(sql.into()))?
        .try_get_by_index(0)
}

impl Library for SeaOrm {
    fn sqlite_version(&mut self) -> Result<String, Failure> {
        Ok(self
            .runtime
            .block_on(value(&self.db, "select sqlite_version()"))?)
    }

    fn prepare(&mut self, _: Workload, _: usize, folder: &Path) -> Result<(), Failure> {
        let mut options = ConnectOptions::new(format!("sqlite:{}", folder.join(FILE).display()));
        options
            // Its default for SQLite. Ten made one find after the other slower, and many tasks hardly faster.
            .max_connections(1)
            .test_before_acquire(false)
            .sqlx_logging(false)
            .record_stmt_in_spans(false)
            .map_sqlx_sqlite_opts(|options| {
                options
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .foreign_keys(true)
                    // Rows cross threads one by one; with the default of 50 the threads wait for each other more often.
                    .row_buffer_size(PIECE)
            });
        self.db = self.runtime.block_on(Database::connect(options))?;
        Ok(())
    }

    fn pragma(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let sql = format!("pragma {name}");
        let number = self.runtime.block_on(value::<i64>(&self.db, &sql));
        Ok(Some(match number {
            Ok(n) => n.to_string(),
            Err(_) => self.runtime.block_on(value(&self.db, &sql))?,
        }))
    }

    fn lateness(&mut self, load: Load, ticks: usize) -> Result<Option<Latencies>, Failure> {
        let db = self.db.clone();
        lateness(&self.runtime, load, ticks, move |n| {
            let db = db.clone();
            async move {
                match load {
                    Load::Idle => {}
                    Load::FewFinds | Load::ManyFinds => drop(queries::find(&db, &id(n)).await?),
                    Load::LongQuery => {
                        value::<i64>(&db, LONG_QUERY).await?;
                    }
                }
                Ok(())
            }
        })
        .map(Some)
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        let db = self.db.clone();
        let work = self.runtime.spawn(async move { work::work(&db, run).await });
        self.runtime.block_on(work)?
    }
}

fn main() -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    let db = runtime.block_on(Database::connect("sqlite::memory:"))?;
    serve(SeaOrm { runtime, db })
}
