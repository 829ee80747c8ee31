//! What a table does with the rows that are inserted.

use rusqlite::{Connection, params};
use sqloquent_core::{Affinity, AsGiven, Value};

/// How a column holds what is stored in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    affinity: Affinity,
    /// Whether it is the number of the row.
    pub(super) numbers_rows: bool,
}

impl Held {
    /// Whether it holds the value in the very form in which it is bound.
    pub(super) fn as_bound(self, value: &Value) -> bool {
        use Affinity as A;
        match value {
            Value::Null | Value::Bytes(_) => true,
            Value::Int(_) | Value::Bool(_) => matches!(self.affinity, A::Integer | A::Numeric | A::Blob),
            // The sign of zero is lost, and what is no number is refused.
            Value::Float(v) => {
                !v.is_nan()
                    && v.to_bits() != (-0.0_f64).to_bits()
                    && matches!(self.affinity, A::Real | A::Blob)
            }
            Value::Text(_)
            | Value::Decimal(_)
            | Value::Json(_)
            | Value::Uuid(_)
            | Value::Timestamp(_)
            | Value::DateTime(_)
            | Value::Date(_)
            | Value::Time(_) => matches!(self.affinity, A::Text | A::Blob),
            _ => false,
        }
    }
}

/// A row for each column: its name, the type it is declared with, whether it is the whole primary key, and whether the
/// table only holds its rows: it is an ordinary one of this very file, has no triggers, and resolves no conflicts by
/// itself; and whether the file's text is of the form in which it is bound.
const LOOK: &str = "SELECT c.name, c.type, c.pk = 1 AND (SELECT max(k.pk) FROM pragma_table_xinfo(?1) AS k) = 1, \
    (SELECT min(t.schema = 'main' AND t.type = 'table' AND t.wr = 0) FROM pragma_table_list(?1) AS t) \
    AND (SELECT encoding = 'UTF-8' FROM pragma_encoding) \
    AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema AS s WHERE s.tbl_name = ?1 COLLATE NOCASE \
    AND (s.type = 'trigger' OR s.sql LIKE '%conflict%')) \
    AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema AS s WHERE s.type = 'trigger' AND s.tbl_name = ?1 COLLATE NOCASE) \
    FROM pragma_table_xinfo(?1) AS c WHERE c.hidden = 0";

/// How the table holds the columns that are given. None where it may do more than hold them, or cannot be asked.
pub(super) fn look(raw: &Connection, given: &AsGiven) -> Option<Box<[Held]>> {
    let alone = match given.table.split_once('.') {
        Some(("main", alone)) => alone,
        Some(_) => return None,
        None => &given.table,
    };
    let mut statement = raw.prepare(LOOK).ok()?;
    let found = statement.query_map(params![alone], |row| {
        let (name, declared): (String, String) = (row.get(0)?, row.get(1)?);
        let (is_key, is_plain): (Option<bool>, Option<bool>) = (row.get(2)?, row.get(3)?);
        Ok((name, declared, is_key == Some(true), is_plain == Some(true)))
    });
    let found: Vec<_> = found.ok()?.collect::<Result<_, _>>().ok()?;
    let held = |column: &sqloquent_core::GivenColumn| {
        let (_, declared, is_key, is_plain) = found
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(&column.name))?;
        let held = Held {
            affinity: Affinity::of_declared(declared),
            numbers_rows: *is_key && declared.eq_ignore_ascii_case("INTEGER"),
        };
        (*is_plain && (column.parameter.is_some() || held.numbers_rows)).then_some(held)
    };
    given.columns.iter().map(held).collect()
}
