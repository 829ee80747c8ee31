//! Resident memory of this process, where the system tells.

use std::fs;

/// Resident memory at one point.
pub struct Memory {
    before: f64,
}

impl Memory {
    /// Sets the peak back to what is resident now. `None` where the system has no such thing.
    pub fn watch() -> Option<Self> {
        fs::write("/proc/self/clear_refs", "5").ok()?;
        Some(Self {
            before: kib("VmRSS:")?,
        })
    }

    /// MiB by which the peak went beyond the start, and the peak.
    pub fn figures(self) -> Option<[(&'static str, f64); 2]> {
        let peak = kib("VmHWM:")?;
        Some([
            ("peak_mib", peak / 1024.0),
            ("growth_mib", (peak - self.before) / 1024.0),
        ])
    }
}

fn kib(name: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status
        .lines()
        .find_map(|l| l.strip_prefix(name))?
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()
}
