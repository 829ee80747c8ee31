//! Rounds of one workload.

use std::fs;

use harness::{FILE, Failure, Workload};
use indicatif::ProgressBar;

use crate::{
    child::{Program, Timed},
    contender::{CONTENDERS, Contender},
    statistics::Spread,
};

/// What one workload showed.
pub struct Measured {
    pub workload: Workload,
    pub size: usize,
    /// The limit first.
    pub rows: Vec<Row>,
}

/// What one library showed.
pub struct Row {
    pub name: &'static str,
    pub is_ours: bool,
    /// Seconds of a run.
    pub time: Spread,
    /// Further figures: name and median.
    pub figures: Vec<(String, f64)>,
}

impl Measured {
    /// The median of a row in relation to that of the limit.
    pub fn ratio(&self, row: &Row) -> f64 {
        self.rows
            .first()
            .map_or(1.0, |limit| row.time.median / limit.time.median)
    }
}

/// Fills a file, gives each library a copy, compares what they make of it, then measures.
pub fn measure(
    workload: Workload,
    quick: bool,
    rounds: usize,
    contenders: &[&'static Contender],
    bar: &ProgressBar,
) -> Result<Measured, Failure> {
    let size = workload.size(quick);
    let folder = tempfile::tempdir()?;
    let mut oracle = Program::start(&CONTENDERS[0])?;
    oracle.fill(workload, size, folder.path())?;

    let taking_part: Vec<_> = contenders
        .iter()
        .filter(|c| !workload.is_ours_alone() || c.is_limit() || c.is_ours())
        .collect();
    let mut programs = Vec::new();
    let mut digests = Vec::new();
    let mut warm_up = Vec::new();
    for (n, contender) in taking_part.iter().enumerate() {
        let own = folder.path().join(n.to_string());
        fs::create_dir(&own)?;
        fs::copy(folder.path().join(FILE), own.join(FILE))?;
        let mut program = Program::start(contender)?;
        program.prepare(workload, size, &own)?;
        warm_up.push(program.run(workload, size)?);
        if !workload.is_ours_alone() {
            digests.push(oracle.digest(&own)?);
        }
        programs.push(program);
    }
    let names: Vec<_> = taking_part.iter().map(|c| c.name).collect();
    let sums: Vec<_> = warm_up.iter().map(|r| r.sum.to_string()).collect();
    must_agree(workload, "what was read", &names, &sums)?;
    must_agree(workload, "what is in the file afterwards", &names, &digests)?;
    bar.inc(1);

    let mut runs: Vec<Vec<Timed>> = programs.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for turn in 0..programs.len() {
            let at = (turn + round) % programs.len();
            runs[at].push(programs[at].run(workload, size)?);
        }
        let sums: Vec<_> = runs.iter().map(|r| r[round].sum.to_string()).collect();
        must_agree(workload, "what was read", &names, &sums)?;
        bar.inc(1);
    }
    let rows = taking_part
        .iter()
        .zip(warm_up.into_iter().zip(runs))
        .map(|(c, (warm_up, runs))| Row {
            name: c.name,
            is_ours: c.is_ours(),
            time: Spread::of(runs.iter().map(|r| r.time)),
            figures: figures(&warm_up, &runs),
        })
        .collect();
    Ok(Measured { workload, size, rows })
}

/// The medians of the further figures. Those of memory are of the first run: later ones reuse what it has got.
fn figures(warm_up: &Timed, runs: &[Timed]) -> Vec<(String, f64)> {
    let of_figure = |(at, (name, first)): (usize, &(String, f64))| {
        let later = runs
            .iter()
            .filter_map(|r| r.figures.get(at))
            .map(|(_, figure)| *figure);
        (
            name.clone(),
            if name.ends_with("_mib") {
                *first
            } else {
                Spread::of(later).median
            },
        )
    };
    warm_up.figures.iter().enumerate().map(of_figure).collect()
}

fn must_agree(workload: Workload, what: &str, names: &[&str], sums: &[String]) -> Result<(), Failure> {
    if sums.windows(2).all(|w| w[0] == w[1]) {
        return Ok(());
    }
    let each: Vec<_> = names
        .iter()
        .zip(sums)
        .map(|(name, sum)| format!("{name}: {sum}"))
        .collect();
    Err(format!(
        "{}: the libraries do not agree on {what}: {}",
        workload.name(),
        each.join(", ")
    )
    .into())
}
