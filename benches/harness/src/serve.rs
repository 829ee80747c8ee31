//! The loop of a program: commands come in on standard input, a line each, and each is answered by one line.
//!
//! | command | answer |
//! |---|---|
//! | `about` | the version of SQLite |
//! | `fill <workload> <size> <folder>` | `done`: makes the file that all libraries get a copy of |
//! | `prepare <workload> <size> <folder>` | `done`: opened the file |
//! | `run <workload> <size>` | `<nanoseconds> <checksum> [<figure>=<number>]…` |
//! | `digest <folder>` | a checksum over all rows of the file |
//!
//! What fails is answered by `error <message>`.

use std::{
    io::{self, BufRead, Write},
    path::Path,
    time::Duration,
};

use crate::{Sum, Workload, memory::Memory};

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

    /// Does the work once.
    fn run(&mut self, run: Run) -> Result<Outcome, Failure>;

    /// Makes the file with the rows that the workload needs. One program does so for all.
    fn fill(&mut self, _workload: Workload, _size: usize, _folder: &Path) -> Result<(), Failure> {
        Err("this program does not fill files".into())
    }

    /// Sums up all rows of the file in the folder. One program does so for all.
    fn digest(&mut self, _folder: &Path) -> Result<Sum, Failure> {
        Err("this program does not read files of others".into())
    }
}

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
            let (workload, size, _) = words(rest)?;
            let memory = Memory::watch();
            let outcome = library.run(Run {
                workload,
                size,
                first: *first,
            })?;
            let memory = memory.and_then(Memory::figures);
            *first += size;
            let mut answer = format!("{} {}", outcome.time.as_nanos(), outcome.sum.0);
            for (name, figure) in outcome.figures.into_iter().chain(memory.into_iter().flatten()) {
                answer += &format!(" {name}={figure}");
            }
            Ok(answer)
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
