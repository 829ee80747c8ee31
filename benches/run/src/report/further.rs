//! The tables beside the workloads. What was not measured has none.

use std::fmt::Write as _;

use harness::{Failure, Load};

use crate::{
    counts::{Count, Counted},
    minimal::Minimal,
    python::Packing,
    timer::{self, Lateness},
};

/// How late a timer was.
pub fn lateness(text: &mut String, all: &[Lateness], rounds: usize) -> Result<(), Failure> {
    if all.is_empty() {
        return Ok(());
    }
    write!(
        text,
        "\n## {}\n\nMilliseconds by which a timer of one millisecond was late: median / 99 % below. It ticks in a task \
         on the runtime that\nthe library is used from. The runtime rounds up to whole milliseconds: what is late with \
         nothing beside it is not the\nlibrary's. Medians of {rounds} round{}; – where nothing is asynchronous.\n\n| library |",
        timer::NAME,
        if rounds == 1 { "" } else { "s" }
    )?;
    for load in Load::ALL {
        write!(text, " {} |", load.description())?;
    }
    write!(text, "\n|---|{}\n", "---:|".repeat(Load::ALL.len()))?;
    for Lateness { name, loads } in all {
        write!(text, "| {name} |")?;
        for place in 0..Load::ALL.len() {
            match loads.get(place) {
                Some((median, high)) => write!(text, " {median:.2} / {high:.2} |")?,
                None => text.push_str(" – |"),
            }
        }
        text.push('\n');
    }
    Ok(())
}

/// Instructions and allocations.
pub fn counted(text: &mut String, all: &[Counted]) -> Result<(), Failure> {
    if all.is_empty() {
        return Ok(());
    }
    text.push_str(
        "\n## Instructions and allocations\n\nOf one find by id, and of one row of a select; all threads of the program, \
         SQLite included. Counted by valgrind: the\ndifference between a program that does the work three times and one \
         that does it once, without what the harness adds.\nTime passes some fifty times as slowly there, so that what \
         depends on time, as waiting does, may come out otherwise.\n\n\
         | library | instructions a find | allocations | instructions a row | allocations |\n\
         |---|---:|---:|---:|---:|\n",
    );
    let words = |count: Count| format!("{:.0} | {:.1}", count.instructions, count.allocations);
    for Counted { name, find, row } in all {
        writeln!(text, "| {name} | {} | {} |", words(*find), words(*row))?;
    }
    Ok(())
}

/// The format under content ids and its Python package.
pub fn packing(text: &mut String, all: &[Packing]) -> Result<(), Failure> {
    if all.is_empty() {
        return Ok(());
    }
    text.push_str(
        "\n## Packing and the Python package\n\nAll vectors of the format under content ids, by the crate `packify` and \
         by the Python package of that name: the least of\n15 averages each.\n\n\
         | | Python µs | packify µs | faster |\n|---|---:|---:|---:|\n",
    );
    for Packing { name, python, ours } in all {
        writeln!(
            text,
            "| {name} | {python:.1} | {ours:.1} | {:.0}× |",
            python / ours
        )?;
    }
    Ok(())
}

/// The small programs.
pub fn minimal(text: &mut String, all: &[Minimal]) -> Result<(), Failure> {
    if all.is_empty() {
        return Ok(());
    }
    text.push_str(
        "\n## A minimal program\n\nThe same small program with each library (`benches/minimal`), which prints the same: \
         two tables with a relation, a\ntransaction, an update, an eager load. A release build from nothing, all \
         sources at hand, measured once; the program is\nstripped. Lines are those of the program that are neither \
         empty nor comments.\n\n\
         | library | build s | processor s | crates | program MiB | lines |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for program in all {
        let processor = program
            .processor
            .map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.0}"));
        writeln!(
            text,
            "| {} | {:.0} | {processor} | {} | {:.2} | {} |",
            program.name,
            program.build,
            program.crates,
            program.bytes as f64 / 1024.0 / 1024.0,
            program.lines
        )?;
    }
    Ok(())
}
