//! Measures sqloquent, its rivals and the limit on the same work, in alternating rounds.

#![forbid(unsafe_code)]

mod chart;
mod child;
mod contender;
mod machine;
mod measure;
mod report;
mod statistics;

use std::{fs, path::Path};

use clap::Parser;
use harness::{Failure, Workload};
use indicatif::{ProgressBar, ProgressStyle};

use contender::{CONTENDERS, Contender};

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
    /// Only workloads whose name contains one of these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only libraries whose name contains one of these; the limit is always there.
    #[arg(long, value_delimiter = ',')]
    libraries: Vec<String>,
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
    if workloads.is_empty() {
        let names: Vec<_> = Workload::ALL.iter().map(|w| w.name()).collect();
        return Err(format!("no workload is called so; there are: {}", names.join(", ")).into());
    }

    contender::build(&contenders)?;
    let bar = ProgressBar::new((workloads.len() * (rounds + 1)) as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {pos}/{len} {elapsed} {msg}",
    )?);
    let mut results = Vec::new();
    for workload in workloads {
        bar.set_message(workload.name());
        results.push(measure::measure(
            workload,
            arguments.quick,
            rounds,
            &contenders,
            &bar,
        )?);
    }
    bar.finish_and_clear();

    let text = report::report(&results, &contenders, rounds)?;
    println!("{text}");
    if arguments.write {
        let folder = Path::new(contender::BENCHES);
        fs::write(folder.join("RESULTS.md"), text)?;
        chart::write(&results, &folder.join("charts"))?;
    }
    Ok(())
}
