//! Measures sqloquent against raw rusqlite on the same work, in one process, in alternating rounds.

mod hashed;
mod ours;
mod raw;
mod report;
mod row;
mod workload;

use clap::Parser;

use report::Table;
use workload::{Library, WORKLOADS};

/// Measures sqloquent against raw rusqlite on the same work, in alternating rounds.
#[derive(Parser)]
struct Arguments {
    /// Fewer rounds and smaller work: under a minute.
    #[arg(long)]
    quick: bool,
    /// Rounds per workload.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Only workloads whose name holds this.
    #[arg(long)]
    only: Option<String>,
    /// Write the tables to this file.
    #[arg(long)]
    write: Option<std::path::PathBuf>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let rounds = if arguments.quick { 3 } else { arguments.rounds };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let chosen: Vec<_> =
        WORKLOADS.iter().filter(|w| arguments.only.as_ref().is_none_or(|o| w.name.contains(o.as_str()))).collect();
    let bar = indicatif::ProgressBar::new((chosen.len() * rounds) as u64);
    let mut table = Table::new(rounds);
    for workload in chosen {
        bar.set_message(workload.name);
        let scale = if arguments.quick { workload.size / 5 } else { workload.size };
        let mut libraries: Vec<Box<dyn Library>> = vec![
            Box::new(raw::Raw::new(true)?),
            Box::new(raw::Raw::new(false)?),
            Box::new(ours::Ours::new(runtime.handle().clone())?),
        ];
        if hashed::Hashed::does(workload.kind) {
            for bypass in [true, false] {
                libraries.push(Box::new(hashed::Hashed::new(runtime.handle().clone(), bypass)?));
            }
        }
        let mut times = vec![Vec::new(); libraries.len()];
        let mut sums = Vec::new();
        for library in &mut libraries {
            library.prepare(workload.kind, scale)?;
            // Warm-up; what it gives is compared before anything is timed.
            sums.push(library.run(workload.kind, scale)?.1);
        }
        if sums.windows(2).any(|w| w[0] != w[1]) {
            return Err(format!("{}: the libraries do not agree: {sums:?}", workload.name).into());
        }
        for round in 0..rounds {
            for i in 0..libraries.len() {
                let at = (i + round) % libraries.len();
                times[at].push(libraries[at].run(workload.kind, scale)?.0);
            }
            bar.inc(1);
        }
        table.add(workload.name, scale, libraries.iter().map(|l| l.name()).zip(times).collect());
    }
    bar.finish_and_clear();
    let text = table.to_string();
    println!("{text}");
    if let Some(path) = arguments.write {
        std::fs::write(path, text)?;
    }
    Ok(())
}
