//! Whether statements fire triggers: what those do is nobody else's business, so such a statement shares no transaction.

use sqloquent_core::{Sql, Statement};

use crate::connection::Connection;

/// The texts of a statement that fires nothing, as far as is known; none where it may. Either of its texts may be what
/// runs.
pub(super) fn texts_that_fire_nothing(connection: &Connection, statement: &Statement) -> Option<Vec<Sql>> {
    if !statement.cached || !connection.database.keeps() {
        return None;
    }
    let given = statement.as_given.as_ref().map(|given| &given.sql);
    let texts: Vec<Sql> = [Some(&statement.sql), given]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    (!any_fires(connection, &texts)).then_some(texts)
}

/// Whether a writing statement of one of these texts fires triggers, or has foreign keys change other rows. Where SQLite
/// has prepared one anew since that was asked, because the schema was changed, it is asked once more. What cannot be found
/// out counts as if it did.
pub(super) fn any_fires(connection: &Connection, texts: &[Sql]) -> bool {
    texts.iter().any(|sql| {
        let Ok(mut prepared) = connection.database.prepare(sql, true) else {
            return true;
        };
        prepared.fires(|| has_programs(connection.raw(), sql).unwrap_or(true))
    })
}

/// Whether SQLite's machine calls programs where it runs a statement. Asking does not run it.
fn has_programs(raw: &rusqlite::Connection, sql: &str) -> rusqlite::Result<bool> {
    let mut explained = raw.prepare(&format!("EXPLAIN {sql}"))?;
    let mut steps = explained.raw_query();
    while let Some(step) = steps.next()? {
        if step.get_ref("opcode")?.as_str()? == "Program" {
            return Ok(true);
        }
    }
    Ok(false)
}
