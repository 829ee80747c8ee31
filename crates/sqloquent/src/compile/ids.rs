//! Lists of ids in columns: whether one has an id, and their ids as rows.

use sqloquent_core::{Family, Result, Value};

use super::Writer;
use crate::{
    expr::{Expr, Listed},
    schema::{ColumnType, derived::Ids},
    types::id_text,
};

impl Writer {
    /// Writes whether a list has an id. By whole ids: a piece of an id, or several ids of a list at once, are none.
    pub(super) fn listed(&mut self, listed: &Listed) -> Result<()> {
        let Listed { list, id } = listed;
        match (self.family(), id) {
            (Family::Postgres, _) => {
                self.id_as_text(id)?;
                self.push(" = ANY(string_to_array(coalesce(");
                self.expr(list)?;
                self.push(", ''), ','))");
            }
            (Family::MySql, _) => {
                self.push("FIND_IN_SET(");
                self.id_as_text(id)?;
                self.push(" COLLATE utf8mb4_bin, coalesce(");
                self.expr(list)?;
                self.push(", '')) > 0");
            }
            (_, Expr::Value(value)) => {
                let text = id_text(value.as_ref())?;
                let bounded = format!(",{text},");
                // Most lists are put aside by the first test, which makes no new text.
                self.push("coalesce(instr(");
                self.expr(list)?;
                self.push(", ");
                self.param_owned(Value::Text(text))?;
                self.push(") AND instr(',' || ");
                self.operand(list)?;
                self.push(" || ',', ");
                self.param_owned(Value::Text(bounded))?;
                self.push("), 0)");
            }
            _ => {
                self.push("coalesce(instr(',' || ");
                self.operand(list)?;
                self.push(" || ',', ',' || ");
                self.operand(id)?;
                self.push(" || ',') > 0");
                if !free_of_commas(id.column_type()) {
                    self.push(" AND ");
                    self.operand(id)?;
                    self.push(" <> '' AND instr(");
                    self.operand(id)?;
                    self.push(", ',') = 0");
                }
                self.push(", 0)");
            }
        }
        Ok(())
    }

    fn id_as_text(&mut self, id: &Expr) -> Result<()> {
        let my_sql = self.family() == Family::MySql;
        if let Expr::Value(value) = id {
            let text = Value::Text(id_text(value.as_ref())?);
            // Beside a parameter alone MySQL would take the collation of the connection's text.
            self.push(if my_sql { "CONVERT(" } else { "CAST(" });
            self.param_owned(text)?;
        } else {
            self.push(if my_sql { "CONVERT(" } else { "CAST(" });
            self.expr(id)?;
        }
        self.push(if my_sql { " USING utf8mb4)" } else { " AS text)" });
        Ok(())
    }

    /// Writes a row for each id of a list: joined to the tables before it, if there are any.
    pub(super) fn ids(&mut self, ids: &Ids, name: &str, joined: bool) -> Result<()> {
        self.push(match self.family() {
            _ if !joined => "",
            Family::Postgres => " CROSS JOIN ",
            _ => " JOIN ",
        });
        match self.family() {
            Family::Postgres => {
                self.push("unnest(");
                let cast = match ids.ty {
                    ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 => Some("bigint"),
                    ColumnType::Uuid => Some("uuid"),
                    _ => None,
                };
                self.push(if cast.is_some() { "CAST(" } else { "" });
                self.push("array_remove(string_to_array(");
                self.expr(&ids.list)?;
                self.push(", ','), '')");
                if let Some(cast) = cast {
                    self.push(" AS ");
                    self.push(cast);
                    self.push("[])");
                }
                self.push(") AS ");
                self.name(name)?;
                self.push("(");
                self.name(Ids::COLUMN)?;
                self.push(")");
            }
            Family::MySql => {
                // An empty place would be the number 0 to who compares it with one, and an empty list has no rows.
                self.push("JSON_TABLE(CONCAT('[', REPLACE(JSON_QUOTE(nullif(trim(BOTH ',' FROM ");
                self.expr(&ids.list)?;
                self.push("), '')), ',', '\",\"'), ']'), '$[*]' COLUMNS (");
                self.name(Ids::COLUMN)?;
                self.push(" LONGTEXT PATH '$')) AS ");
                self.named_ids(name, joined)?;
            }
            _ => {
                // As a list in JSON: each comma between ids becomes one between texts.
                self.push("json_each('[' || replace(json_quote(coalesce(");
                self.expr(&ids.list)?;
                self.push(", '')), ',', '\",\"') || ']') AS ");
                self.named_ids(name, joined)?;
            }
        }
        Ok(())
    }

    /// Writes the name of the rows, and that empty places are none of them.
    fn named_ids(&mut self, name: &str, joined: bool) -> Result<()> {
        self.name(name)?;
        if !joined {
            return Ok(());
        }
        self.push(" ON ");
        self.name(name)?;
        self.push(".");
        self.name(Ids::COLUMN)?;
        self.push(" <> ''");
        Ok(())
    }
}

/// Whether no id of a type holds a comma or is empty.
fn free_of_commas(ty: ColumnType) -> bool {
    matches!(
        ty,
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 | ColumnType::Uuid
    )
}
