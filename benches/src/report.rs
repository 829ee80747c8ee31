//! Tables of medians and ratios.

use std::{fmt, time::Duration};

pub struct Table {
    rounds: usize,
    rows: Vec<(String, Vec<Cell>)>,
}

struct Cell {
    library: &'static str,
    median: f64,
    low: f64,
    high: f64,
    per_operation: f64,
}

impl Table {
    pub fn new(rounds: usize) -> Self {
        Self { rounds, rows: Vec::new() }
    }

    pub fn add(&mut self, workload: &str, size: usize, times: Vec<(&'static str, Vec<Duration>)>) {
        let cells = times
            .into_iter()
            .map(|(library, mut times)| {
                times.sort();
                let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize].as_secs_f64();
                Cell {
                    library,
                    median: at(0.5),
                    low: at(0.25),
                    high: at(0.75),
                    per_operation: at(0.5) * 1e6 / size as f64,
                }
            })
            .collect();
        self.rows.push((workload.to_owned(), cells));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Medians of {} alternating rounds; ratio to raw rusqlite in the same run; quartiles in brackets.\n", self.rounds)?;
        writeln!(f, "| workload | library | ratio | median ms | quartiles ms | µs per operation or row | added µs |")?;
        writeln!(f, "|---|---|---:|---:|---:|---:|---:|")?;
        for (workload, cells) in &self.rows {
            let limit = cells.first();
            for cell in cells {
                let (ratio, added) = limit.map_or((1.0, 0.0), |l| {
                    (cell.median / l.median, cell.per_operation - l.per_operation)
                });
                writeln!(
                    f,
                    "| {workload} | {} | {ratio:.2}× | {:.2} | {:.2}–{:.2} | {:.2} | {added:+.2} |",
                    cell.library,
                    cell.median * 1e3,
                    cell.low * 1e3,
                    cell.high * 1e3,
                    cell.per_operation,
                )?;
            }
        }
        Ok(())
    }
}
