//! The format under content ids beside the Python package that it comes from, on the vectors of both.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use harness::Failure;

use crate::contender::{BENCHES, cargo};

/// What is compared, as both programs print it.
const COMPARED: [&str; 2] = ["pack all vectors", "unpack all vectors"];

/// What one kind of work took.
pub struct Packing {
    pub name: &'static str,
    /// Microseconds of the Python package.
    pub python: f64,
    /// Microseconds of the crate `packify`.
    pub ours: f64,
}

/// Runs both programs, which take the least of several averages.
pub fn measure(interpreter: &str) -> Result<Vec<Packing>, Failure> {
    let folder = Path::new(BENCHES).join("../crates/packify");
    let ours = printed(
        cargo()
            .args([
                "run",
                "--release",
                "--quiet",
                "--example",
                "speed",
                "--manifest-path",
            ])
            .arg(folder.join("Cargo.toml")),
    )?;
    let python = printed(Command::new(interpreter).arg(folder.join("examples/speed/speed.py")))?;
    COMPARED
        .into_iter()
        .map(|name| {
            Ok(Packing {
                name,
                python: figure(&python, name)?,
                ours: figure(&ours, name)?,
            })
        })
        .collect()
}

fn printed(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("{} cannot be run: {e}", command.get_program().display()))?;
    if !output.status.success() {
        let program = command.get_program().display().to_string();
        return Err(format!("{program} failed; the interpreter needs the package packify").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The microseconds of a line that begins so.
fn figure(printed: &str, name: &str) -> Result<f64, Failure> {
    let found = printed.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(name)?;
        rest.split_whitespace().next()?.parse().ok()
    });
    found.ok_or_else(|| format!("nothing was printed of `{name}`").into())
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn figures_stand_behind_their_names() {
        let printed = "pack all vectors   12.50 us\nunpack all vectors      3.00 us\n";
        assert_eq!(figure(printed, "pack all vectors").ok(), Some(12.5));
        assert_eq!(figure(printed, "unpack all vectors").ok(), Some(3.0));
        assert!(figure(printed, "pack nothing").is_err());
    }
}
