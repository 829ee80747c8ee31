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
    /// What the others are compared with first.
    pub rows: Vec<Row>,
}

/// What one library showed.
pub struct Row {
    pub name: &'static str,
    pub is_ours: bool,
    /// Seconds of a run.
    pub time: Spread,
    /// Time in relation to that of the first, which is compared with in each round: what slows the machine down for a
    /// while slows both.
    pub ratio: f64,
    /// Seconds more than the first, compared in each round as well.
    pub added: f64,
    /// Further figures: name and median.
    pub figures: Vec<(String, f64)>,
}

/// Who takes part.
struct Entry {
    name: &'static str,
    contender: &'static Contender,
    /// The form, if a library is compared with itself.
    form: Option<usize>,
}

/// What is compared: the libraries, or our forms.
fn entries(workload: Workload, contenders: &[&'static Contender]) -> Vec<Entry> {
    if !workload.is_ours_alone() {
        let entry = |&contender: &&'static Contender| Entry {
            name: contender.name,
            contender,
            form: None,
        };
        return contenders.iter().map(entry).collect();
    }
    let forms = workload.forms().iter().enumerate();
    CONTENDERS
        .iter()
        .filter(|c| c.is_ours())
        .flat_map(|contender| {
            forms.clone().map(move |(form, name)| Entry {
                name,
                contender,
                form: Some(form),
            })
        })
        .collect()
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

    let taking_part = entries(workload, contenders);
    let mut programs = Vec::new();
    let mut digests = Vec::new();
    let mut warm_up = Vec::new();
    for (n, entry) in taking_part.iter().enumerate() {
        let own = folder.path().join(n.to_string());
        fs::create_dir(&own)?;
        fs::copy(folder.path().join(FILE), own.join(FILE))?;
        let mut program = Program::start(entry.contender)?;
        program.prepare(workload, size, &own)?;
        warm_up.push(program.run(workload, size, entry.form)?);
        if !workload.is_ours_alone() {
            digests.push(oracle.digest(&own)?);
        }
        programs.push(program);
    }
    let names: Vec<_> = taking_part.iter().map(|e| e.name).collect();
    let sums: Vec<_> = warm_up.iter().map(|r| r.sum.to_string()).collect();
    must_agree(workload, "what was read", &names, &sums)?;
    must_agree(workload, "what is in the file afterwards", &names, &digests)?;
    bar.inc(1);

    let each_turn = workload.runs_in_a_turn(quick);
    let mut runs: Vec<Vec<Timed>> = programs.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for turn in 0..programs.len() {
            let at = (turn + round) % programs.len();
            for _ in 0..each_turn {
                runs[at].push(programs[at].run(workload, size, taking_part[at].form)?);
            }
        }
        for run in round * each_turn..(round + 1) * each_turn {
            let sums: Vec<_> = runs.iter().map(|r| r[run].sum.to_string()).collect();
            must_agree(workload, "what was read", &names, &sums)?;
        }
        bar.inc(1);
    }
    let compared = |compare: fn(f64, f64) -> f64| -> Vec<f64> {
        let of = |own: &Vec<Timed>| compared(own, &runs[0], each_turn, compare);
        runs.iter().map(of).collect()
    };
    let (ratios, added) = (
        compared(|own, limit| own / limit),
        compared(|own, limit| own - limit),
    );
    let rows = taking_part
        .iter()
        .zip(ratios.into_iter().zip(added))
        .zip(warm_up.into_iter().zip(runs))
        .map(|((entry, (ratio, added)), (warm_up, runs))| Row {
            name: entry.name,
            is_ours: entry.contender.is_ours() && entry.form != Some(0),
            time: Spread::of(runs.iter().map(|r| r.time)),
            ratio,
            added,
            figures: figures(&warm_up, &runs),
        })
        .collect();
    Ok(Measured { workload, size, rows })
}

/// What the rounds show in the middle, each comparing the median of a turn with that of the limit.
fn compared(own: &[Timed], limit: &[Timed], each_turn: usize, compare: fn(f64, f64) -> f64) -> f64 {
    let median = |turn: &[Timed]| Spread::of(turn.iter().map(|r| r.time)).median;
    let rounds = own.chunks(each_turn).zip(limit.chunks(each_turn));
    Spread::of(rounds.map(|(own, limit)| compare(median(own), median(limit)))).median
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
