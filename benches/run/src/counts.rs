//! Instructions and allocations of each library, counted by running its program under valgrind.
//!
//! The work is done once, and in another process three times: the difference is what twice the work costs in a program
//! that has warmed up, without starting and opening. What the harness adds is counted by itself and taken off.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
};

use harness::{FILE, Failure, Workload};
use indicatif::ProgressBar;

use crate::{
    child::Program,
    contender::{CONTENDERS, Contender},
};

/// What is counted: the workload, the rows of its table, and the operations or rows of a run.
const COUNTED: [(Workload, usize, usize); 2] =
    [(Workload::Find, 10_000, 1_000), (Workload::Select, 5_000, 5_000)];

/// What one operation, or one row, costs.
#[derive(Clone, Copy)]
pub struct Count {
    pub instructions: f64,
    pub allocations: f64,
}

/// What one library costs.
pub struct Counted {
    pub name: &'static str,
    /// Of finding one by id.
    pub find: Count,
    /// Of one row of a select.
    pub row: Count,
}

/// A tool of valgrind, and how it tells its figure.
#[derive(Clone, Copy)]
struct Tool {
    arguments: &'static [&'static str],
    /// What stands before the figure.
    before: &'static str,
}

const INSTRUCTIONS: Tool = Tool {
    arguments: &["--tool=callgrind", "--callgrind-out-file=/dev/null"],
    before: "Collected :",
};

const ALLOCATIONS: Tool = Tool {
    // Nothing is checked: only the allocations are counted.
    arguments: &["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"],
    before: "total heap usage:",
};

/// Whether valgrind is there.
pub fn possible() -> bool {
    let there = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    there.is_ok_and(|status| status.success())
}

/// Counts for each library whose program differs.
pub fn count(contenders: &[&'static Contender], bar: &ProgressBar) -> Result<Vec<Counted>, Failure> {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    for (workload, rows, _) in COUNTED {
        let own = folder.path().join(workload.name());
        fs::create_dir(&own)?;
        Program::start(&CONTENDERS[0])?.fill(workload, rows, &own)?;
        files.push(own);
    }
    let of = |contender: &Contender, at: usize, command: &str| -> Result<Count, Failure> {
        let (workload, rows, size) = COUNTED[at];
        let work = Work {
            prepare: format!("prepare {} {rows} ", workload.name()),
            step: format!("{command} {} {size}", workload.name()),
            size,
            file: &files[at],
        };
        Ok(Count {
            instructions: work.each(contender, INSTRUCTIONS)?,
            allocations: work.each(contender, ALLOCATIONS)?,
        })
    };
    let share = [of(&CONTENDERS[0], 0, "share")?, of(&CONTENDERS[0], 1, "share")?];
    let mut counted = Vec::new();
    for contender in Contender::programs(contenders) {
        let [find, row] = [0, 1].map(|at| of(contender, at, "run").map(|count| count.without(share[at])));
        counted.push(Counted {
            name: contender.name,
            find: find?,
            row: row?,
        });
        bar.inc(1);
    }
    Ok(counted)
}

impl Count {
    fn without(self, share: Self) -> Self {
        Self {
            instructions: self.instructions - share.instructions,
            allocations: self.allocations - share.allocations,
        }
    }
}

/// What a program is told.
struct Work<'a> {
    prepare: String,
    step: String,
    /// Operations or rows of a step.
    size: usize,
    file: &'a Path,
}

impl Work<'_> {
    /// The figure of one operation or row.
    fn each(&self, contender: &Contender, tool: Tool) -> Result<f64, Failure> {
        let (once, thrice) = (self.total(contender, tool, 1)?, self.total(contender, tool, 3)?);
        Ok((thrice as f64 - once as f64) / (2 * self.size) as f64)
    }

    /// The figure of a process that does the work so often.
    fn total(&self, contender: &Contender, tool: Tool, times: usize) -> Result<u64, Failure> {
        let own = tempfile::tempdir()?;
        fs::copy(self.file.join(FILE), own.path().join(FILE))?;
        let mut child = Command::new("valgrind")
            .args(tool.arguments)
            .arg(contender.program())
            .args(contender.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut input = child.stdin.take().ok_or("a program without input")?;
        let told = tell(
            &mut input,
            &format!("{}{}", self.prepare, own.path().display()),
            &self.step,
            times,
        );
        drop(input);
        let output = child.wait_with_output()?;
        told?;
        let answers = String::from_utf8_lossy(&output.stdout);
        if let Some(error) = answers.lines().find_map(|l| l.strip_prefix("error ")) {
            return Err(format!("{} under valgrind: {error}", contender.name).into());
        }
        let messages = String::from_utf8_lossy(&output.stderr);
        figure(&messages, tool.before)
            .ok_or_else(|| format!("valgrind says of {}: {}", contender.name, messages.trim()).into())
    }
}

fn tell(input: &mut impl Write, prepare: &str, step: &str, times: usize) -> io::Result<()> {
    writeln!(input, "{prepare}")?;
    for _ in 0..times {
        writeln!(input, "{step}")?;
    }
    Ok(())
}

/// The number after some words, which may have commas between its digits.
fn figure(messages: &str, before: &str) -> Option<u64> {
    let rest = messages.lines().find_map(|l| l.split_once(before))?.1;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(|c| *c != ',')
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{ALLOCATIONS, INSTRUCTIONS, figure};

    #[test]
    fn figures_are_found_among_messages() {
        let of_callgrind = "==7== Callgrind, a call-graph profiler\n==7== \n==7== Events    : Ir\n\
            ==7== Collected : 281736\n==7== \n==7== I   refs:      281,736\n";
        assert_eq!(figure(of_callgrind, INSTRUCTIONS.before), Some(281_736));
        let of_memcheck = "==7== HEAP SUMMARY:\n==7==     in use at exit: 1,096 bytes in 3 blocks\n\
            ==7==   total heap usage: 1,234,567 allocs, 1,234,564 frees, 9,876 bytes allocated\n";
        assert_eq!(figure(of_memcheck, ALLOCATIONS.before), Some(1_234_567));
    }

    #[test]
    fn what_is_no_figure_is_none() {
        assert_eq!(figure("valgrind: no such file", INSTRUCTIONS.before), None);
        assert_eq!(figure("==7== Collected : \n", INSTRUCTIONS.before), None);
    }
}
