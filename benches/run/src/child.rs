//! A running program of a library.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use harness::{Failure, Load, Workload};

use crate::contender::Contender;

/// A program that waits for commands. It ends when it is dropped.
pub struct Program {
    name: &'static str,
    child: Child,
    // Taken when it ends, so that the program sees the end of its input.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// What one run took and gave.
pub struct Timed {
    /// Seconds.
    pub time: f64,
    /// The sum that must be equal for all.
    pub sum: u64,
    /// Further figures.
    pub figures: Vec<(String, f64)>,
}

impl Program {
    /// Starts the program.
    pub fn start(contender: &Contender) -> Result<Self, Failure> {
        let mut child = Command::new(contender.program())
            .args(contender.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the program of {} does not start: {e}", contender.name))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().ok_or("a program without output")?);
        Ok(Self {
            name: contender.name,
            child,
            input,
            output,
        })
    }

    /// The version of SQLite in it.
    pub fn sqlite_version(&mut self) -> Result<String, Failure> {
        self.ask("about")
    }

    /// What its connections say of themselves: pragmas and their values.
    pub fn pragmas(&mut self) -> Result<Vec<(String, String)>, Failure> {
        let pragma =
            |p: &str| Some(p.split_once('=')?).map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(self.ask("pragmas")?.split('\t').filter_map(pragma).collect())
    }

    /// How late a timer was beside a load: the median and the 99th percentile in milliseconds. `None` where nothing is
    /// asynchronous.
    pub fn lateness(&mut self, load: Load, ticks: usize) -> Result<Option<(f64, f64)>, Failure> {
        let answer = self.ask(&format!("lateness {} {ticks}", load.name()))?;
        if answer == "none" {
            return Ok(None);
        }
        let figures = figures(answer.split(' '))?;
        let of = |name: &str| figures.iter().find(|f| f.0 == name).map(|f| f.1 / 1e3);
        match (of("p50_us"), of("p99_us")) {
            (Some(median), Some(high)) => Ok(Some((median, high))),
            _ => Err(format!("{} answered {answer:?}", self.name).into()),
        }
    }

    /// Makes the file of a workload.
    pub fn fill(&mut self, workload: Workload, size: usize, folder: &Path) -> Result<(), Failure> {
        self.ask(&format!("fill {} {size} {}", workload.name(), folder.display()))
            .map(drop)
    }

    /// Opens the file.
    pub fn prepare(&mut self, workload: Workload, size: usize, folder: &Path) -> Result<(), Failure> {
        self.ask(&format!(
            "prepare {} {size} {}",
            workload.name(),
            folder.display()
        ))
        .map(drop)
    }

    /// Does the work once, in one of our forms where there are such.
    pub fn run(&mut self, workload: Workload, size: usize, form: Option<usize>) -> Result<Timed, Failure> {
        let form = form.map_or_else(String::new, |form| format!(" {form}"));
        let answer = self.ask(&format!("run {} {size}{form}", workload.name()))?;
        let mut words = answer.split(' ');
        let mut next = || {
            words
                .next()
                .ok_or_else(|| format!("{} answered {answer:?}", self.name))
        };
        let time = next()?.parse::<u64>()? as f64 / 1e9;
        let sum = next()?.parse()?;
        let figures = figures(words)?;
        Ok(Timed { time, sum, figures })
    }

    /// The sum over all rows of the file in a folder.
    pub fn digest(&mut self, folder: &Path) -> Result<String, Failure> {
        self.ask(&format!("digest {}", folder.display()))
    }

    fn ask(&mut self, command: &str) -> Result<String, Failure> {
        let input = self.input.as_mut().ok_or("a program without input")?;
        writeln!(input, "{command}")?;
        input.flush()?;
        let mut answer = String::new();
        if self.output.read_line(&mut answer)? == 0 {
            return Err(format!("{} ended while it was asked to {command:?}", self.name).into());
        }
        let answer = answer.trim_end();
        match answer.strip_prefix("error ") {
            Some(message) => Err(format!("{}: {message}", self.name).into()),
            None => Ok(answer.to_owned()),
        }
    }
}

/// `<name>=<number>…`
fn figures<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<(String, f64)>, Failure> {
    words
        .map(|word| {
            let (name, figure) = word.split_once('=').ok_or("a figure without a name")?;
            Ok((name.to_owned(), figure.parse()?))
        })
        .collect()
}

impl Drop for Program {
    fn drop(&mut self) {
        self.input = None;
        if self.child.wait().is_err() {
            eprintln!("the program of {} was lost", self.name);
        }
    }
}
