//! Asking engines what is there.

use sqloquent_core::{Dialect, Family, Result, Value};

use super::{Compiled, Writer, compile};
use crate::schema::TableDef;

impl Writer {
    /// Writes a query for the columns of a table or view, a row for each: its name, and what it is a column of
    /// (see [`is_table`]). No rows when there is no such table.
    pub(crate) fn existing_columns(&mut self, name: &str) -> Result<()> {
        let (schema, alone) = match name.split_once('.') {
            Some((schema, alone)) => (Some(schema), alone),
            None => (None, name),
        };
        let text = |text: &str| Value::Text(text.to_owned());
        match self.family() {
            Family::Sqlite => {
                self.push("SELECT c.name, (SELECT t.type FROM pragma_table_list(");
                self.param_owned(text(alone))?;
                self.push(") AS t");
                if let Some(schema) = schema {
                    self.push(" WHERE t.schema = ");
                    self.param_owned(text(schema))?;
                }
                self.push(" LIMIT 1) FROM pragma_table_xinfo(");
                self.param_owned(text(alone))?;
                if let Some(schema) = schema {
                    self.push(", ");
                    self.param_owned(text(schema))?;
                }
                self.push(") AS c");
            }
            Family::Postgres => {
                // Looked up as a statement would look it up, along the search path.
                let quoted = compile(self.dialect, |w| w.table_name(name))?.sql;
                self.push(
                    "SELECT CAST(a.attname AS text), CAST(c.relkind AS text) FROM pg_catalog.pg_class AS c \
                     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid \
                     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid = to_regclass(CAST(",
                );
                self.param_owned(Value::Text(quoted))?;
                self.push(" AS text))");
            }
            _ => {
                self.push(
                    "SELECT c.column_name, t.table_type FROM information_schema.columns AS c \
                     JOIN information_schema.tables AS t ON t.table_schema = c.table_schema \
                     AND t.table_name = c.table_name WHERE c.table_schema = ",
                );
                match schema {
                    Some(schema) => self.param_owned(text(schema))?,
                    None => self.push("DATABASE()"),
                }
                self.push(" AND c.table_name = ");
                self.param_owned(text(alone))?;
            }
        }
        Ok(())
    }
}

/// A query of SQLite for the columns of a table, a row for each: its name, what it is declared as, its place in the
/// primary key, how many columns that has, and whether the table does nothing with its rows but hold them: it has no
/// triggers, counts no numbers beside them, and resolves no conflicts by itself. None for a table of another file.
pub(crate) fn plain_columns(dialect: Dialect, name: &str) -> Result<Option<Compiled>> {
    let alone = match name.split_once('.') {
        Some(("main", alone)) => alone,
        Some(_) => return Ok(None),
        None => name,
    };
    compile(dialect, |w| {
        let parts = [
            "SELECT c.name, c.type, c.pk, (SELECT max(k.pk) FROM pragma_table_xinfo(",
            ") AS k), (SELECT min(t.schema = 'main' AND t.type = 'table' AND t.wr = 0) FROM pragma_table_list(",
            ") AS t) AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema AS s WHERE s.tbl_name = ",
            " COLLATE NOCASE AND (s.type = 'trigger' OR s.sql LIKE '%autoincrement%' OR s.sql LIKE '%conflict%')) \
             AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema AS s WHERE s.type = 'trigger' AND s.tbl_name = ",
            " COLLATE NOCASE) FROM pragma_table_xinfo(",
        ];
        for part in parts {
            w.push(part);
            w.param_owned(Value::Text(alone.to_owned()))?;
        }
        w.push(") AS c");
        Ok(())
    })
    .map(Some)
}

/// A query for the largest value of a column.
pub(crate) fn largest(dialect: Dialect, table: &TableDef, at: usize) -> Result<Compiled> {
    compile(dialect, |w| {
        w.push("SELECT max(");
        w.name(&table.columns[at].name)?;
        w.push(") FROM ");
        w.table_name(&table.name)
    })
}

/// Whether what an engine says of a relation means a table that can have indexes, not a view or something else.
pub(crate) fn is_table(family: Family, kind: &str) -> bool {
    match family {
        Family::Sqlite => kind == "table",
        Family::Postgres => matches!(kind, "r" | "p"),
        _ => kind == "BASE TABLE",
    }
}
