//! sqloquent in its plain form.

#![forbid(unsafe_code)]

mod models;
mod pack;
mod proof;
mod scan;
mod tasks;
mod work;

use std::path::{Path, PathBuf};

use harness::{
    FILE, Failure, LONG_QUERY, Latencies, Library, Load, Outcome, Run, THREADS, Workload, id, lateness, serve,
};
use models::Person;
use sqloquent::{TrustedSql, prelude::*};
use tokio::runtime::{Builder, Runtime};

struct Ours {
    runtime: Runtime,
    db: Db,
    file: PathBuf,
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
        self.file = path;
        Ok(())
    }

    fn pragma(&mut self, name: &str) -> Result<Option<String>, Failure> {
        // A pragma by itself is not known to only read, and goes to the writer. Not all can be selected from.
        let of_writer = TrustedSql::new(format!("pragma {name}"));
        let of_readers = TrustedSql::new(format!("select * from pragma_{name}"));
        self.runtime.block_on(async {
            let writer = text_of(&self.db.raw(of_writer, ()).scalar().await?);
            let readers = self.db.raw(of_readers, ()).scalar().await;
            let readers = readers.map_or_else(|_| writer.clone(), |value| text_of(&value));
            Ok(Some(if readers == writer {
                writer
            } else {
                format!("{writer} ({readers} of readers)")
            }))
        })
    }

    fn run(&mut self, run: Run) -> Result<Outcome, Failure> {
        let db = self.db.clone();
        self.runtime
            .block_on(self.runtime.spawn(async move { work::work(&db, run).await }))?
    }

    fn run_form(&mut self, run: Run, form: usize) -> Result<Outcome, Failure> {
        let (db, file) = (self.db.clone(), self.file.clone());
        self.runtime.block_on(
            self.runtime
                .spawn(async move { proof::work(&db, &file, run, form).await }),
        )?
    }

    fn lateness(&mut self, load: Load, ticks: usize) -> Result<Option<Latencies>, Failure> {
        let db = self.db.clone();
        lateness(&self.runtime, load, ticks, move |n| {
            let db = db.clone();
            async move {
                match load {
                    Load::Idle => {}
                    Load::FewFinds | Load::ManyFinds => drop(Person::find_required(&db, id(n)).await?),
                    Load::LongQuery => drop(db.raw(LONG_QUERY, ()).scalar::<i64>().await?),
                }
                Ok(())
            }
        })
        .map(Some)
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Int(n) => n.to_string(),
        other => format!("{other:?}"),
    }
}

fn main() -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    let db = runtime.block_on(Db::connect("sqlite::memory:"))?;
    let file = PathBuf::new();
    serve(Ours { runtime, db, file })
}
