//! sqlx, with its checked queries and a pool.

#![forbid(unsafe_code)]

mod queries;
mod tasks;
mod work;

use std::path::Path;

use harness::{
    FILE, Failure, LONG_QUERY, Latencies, Library, Load, Outcome, PIECE, Run, THREADS, Workload, id,
    lateness, serve,
};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Row, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::runtime::{Builder, Runtime};

struct Sqlx {
    runtime: Runtime,
    pool: SqlitePool,
}

/// Its default of ten connections; a separate pool of one for writing, as some advise, made no difference.
///
/// A connection to a file need not be asked whether it is still there, which the pool does by default.
async fn open(options: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new()
        .test_before_acquire(false)
        .connect_with(options.disable_statement_logging())
        .await
}

impl Library for Sqlx {
    fn sqlite_version(&mut self) -> Result<String, Failure> {
        let version = sqlx::query_scalar("select sqlite_version()").fetch_one(&self.pool);
        Ok(self.runtime.block_on(version)?)
    }

    fn prepare(&mut self, _: Workload, _: usize, folder: &Path) -> Result<(), Failure> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            // Rows cross threads one by one; with the default of 50 the threads wait for each other more often.
            .row_buffer_size(PIECE);
        self.pool = self.runtime.block_on(open(options))?;
        Ok(())
    }

    fn pragma(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let pragma = sqlx::query(AssertSqlSafe(format!("pragma {name}"))).fetch_one(&self.pool);
        let row = self.runtime.block_on(pragma)?;
        Ok(Some(match row.try_get::<i64, _>(0) {
            Ok(n) => n.to_string(),
            Err(_) => row.try_get(0)?,
        }))
    }

    fn lateness(&mut self, load: Load, ticks: usize) -> Result<Option<Latencies>, Failure> {
        let pool = self.pool.clone();
        lateness(&self.runtime, load, ticks, move |n| {
            let pool = pool.clone();
            async move {
                match load {
                    Load::Idle => {}
                    Load::FewFinds | Load::ManyFinds => drop(queries::find(&pool, &id(n)).await?),
                    Load::LongQuery => {
                        sqlx::query_scalar::<_, i64>(LONG_QUERY).fetch_one(&pool).await?;
                    }
                }
                Ok(())
            }
        })
        .map(Some)
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        let pool = self.pool.clone();
        let work = self.runtime.spawn(async move { work::work(&pool, run).await });
        self.runtime.block_on(work)?
    }
}

fn main() -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    let pool = runtime.block_on(open(SqliteConnectOptions::new().in_memory(true)))?;
    serve(Sqlx { runtime, pool })
}
