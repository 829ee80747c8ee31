//! The same small program with each library: what it costs to build and to write.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use harness::Failure;
use indicatif::ProgressBar;

use crate::contender::{BENCHES, Contender, cargo};

/// What every one of them has to print.
const EXPECTED: &str = include_str!("../../minimal/expected.txt");

/// What the program with one library costs.
pub struct Minimal {
    pub name: &'static str,
    /// Seconds of a release build with all that it depends on.
    pub build: f64,
    /// Seconds of processor time in it, where the system tells.
    pub processor: Option<f64>,
    /// Crates that were built.
    pub crates: usize,
    /// Bytes of the program without symbols.
    pub bytes: u64,
    /// Lines of the program that are neither empty nor comments.
    pub lines: usize,
}

/// Builds, runs and weighs each of them that is there.
pub fn measure(contenders: &[&'static Contender], bar: &ProgressBar) -> Result<Vec<Minimal>, Failure> {
    let mut all = Vec::new();
    for contender in Contender::programs(contenders) {
        let folder = PathBuf::from(format!("{BENCHES}/minimal/{}", contender.folder));
        if folder.exists() {
            all.push(of(contender, &folder)?);
        } else {
            bar.println(format!("there is no minimal program with {}", contender.name));
        }
        bar.inc(1);
    }
    Ok(all)
}

fn of(contender: &Contender, folder: &Path) -> Result<Minimal, Failure> {
    let name = contender.name;
    let manifest = folder.join("Cargo.toml");
    let fetched = cargo()
        .args(["fetch", "--quiet", "--locked", "--manifest-path"])
        .arg(&manifest)
        .status()?;
    if !fetched.success() {
        return Err(format!("what the minimal program with {name} depends on cannot be fetched").into());
    }

    // On the same disk as the other builds: places for temporary files are often small.
    fs::create_dir_all(format!("{BENCHES}/target"))?;
    let target = tempfile::tempdir_in(format!("{BENCHES}/target"))?;
    let (begin, begin_processor) = (Instant::now(), processor_of_children());
    let built = cargo()
        .args(["build", "--release", "--quiet", "--locked", "--offline"])
        .args(["--message-format", "json", "--manifest-path"])
        .arg(&manifest)
        .arg("--target-dir")
        .arg(target.path())
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
        // Nothing may come from a cache.
        .env("RUSTC_WRAPPER", "")
        .stderr(Stdio::inherit())
        .output()?;
    let build = begin.elapsed().as_secs_f64();
    let processor = processor_of_children()
        .zip(begin_processor)
        .map(|(end, begin)| end - begin);
    let (crates, program) = artifacts(&String::from_utf8(built.stdout)?)?;
    let program = program
        .filter(|_| built.status.success())
        .ok_or_else(|| format!("the minimal program with {name} does not build"))?;

    let files = tempfile::tempdir()?;
    let printed = Command::new(&program)
        .arg(files.path().join("minimal.db"))
        .output()?;
    let text = String::from_utf8_lossy(&printed.stdout);
    if !printed.status.success() || text != EXPECTED {
        let error = String::from_utf8_lossy(&printed.stderr);
        return Err(format!("the minimal program with {name} printed {text:?} {error}").into());
    }
    Ok(Minimal {
        name,
        build,
        processor,
        crates,
        bytes: fs::metadata(&program)?.len(),
        lines: lines(&fs::read_to_string(folder.join("src/main.rs"))?),
    })
}

/// How many packages cargo built, and the program that came of them.
fn artifacts(messages: &str) -> Result<(usize, Option<PathBuf>), Failure> {
    let mut packages = Vec::new();
    let mut program = None;
    for line in messages.lines() {
        let message: serde_json::Value = serde_json::from_str(line)?;
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        if let Some(package) = message["package_id"].as_str()
            && !packages.iter().any(|p| p == package)
        {
            packages.push(package.to_owned());
        }
        if let Some(path) = message["executable"].as_str() {
            program = Some(PathBuf::from(path));
        }
    }
    Ok((packages.len(), program))
}

/// Lines that are neither empty nor comments.
fn lines(source: &str) -> usize {
    source
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

/// Seconds of processor time of all processes that this one has waited for, where the system tells.
fn processor_of_children() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    children_time(&text)
}

/// The fields 16 and 17, in hundredths of seconds. The second may hold spaces, and ends with the last bracket.
fn children_time(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::{artifacts, children_time, lines};

    #[test]
    fn comments_and_empty_lines_do_not_count() {
        assert_eq!(
            lines("//! Head.\n\nfn main() {\n    // Why.\n    run(); // how\n}\n"),
            3
        );
    }

    #[test]
    fn packages_count_once_however_many_artifacts_they_have() {
        let messages = r#"{"reason":"compiler-artifact","package_id":"a","executable":null}
{"reason":"build-script-executed","package_id":"a"}
{"reason":"compiler-artifact","package_id":"a","executable":null}
{"reason":"compiler-artifact","package_id":"b","executable":"/t/b"}
{"reason":"build-finished","success":true}"#;
        let (packages, program) = artifacts(messages).unwrap();
        assert_eq!((packages, program), (2, Some("/t/b".into())));
    }

    #[test]
    fn times_of_children_come_after_the_name() {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 11 12 150 50 20 0";
        assert_eq!(children_time(stat), Some(2.0));
    }
}
