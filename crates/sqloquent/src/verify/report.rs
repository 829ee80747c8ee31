//! What a verification comes to.

use std::fmt;

use super::{Finding, FindingKind};

/// The findings of a verification.
///
/// Findings are kept up to a number ([`Verify::keep`](super::Verify::keep)), so that the report of a ruined database
/// does not outgrow memory; all are counted. `Display` writes what was looked at and a line for each finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// How many records were looked at.
    pub records: u64,
    /// How many archives of deleted records were looked at.
    pub archives: u64,
    /// How many journal rows were looked at.
    pub journal_rows: u64,
    findings: Vec<Finding>,
    counts: [u64; FindingKind::ALL.len()],
}

impl Report {
    /// The findings, in the order in which they were made.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The kept findings of a kind.
    pub fn of(&self, kind: FindingKind) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |f| f.kind == kind)
    }

    /// How many findings of a kind there are, kept or not.
    #[must_use]
    pub fn count(&self, kind: FindingKind) -> u64 {
        self.counts[kind.position()]
    }

    /// How many findings there are, kept or not.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether nothing is in doubt: no finding but other forms of right content, orphans, and what is of models that
    /// the verification was not told of.
    ///
    /// ```
    /// use std::process::ExitCode;
    ///
    /// fn exit_code(report: &sqloquent::verify::Report) -> ExitCode {
    ///     if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    /// }
    /// assert_eq!(exit_code(&Default::default()), ExitCode::SUCCESS);
    /// ```
    #[must_use]
    pub fn is_clean(&self) -> bool {
        FindingKind::ALL
            .iter()
            .all(|kind| !kind.is_damage() || self.count(*kind) == 0)
    }

    pub(super) fn add(&mut self, finding: Finding, keep: usize) {
        self.counts[finding.kind.position()] += 1;
        if self.findings.len() < keep {
            self.findings.push(finding);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} records, {} archives, {} journal rows: ",
            self.records, self.archives, self.journal_rows
        )?;
        if self.total() == 0 {
            return f.write_str("nothing found");
        }
        for (i, kind) in FindingKind::ALL
            .iter()
            .filter(|k| self.count(**k) > 0)
            .enumerate()
        {
            let comma = if i > 0 { ", " } else { "" };
            write!(f, "{comma}{} × {kind}", self.count(*kind))?;
        }
        for finding in &self.findings {
            write!(f, "\n{finding}")?;
        }
        let more = self.total() - self.findings.len() as u64;
        if more > 0 {
            write!(f, "\n… and {more} more")?;
        }
        Ok(())
    }
}
