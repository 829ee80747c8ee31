//! A database that runs nothing and remembers what it was asked to run.

use std::{
    any::Any,
    sync::{Arc, Mutex},
};

use sqloquent::{Call, Db, Dialect, Error, ErrorKind, Result, Stats, TxOptions};
use sqloquent_core::{Backend, BoxFuture, CallContext, ChunkJob, Cursor, Job, Outcome, Session, Tried};

pub(crate) struct Recorder {
    dialect: Dialect,
    seen: Mutex<Vec<String>>,
}

impl Recorder {
    fn run_all(&self, mut job: Box<dyn Job>) -> Result<Box<dyn Job>> {
        while let Some(statement) = job.next()? {
            let params: Vec<_> = statement.params.iter().map(|p| format!("{p:?}")).collect();
            let params = if params.is_empty() {
                String::new()
            } else {
                format!(" -- {}", params.join(", "))
            };
            self.seen
                .lock()
                .unwrap()
                .push(format!("{}{params}", &*statement.sql));
            job.done(Outcome::affected(1).with_last_insert_id(7))?;
        }
        Ok(job)
    }
}

fn unsupported<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Unsupported, "the recorder runs nothing"))
}

impl Backend for Recorder {
    fn dialect(&self) -> Dialect {
        self.dialect
    }
    fn describe(&self) -> String {
        "recorder".into()
    }
    fn try_run(&self, job: Box<dyn Job>, _: CallContext) -> Tried {
        Tried::Done(self.run_all(job))
    }
    fn run<'a>(&'a self, job: Box<dyn Job>, _: CallContext) -> BoxFuture<'a, Result<Box<dyn Job>>> {
        Box::pin(std::future::ready(self.run_all(job)))
    }
    fn begin<'a>(&'a self, _: TxOptions, _: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>> {
        Box::pin(std::future::ready(unsupported()))
    }
    fn acquire<'a>(&'a self, _: CallContext) -> BoxFuture<'a, Result<Box<dyn Session>>> {
        Box::pin(std::future::ready(unsupported()))
    }
    fn cursor<'a>(&'a self, _: Box<dyn ChunkJob>, _: CallContext) -> BoxFuture<'a, Result<Box<dyn Cursor>>> {
        Box::pin(std::future::ready(unsupported()))
    }
    fn stats(&self) -> Stats {
        Stats::default()
    }
    fn close<'a>(&'a self) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The text without what is different between dialects everywhere: quotes of names, placeholders.
fn without_manners(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '`' => plain.push('"'),
            '$' if chars.peek().is_some_and(char::is_ascii_digit) => {
                while chars.next_if(char::is_ascii_digit).is_some() {}
                plain.push('?');
            }
            c => plain.push(c),
        }
    }
    plain
}

/// What each dialect is sent by a call, one line for each statement. Dialects that are sent the same share a block, shown
/// as the first of them writes names and placeholders.
pub(crate) fn sent<T>(call: impl Fn(&'static Db) -> Call<'static, T>) -> String {
    let mut blocks: Vec<(String, String)> = Vec::new();
    for (name, dialect) in [
        ("sqlite", Dialect::SQLITE),
        ("postgres", Dialect::POSTGRES),
        ("mysql", Dialect::MYSQL),
        ("mariadb", Dialect::MARIADB),
    ] {
        let recorder = Arc::new(Recorder {
            dialect,
            seen: Mutex::default(),
        });
        let db: &'static Db = Box::leak(Box::new(Db::from_backend(recorder.clone())));
        // Whether the call makes sense of getting no rows does not matter here, unless nothing was sent.
        let outcome = call(db).now();
        let seen = std::mem::take(&mut *recorder.seen.lock().unwrap());
        let text = match (outcome, seen.is_empty()) {
            (Err(e), true) => format!("{:?}: {}", e.kind(), e.message()),
            _ => seen.join("\n"),
        };
        match blocks
            .iter_mut()
            .find(|(_, t)| without_manners(t) == without_manners(&text))
        {
            Some((names, _)) => *names = format!("{names}, {name}"),
            None => blocks.push((name.to_owned(), text)),
        }
    }
    if let [(_, same)] = &*blocks {
        return same.clone();
    }
    let blocks: Vec<_> = blocks.into_iter().map(|(n, t)| format!("{n}:\n{t}")).collect();
    blocks.join("\n")
}
