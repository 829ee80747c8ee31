//! The results as text.

mod further;
mod workloads;

use std::{fmt::Write as _, fs, path::Path};

use harness::{FILE, Failure, Workload};

use crate::{
    child::Program,
    contender::{BENCHES, C_FLAGS, CONTENDERS, Contender},
    counts::Counted,
    machine,
    measure::Measured,
    minimal::Minimal,
    python::Packing,
    timer::Lateness,
};

/// All that was measured.
pub struct Results {
    /// What the command was called with.
    pub arguments: String,
    /// Rounds of each workload, and of the timers.
    pub rounds: (usize, usize),
    pub workloads: Vec<Measured>,
    pub lateness: Vec<Lateness>,
    pub counted: Vec<Counted>,
    pub minimal: Vec<Minimal>,
    pub packing: Vec<Packing>,
}

/// The file of results.
pub fn report(results: &Results, contenders: &[&'static Contender]) -> Result<String, Failure> {
    let mut text = String::from("# Results\n\n");
    write!(
        text,
        "Written by `cargo run --release --manifest-path benches/run/Cargo.toml -- {}`.\n\n\
         Each library is a program of its own, since only one version of SQLite fits into a build. All work on copies \
         of one\nfile: WAL, `synchronous=NORMAL`, `foreign_keys=on`. SQLite is compiled with `{C_FLAGS}` in all of them, \
         so that\nno program is faster for where in it SQLite happens to lie. The asynchronous ones run in a task on tokio's \
         multi-thread\nruntime with two workers. What they read, and what is in the file after they wrote, is compared \
         before anything is timed. Time\nis taken inside the program, around the work alone. Medians over {} rounds, in \
         which the libraries take turns, after one\nfor warming up; where a run is short, a turn has several. A ratio \
         is the median of the ratios of the rounds, so that what\nslows the machine down for a while does not count as \
         one library's.\n\n\
         `--quick` is for daily use: smaller work, few rounds. `--counts` counts instructions and allocations, \
         `--minimal` builds\nsmall programs; `--help` tells the rest.\n\n\
         Machine: {}.\n",
        results.arguments,
        results.rounds.0,
        machine::words()
    )?;
    libraries(&mut text, contenders)?;
    if !results.workloads.is_empty() {
        workloads::overview(&mut text, &results.workloads, contenders)?;
    }
    further::lateness(&mut text, &results.lateness, results.rounds.1)?;
    further::counted(&mut text, &results.counted)?;
    further::packing(&mut text, &results.packing)?;
    further::minimal(&mut text, &results.minimal)?;
    text += &remarks()?;
    for measured in &results.workloads {
        workloads::details(&mut text, measured)?;
    }
    Ok(text)
}

/// What each library is, and what its connections say of themselves.
fn libraries(text: &mut String, contenders: &[&'static Contender]) -> Result<(), Failure> {
    const SIZE: usize = 10;
    let folder = tempfile::tempdir()?;
    Program::start(&CONTENDERS[0])?.fill(Workload::Find, SIZE, folder.path())?;
    text.push_str("\n| library | version | SQLite | form |\n|---|---|---|---|\n");
    let mut told = Vec::new();
    for (n, contender) in contenders.iter().enumerate() {
        let own = folder.path().join(n.to_string());
        fs::create_dir(&own)?;
        fs::copy(folder.path().join(FILE), own.join(FILE))?;
        let mut program = Program::start(contender)?;
        program.prepare(Workload::Find, SIZE, &own)?;
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            contender.name,
            contender.version()?,
            program.sqlite_version()?,
            contender.form
        )?;
        told.push((contender.name, program.pragmas()?));
    }
    pragmas(text, &told)
}

/// A column for each pragma.
fn pragmas(text: &mut String, told: &[(&str, Vec<(String, String)>)]) -> Result<(), Failure> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in told.iter().flat_map(|(_, pragmas)| pragmas) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    write!(
        text,
        "\nWhat their connections answer when they are asked for pragmas (`synchronous` 1 is NORMAL, `temp_store` 2 is \
         memory,\n`cache_size` below 0 is KiB):\n\n| library | {} |\n|---|{}\n",
        names.join(" | "),
        "---:|".repeat(names.len())
    )?;
    for (library, pragmas) in told {
        write!(text, "| {library} |")?;
        for name in &names {
            let value = pragmas.iter().find(|p| p.0 == *name);
            write!(text, " {} |", value.map_or("–", |p| p.1.as_str()))?;
        }
        text.push('\n');
    }
    Ok(())
}

/// What people have to say of the results. It is kept apart, so that writing does not lose it.
fn remarks() -> Result<String, Failure> {
    let file = Path::new(BENCHES).join("REMARKS.md");
    let remarks = fs::read_to_string(&file).map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
    Ok(format!(
        "\n## Remarks\n\nWritten by hand in `benches/REMARKS.md`.\n\n{}\n",
        remarks.trim()
    ))
}
