//! Tables that a query makes on the way.

use sqloquent_core::{Family, Result};

use super::Writer;
use crate::schema::derived::Recursive;

impl Writer {
    /// Writes the rows that steps reach, as a table.
    pub(super) fn recursive(&mut self, rows: &Recursive) -> Result<()> {
        self.push("(WITH RECURSIVE ");
        if let Some((name, columns, select)) = &rows.edges {
            self.with_name(name, columns)?;
            // Made once and not again for each step.
            self.push(match self.family() {
                Family::MySql => " AS (",
                _ => " AS MATERIALIZED (",
            });
            self.select(select)?;
            self.push("), ");
        }
        self.with_name(rows.name, &rows.columns)?;
        self.push(" AS (");
        self.select(&rows.base)?;
        // Without ALL: a row that was reached already is not gone on from.
        self.push(" UNION ");
        self.select(&rows.step)?;
        self.push(") ");
        self.select(&rows.result)?;
        self.push(")");
        Ok(())
    }

    fn with_name(&mut self, name: &str, columns: &[impl AsRef<str>]) -> Result<()> {
        self.name(name)?;
        self.push("(");
        self.list(columns, ", ", |w, column| w.name(column.as_ref()))?;
        self.push(")");
        Ok(())
    }
}
