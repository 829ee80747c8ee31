//! The machine in words.

use std::{fs, process::Command, thread};

/// Processors, memory, system and compiler, as far as the system tells.
pub fn words() -> String {
    let mut words = Vec::new();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    words.push(format!("{cores} processor{}", if cores == 1 { "" } else { "s" }));
    if let Some(model) = field("/proc/cpuinfo", "model name") {
        words.push(model);
    }
    let kib = field("/proc/meminfo", "MemTotal").and_then(|m| m.trim_end_matches(" kB").parse::<u64>().ok());
    if let Some(kib) = kib {
        words.push(format!(
            "{} GiB of memory",
            (kib as f64 / 1024.0 / 1024.0).round()
        ));
    }
    words.push(format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH));
    if let Some(rustc) = rustc() {
        words.push(rustc);
    }
    words.join(", ")
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|l| l.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn rustc() -> Option<String> {
    let out = Command::new("rustc").arg("--version").output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    // Without the commit in brackets.
    Some(text.split(" (").next()?.trim().to_owned())
}
