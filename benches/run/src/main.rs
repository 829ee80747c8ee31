//! Measures sqloquent, its rivals and the limit on the same work, in alternating rounds.

#![forbid(unsafe_code)]

mod chart;
mod child;
mod contender;
mod counts;
mod machine;
mod measure;
mod minimal;
mod python;
mod report;
mod statistics;
mod timer;

use std::{fs, path::Path};

use clap::Parser;
use harness::{Failure, Workload};
use indicatif::{ProgressBar, ProgressStyle};

use contender::{CONTENDERS, Contender};
use report::Results;

/// Measures sqloquent, its rivals and raw rusqlite on the same work, in alternating rounds.
///
/// Builds a program for each library first. What the libraries give is compared before anything is timed.
#[derive(Parser)]
struct Arguments {
    /// Fewer rounds and smaller work: under a minute once all is built.
    #[arg(long)]
    quick: bool,
    /// Rounds of each workload [default: 9, quick: 3].
    #[arg(long)]
    rounds: Option<usize>,
    /// Only workloads whose name contains one of these; `lateness` is one, too.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only libraries whose name contains one of these; the limit is always there.
    #[arg(long, value_delimiter = ',')]
    libraries: Vec<String>,
    /// Count instructions and allocations, too, by running the programs under valgrind.
    #[arg(long)]
    counts: bool,
    /// Build the minimal program with each library from nothing, too, and weigh it.
    #[arg(long)]
    minimal: bool,
    /// Compare packing with the Python package `packify`, too, which this interpreter has.
    #[arg(long, value_name = "INTERPRETER")]
    python: Option<String>,
    /// Write the results to benches/RESULTS.md, and charts of them to benches/charts.
    #[arg(long)]
    write: bool,
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let rounds = arguments
        .rounds
        .unwrap_or(if arguments.quick { 3 } else { 9 })
        .max(1);
    let chosen = |name: &str, wanted: &[String]| {
        wanted.is_empty()
            || wanted
                .iter()
                .any(|w| name.to_lowercase().contains(&w.to_lowercase()))
    };
    let workloads: Vec<Workload> = Workload::ALL
        .into_iter()
        .filter(|w| chosen(w.name(), &arguments.only))
        .collect();
    let contenders: Vec<&Contender> = CONTENDERS
        .iter()
        .filter(|c| c.is_limit() || chosen(c.name, &arguments.libraries))
        .collect();
    let lateness = chosen(timer::NAME, &arguments.only);
    if workloads.is_empty() && !lateness {
        let names: Vec<_> = Workload::ALL.iter().map(|w| w.name()).collect();
        let names = names.join(", ");
        return Err(format!("no workload is called so; there are: {names}, {}", timer::NAME).into());
    }
    let counts = arguments.counts && counts::possible();
    if arguments.counts && !counts {
        eprintln!("valgrind is not there, so nothing is counted; install it for `--counts`");
    }

    contender::build(&contenders)?;
    let timer_rounds = timer::rounds(arguments.quick);
    let programs = Contender::programs(&contenders).len();
    let steps = workloads.len() * (rounds + 1)
        + usize::from(lateness) * timer_rounds
        + (usize::from(counts) + usize::from(arguments.minimal)) * programs;
    let bar = ProgressBar::new(steps as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {pos}/{len} {elapsed} {msg}",
    )?);
    let mut results = Results {
        arguments: std::env::args().skip(1).collect::<Vec<_>>().join(" "),
        rounds: (rounds, timer_rounds),
        workloads: Vec::new(),
        lateness: Vec::new(),
        counted: Vec::new(),
        minimal: Vec::new(),
        packing: Vec::new(),
    };
    for workload in workloads {
        bar.set_message(workload.name());
        let measured = measure::measure(workload, arguments.quick, rounds, &contenders, &bar)?;
        results.workloads.push(measured);
    }
    if lateness {
        bar.set_message(timer::NAME);
        results.lateness = timer::measure(arguments.quick, &contenders, &bar)?;
    }
    if counts {
        bar.set_message("instructions and allocations");
        results.counted = counts::count(&contenders, &bar)?;
    }
    if arguments.minimal {
        bar.set_message("minimal programs");
        results.minimal = minimal::measure(&contenders, &bar)?;
    }
    if let Some(interpreter) = &arguments.python {
        bar.set_message("packing in Python");
        results.packing = python::measure(interpreter)?;
    }
    bar.finish_and_clear();

    let text = report::report(&results, &contenders)?;
    println!("{text}");
    if arguments.write {
        let folder = Path::new(contender::BENCHES);
        fs::write(folder.join("RESULTS.md"), text)?;
        chart::write(&results.workloads, &folder.join("charts"))?;
    }
    Ok(())
}
