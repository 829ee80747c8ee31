//! The loop of a program: commands come in on standard input, a line each, and each is answered by one line.
//!
//! | command | answer |
//! |---|---|
//! | `about` | the version of SQLite |
//! | `pragmas` | `<pragma>=<value>…` with tabs between, those that the library can ask for |
//! | `fill <workload> <size> <folder>` | `done`: makes the file that all libraries get a copy of |
//! | `prepare <workload> <size> <folder>` | `done`: opened the file |
//! | `run <workload> <size> [<form>]` | `<nanoseconds> <checksum> [<figure>=<number>]…` |
//! | `share <workload> <size>` | `done`: made what the workload takes and summed up what it gives, without the library |
//! | `lateness <load> <ticks>` | `<figure>=<number>…`, or `none` if the library is not asynchronous |
//! | `digest <folder>` | a checksum over all rows of the file |
//!
//! What fails is answered by `error <message>`.

use std::{
    io::{self, BufRead, Write},
    path::Path,
    time::Duration,
};

use crate::{Latencies, Load, Sum, Workload, id, memory::Memory, person};

/// Any error.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub workload: Workload,
    /// How many operations or rows.
    pub size: usize,
    /// The number of the first row to insert, or a number that makes what is set differ from the last run.
    pub first: usize,
}

/// What was done.
#[derive(Debug)]
pub struct Outcome {
    /// The time of the work alone.
    pub time: Duration,
    /// What it gave.
    pub sum: Sum,
    /// Further figures.
    pub figures: Vec<(&'static str, f64)>,
}

impl Outcome {
    /// Without further figures.
    pub fn new(time: Duration, sum: Sum) -> Self {
        Self {
            time,
            sum,
            figures: Vec::new(),
        }
    }
}

/// A library under measurement.
///
/// All use WAL, `synchronous=NORMAL` and `foreign_keys=on`; the asynchronous ones tokio's multi-thread runtime with
/// [`THREADS`](crate::THREADS) workers, with the work in a task of it.
pub trait Library {
    /// `select sqlite_version()`.
    fn sqlite_version(&mut self) -> Result<String, Failure>;

    /// Opens the file [`FILE`](crate::FILE) in the folder, whose tables are filled.
    fn prepare(&mut self, workload: Workload, size: usize, folder: &Path) -> Result<(), Failure>;

    /// What a pragma is on its connections, once it is prepared. `None` if the library has no way to ask.
    fn pragma(&mut self, _name: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    /// Does the work once.
    fn run(&mut self, run: Run) -> Result<Outcome, Failure>;

    /// Does a workload that [is ours alone](Workload::is_ours_alone) once, in the form of this place in
    /// [`Workload::forms`].
    fn run_form(&mut self, _run: Run, _form: usize) -> Result<Outcome, Failure> {
        Err("this program does not do what is ours alone".into())
    }

    /// How late a timer is beside a load, by [`lateness`](crate::lateness). `None` if the library is not asynchronous.
    /// It is prepared for [`Workload::Find`] of [`LATENESS_ROWS`](crate::LATENESS_ROWS).
    fn lateness(&mut self, _load: Load, _ticks: usize) -> Result<Option<Latencies>, Failure> {
        Ok(None)
    }

    /// Makes the file with the rows that the workload needs. One program does so for all.
    fn fill(&mut self, _workload: Workload, _size: usize, _folder: &Path) -> Result<(), Failure> {
        Err("this program does not fill files".into())
    }

    /// Sums up all rows of the file in the folder. One program does so for all.
    fn digest(&mut self, _folder: &Path) -> Result<Sum, Failure> {
        Err("this program does not read files of others".into())
    }
}

/// What is asked of every library.
const PRAGMAS: [&str; 7] = [
    "journal_mode",
    "synchronous",
    "foreign_keys",
    "cache_size",
    "mmap_size",
    "temp_store",
    "wal_autocheckpoint",
];

/// Serves the command until its end of standard input.
///
/// # Errors
///
/// When standard input or output fail.
pub fn serve(mut library: impl Library) -> Result<(), Failure> {
    let mut first = 0;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = answer(&mut library, &line, &mut first)
            .unwrap_or_else(|e| format!("error {}", e.to_string().replace('\n', " ")));
        let mut out = io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(library: &mut impl Library, line: &str, first: &mut usize) -> Result<String, Failure> {
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    match command {
        "about" => library.sqlite_version(),
        "pragmas" => {
            let mut told = Vec::new();
            for name in PRAGMAS {
                if let Some(value) = library.pragma(name)? {
                    told.push(format!("{name}={value}"));
                }
            }
            Ok(told.join("\t"))
        }
        "lateness" => {
            let (name, ticks) = rest.split_once(' ').ok_or("a load and ticks are needed")?;
            let load = Load::ALL
                .into_iter()
                .find(|l| l.name() == name)
                .ok_or_else(|| format!("no load is called {name:?}"))?;
            Ok(match library.lateness(load, ticks.parse()?)? {
                Some(late) => words_of(late.figures()).join(" "),
                None => "none".into(),
            })
        }
        "share" => {
            let (workload, size, _) = words(rest)?;
            share(workload, size);
            Ok("done".into())
        }
        "digest" => Ok(library.digest(Path::new(rest))?.0.to_string()),
        "fill" => {
            let (workload, size, folder) = words(rest)?;
            library.fill(workload, size, Path::new(folder))?;
            Ok("done".into())
        }
        "prepare" => {
            let (workload, size, folder) = words(rest)?;
            library.prepare(workload, size, Path::new(folder))?;
            *first = 0;
            Ok("done".into())
        }
        "run" => {
            let (workload, size, form) = words(rest)?;
            let run = Run {
                workload,
                size,
                first: *first,
            };
            let memory = Memory::watch();
            let outcome = match form {
                "" => library.run(run)?,
                form => library.run_form(run, form.parse()?)?,
            };
            let memory = memory.and_then(Memory::figures);
            *first += size;
            let mut answer = vec![outcome.time.as_nanos().to_string(), outcome.sum.0.to_string()];
            answer.extend(words_of(outcome.figures));
            answer.extend(words_of(memory.into_iter().flatten()));
            Ok(answer.join(" "))
        }
        other => Err(format!("no command is called {other:?}").into()),
    }
}

/// Workload, size and what comes after them.
fn words(rest: &str) -> Result<(Workload, usize, &str), Failure> {
    let (name, rest) = rest.split_once(' ').ok_or("a workload and a size are needed")?;
    let (size, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let workload = Workload::ALL
        .into_iter()
        .find(|w| w.name() == name)
        .ok_or_else(|| format!("no workload is called {name:?}"))?;
    Ok((workload, size.parse()?, rest))
}

fn words_of(figures: impl IntoIterator<Item = (&'static str, f64)>) -> Vec<String> {
    figures
        .into_iter()
        .map(|(name, figure)| format!("{name}={figure}"))
        .collect()
}

/// What a run of a workload that reads people takes beside the library: making ids, and summing up what was read.
fn share(workload: Workload, size: usize) {
    let ids: Vec<String> = match workload {
        Workload::Find => (0..size).map(id).collect(),
        _ => Vec::new(),
    };
    let p = person(1);
    let mut sum = Sum::default();
    for n in 0..size {
        let id = ids.get(n).unwrap_or(&p.id);
        sum.person(
            std::hint::black_box(id),
            &p.name,
            &p.email,
            p.age,
            p.score,
            p.active,
            p.bio.as_deref(),
        );
    }
    std::hint::black_box(sum);
}
