//! The tables of the workloads.

use std::fmt::Write as _;

use harness::{Failure, Workload};

use crate::{contender::Contender, measure::Measured};

/// A row for each workload, a column for each library.
pub fn overview(text: &mut String, results: &[Measured], contenders: &[&Contender]) -> Result<(), Failure> {
    text.push_str("\n## Ratios to the limit\n\nTime in relation to that of raw rusqlite: less is better.\n\n| workload |");
    for contender in contenders {
        write!(text, " {} |", contender.name)?;
    }
    write!(text, "\n|---|{}\n", "---:|".repeat(contenders.len()))?;
    let (own, all): (Vec<_>, Vec<_>) = results.iter().partition(|m| m.workload.is_ours_alone());
    for measured in all {
        write!(
            text,
            "| [{}](#{}) |",
            measured.workload.name(),
            measured.workload.name()
        )?;
        for contender in contenders {
            match measured.rows.iter().find(|r| r.name == contender.name) {
                Some(row) => write!(text, " {:.2}× |", row.ratio)?,
                None => text.push_str(" – |"),
            }
        }
        text.push('\n');
    }
    if own.is_empty() {
        return Ok(());
    }
    text.push_str(
        "\n## Ratios to our own plain form\n\nWhat other libraries have nothing for, compared with the least that is \
         asked for without it.\n\n| workload | plain | ratio of each |\n|---|---|---|\n",
    );
    for measured in own {
        let Some((plain, others)) = measured.rows.split_first() else {
            continue;
        };
        let others: Vec<_> = others
            .iter()
            .map(|row| format!("{} {:.2}×", row.name, row.ratio))
            .collect();
        let name = measured.workload.name();
        writeln!(
            text,
            "| [{name}](#{name}) | {} | {} |",
            plain.name,
            others.join("; ")
        )?;
    }
    Ok(())
}

/// The table of one workload.
pub fn details(text: &mut String, measured: &Measured) -> Result<(), Failure> {
    let Measured { workload, size, rows } = measured;
    let figures = figures_of(*workload);
    write!(text, "\n## {}\n\n", workload.name())?;
    let description = workload.description();
    write!(
        text,
        "{}{}. {size} operations or rows.\n\n",
        description[..1].to_uppercase(),
        &description[1..]
    )?;
    text.push_str("| library | ratio | median ms | quartiles ms | µs each | added µs |");
    for (_, title) in figures {
        write!(text, " {title} |")?;
    }
    write!(text, "\n|---|{}\n", "---:|".repeat(5 + figures.len()))?;
    let each = |seconds: f64| seconds * 1e6 / *size as f64;
    for row in rows {
        write!(
            text,
            "| {} | {:.2}× | {:.2} | {:.2}–{:.2} | {:.2} | {:+.2} |",
            row.name,
            row.ratio,
            row.time.median * 1e3,
            row.time.low * 1e3,
            row.time.high * 1e3,
            each(row.time.median),
            each(row.added),
        )?;
        for (name, _) in figures {
            match *name {
                "per_second" => write!(text, " {:.0} |", *size as f64 / row.time.median)?,
                name => match row.figures.iter().find(|f| f.0 == name) {
                    Some((_, figure)) => write!(text, " {figure:.1} |")?,
                    None => text.push_str(" – |"),
                },
            }
        }
        text.push('\n');
    }
    Ok(())
}

/// Which further figures count, and their titles.
fn figures_of(workload: Workload) -> &'static [(&'static str, &'static str)] {
    match workload {
        Workload::Mixed => &[
            ("per_second", "operations a second"),
            ("p50_us", "median µs"),
            ("p99_us", "99 % below µs"),
        ],
        Workload::GoThrough => &[("growth_mib", "memory grows by MiB"), ("peak_mib", "peak MiB")],
        _ => &[],
    }
}
