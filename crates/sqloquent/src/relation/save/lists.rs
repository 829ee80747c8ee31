//! Relations by lists of ids.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::Saving;
use crate::{
    relation::{member::Given, rows::pick, statement::of_owner},
    schema::TableDef,
    types::{IdList, SqlType as _, ValueError, id_text},
    write::{Origin, key_of, not_found},
};

impl Saving {
    /// The owner's list names the related rows.
    pub(super) async fn save_contains(&self, origin: Origin<'_>) -> Result<Option<Vec<Value>>> {
        let (def, changes, rows) = (&self.def, &self.changes, &self.related);
        let Some(&column) = def.owner_key.first() else {
            return Ok(None);
        };
        if changes.add.is_empty() && changes.remove.is_empty() && !changes.replace {
            return Ok(None);
        }
        // As it is stored: somebody else may have changed it since the owner was read.
        let table = self.owners.table();
        let key = key_of(table, &self.owner);
        let stored = self.owners.read(origin, &self.owners.by_keys(&[key])?).await?;
        let stored = stored.into_iter().next().ok_or_else(|| not_found(table))?;
        let mut before = self.owner.clone();
        before[column] = stored[column].clone();

        let known = rows
            .read_given(origin, changes.add.iter().chain(&changes.remove))
            .await?;
        let mut list = read(table, column, &stored)?;
        if changes.replace {
            list.clear();
        }
        for given in &changes.remove {
            let row = given.key.as_ref().and_then(|k| rows.find(&known, k));
            match row {
                Some(row) => self.take_out(&mut list, &pick(row, &def.related_key))?,
                // A row that is there no longer is known by the id that it was given by.
                None if *def.related_key == *rows.table().key => {
                    self.take_out(&mut list, given.key.as_deref().unwrap_or_default())?;
                }
                None => {}
            }
        }
        for given in &changes.add {
            let known = given.key.as_ref().and_then(|k| rows.find(&known, k)).cloned();
            let row = match known {
                Some(row) => row,
                None => rows.insert(origin, self.unstored(given)?.clone()).await?,
            };
            self.put_in(&mut list, &pick(&row, &def.related_key))?;
        }
        let mut after = before.clone();
        write(table, column, &mut after, &list)?;
        self.owners.update(origin, before, after).await
    }

    /// The lists of the related rows name the owner.
    pub(super) async fn save_within(&self, origin: Origin<'_>) -> Result<()> {
        let (def, changes, rows) = (&self.def, &self.changes, &self.related);
        let Some(&column) = def.related_key.first() else {
            return Ok(());
        };
        let owner = self.owner_key()?;
        let mut known = rows
            .read_given(origin, changes.add.iter().chain(&changes.remove))
            .await?;
        if changes.replace {
            let mut now = rows.all();
            now.filter.push(of_owner(def, now.slot, owner));
            for row in rows.read(origin, &now).await? {
                if rows.find(&known, &key_of(rows.table(), &row)).is_none() {
                    known.push(row);
                }
            }
        }
        let is_among = |all: &[Given], row: &[Value]| {
            let key = key_of(rows.table(), row);
            all.iter().any(|g| g.key.as_ref() == Some(&key))
        };
        for row in &known {
            let mut list = read(rows.table(), column, row)?;
            if is_among(&changes.add, row) {
                self.put_in(&mut list, owner)?;
            } else if changes.replace || is_among(&changes.remove, row) {
                self.take_out(&mut list, owner)?;
            }
            let mut after = row.clone();
            write(rows.table(), column, &mut after, &list)?;
            rows.update(origin, row.clone(), after).await?;
        }
        for given in &changes.add {
            if given.key.as_ref().and_then(|k| rows.find(&known, k)).is_some() {
                continue;
            }
            let mut row = self.unstored(given)?.clone();
            let mut list = read(rows.table(), column, &row)?;
            self.put_in(&mut list, owner)?;
            write(rows.table(), column, &mut row, &list)?;
            rows.insert(origin, row).await?;
        }
        Ok(())
    }

    fn put_in(&self, list: &mut IdList<String>, id: &[Value]) -> Result<()> {
        let text = self.text(id)?;
        list.insert(text).map_err(|e| self.refused(&e))?;
        Ok(())
    }

    fn take_out(&self, list: &mut IdList<String>, id: &[Value]) -> Result<()> {
        list.remove(&*self.text(id)?);
        Ok(())
    }

    fn text(&self, id: &[Value]) -> Result<String> {
        let id = id.first().cloned().unwrap_or_default();
        id_text(id.as_ref()).map_err(|e| self.refused(&e))
    }

    #[cold]
    fn refused(&self, e: &ValueError) -> Error {
        Error::new(
            ErrorKind::InvalidValue,
            format!("cannot change `{}`: {e}", self.def.path()),
        )
        .with_table(self.def.owner.name.clone().into_owned())
    }
}

/// The list in a row. Its ids are told apart by their text, whatever they are.
fn read(table: &TableDef, column: usize, row: &[Value]) -> Result<IdList<String>> {
    let value = row.get(column).cloned().unwrap_or_default();
    IdList::from_value(value.as_ref()).map_err(|e| e.reading(&table.name, &table.columns[column].name))
}

/// Puts a list into a row. One that is the same, in another form or NULL, stays as it is.
fn write(table: &TableDef, column: usize, row: &mut [Value], list: &IdList<String>) -> Result<()> {
    if read(table, column, row)? == *list {
        return Ok(());
    }
    let value = list.to_value();
    row[column] = value.map_err(|e| e.writing(&table.name, &table.columns[column].name))?;
    Ok(())
}
