//! Toasty: asynchronous, over a pool of connections.

#![forbid(unsafe_code)]

mod models;
mod tasks;
mod work;

use std::path::Path;

use harness::{
    FILE, Failure, LONG_QUERY, Latencies, Library, Load, Outcome, Run, THREADS, Workload, id, lateness, serve,
};
use toasty::{Db, sql, stmt::Value};
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
            Ok(one(&mut db, "select sqlite_version()").await?.try_into()?)
        })
    }

    fn prepare(&mut self, _: Workload, _: usize, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(FILE);
        self.db = Some(self.runtime.block_on(open(&path))?);
        Ok(())
    }

    fn pragma(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let mut db = self.db.clone().ok_or("nothing was prepared")?;
        let value = self.runtime.block_on(one(&mut db, &format!("pragma {name}")))?;
        Ok(Some(match value {
            Value::I64(n) => n.to_string(),
            text => text.try_into()?,
        }))
    }

    fn lateness(&mut self, load: Load, ticks: usize) -> Result<Option<Latencies>, Failure> {
        let db = self.db.clone().ok_or("nothing was prepared")?;
        lateness(&self.runtime, load, ticks, move |n| {
            let mut db = db.clone();
            async move {
                match load {
                    Load::Idle => {}
                    Load::FewFinds | Load::ManyFinds => drop(Person::get_by_id(&mut db, id(n)).await?),
                    Load::LongQuery => drop(one(&mut db, LONG_QUERY).await?),
                }
                Ok(())
            }
        })
        .map(Some)
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

/// The first value of the first row.
async fn one(db: &mut Db, query: &str) -> Result<Value, Failure> {
    let rows = sql::query(query).exec(db).await?;
    let row = rows.into_iter().next().ok_or("no row")?;
    Ok(row
        .into_record()
        .into_iter()
        .next()
        .ok_or("a row without columns")?)
}

fn main() -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    serve(Bench { runtime, db: None })
}
