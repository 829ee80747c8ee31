//! How late a timer is beside each library.

use std::fs;

use harness::{FILE, Failure, LATENESS_ROWS, Load, Workload};
use indicatif::ProgressBar;

use crate::{
    child::Program,
    contender::{CONTENDERS, Contender},
    statistics::Spread,
};

/// What the command line calls it.
pub const NAME: &str = "lateness";

/// How late a timer was beside one library: medians of the rounds, in milliseconds.
pub struct Lateness {
    pub name: &'static str,
    /// In the order of [`Load::ALL`]: the median and the 99th percentile. Empty where nothing is asynchronous.
    pub loads: Vec<(f64, f64)>,
}

/// Rounds of it.
pub fn rounds(quick: bool) -> usize {
    if quick { 1 } else { 5 }
}

/// Lets the asynchronous libraries take turns.
pub fn measure(
    quick: bool,
    contenders: &[&'static Contender],
    bar: &ProgressBar,
) -> Result<Vec<Lateness>, Failure> {
    let ticks = if quick { 100 } else { 400 };
    let folder = tempfile::tempdir()?;
    Program::start(&CONTENDERS[0])?.fill(Workload::Find, LATENESS_ROWS, folder.path())?;

    let contenders = Contender::programs(contenders);
    let mut programs = Vec::new();
    for (n, contender) in contenders.iter().enumerate() {
        let own = folder.path().join(n.to_string());
        fs::create_dir(&own)?;
        fs::copy(folder.path().join(FILE), own.join(FILE))?;
        let mut program = Program::start(contender)?;
        program.prepare(Workload::Find, LATENESS_ROWS, &own)?;
        // One tick tells whether it is asynchronous, and opens what is opened on first use.
        if program.lateness(Load::FewFinds, 1)?.is_some() {
            programs.push((contender.name, program));
        }
    }
    let mut rounds_of: Vec<Vec<Vec<(f64, f64)>>> = vec![vec![Vec::new(); Load::ALL.len()]; programs.len()];
    for round in 0..rounds(quick) {
        for turn in 0..programs.len() {
            let at = (turn + round) % programs.len();
            for (load, figures) in Load::ALL.into_iter().zip(&mut rounds_of[at]) {
                figures.extend(programs[at].1.lateness(load, ticks)?);
            }
        }
        bar.inc(1);
    }
    let median = |figures: &[(f64, f64)]| {
        (
            Spread::of(figures.iter().map(|f| f.0)).median,
            Spread::of(figures.iter().map(|f| f.1)).median,
        )
    };
    let measured: Vec<(&str, Vec<_>)> = programs
        .iter()
        .zip(rounds_of)
        .map(|((name, _), loads)| (*name, loads.iter().map(|figures| median(figures)).collect()))
        .collect();
    let of = |name: &str| measured.iter().find(|(n, _)| *n == name);
    Ok(contenders
        .iter()
        .map(|c| Lateness {
            name: c.name,
            loads: of(c.name).map_or_else(Vec::new, |(_, loads)| loads.clone()),
        })
        .collect())
}
