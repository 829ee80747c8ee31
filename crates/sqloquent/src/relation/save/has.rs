//! Relations whose related rows hold the owner's key.

use sqloquent_core::{Result, Value};

use super::{Saving, check_nullable};
use crate::{
    relation::{
        rows::{pick, put},
        statement::of_owner,
    },
    write::{Origin, key_of},
};

impl Saving {
    pub(super) async fn save_has(&self, origin: Origin<'_>) -> Result<()> {
        let (def, changes, rows) = (&self.def, &self.changes, &self.related);
        let columns = &*def.related_key;
        let mut known = rows
            .read_given(origin, changes.add.iter().chain(&changes.remove))
            .await?;
        if changes.replace && !self.key.iter().any(Value::is_null) {
            let mut now = rows.all();
            now.filter.push(of_owner(def, now.slot, &self.key));
            for row in rows.read(origin, &now).await? {
                if rows.find(&known, &key_of(rows.table(), &row)).is_none() {
                    known.push(row);
                }
            }
        }
        let is_added = |row: &[Value]| {
            let key = key_of(rows.table(), row);
            changes.add.iter().any(|a| a.key.as_ref() == Some(&key))
        };
        let held = |row: &Vec<Value>| pick(row, columns) == self.key;
        let gone: Vec<Vec<Value>> = known
            .iter()
            .filter(|r| held(r) && !is_added(r))
            .map(|r| key_of(rows.table(), r))
            .collect();
        let taken: Vec<Vec<Value>> = known
            .iter()
            .filter(|r| !held(r) && is_added(r))
            .map(|r| key_of(rows.table(), r))
            .collect();
        // First out, then in: there may be room for one only.
        if !gone.is_empty() {
            check_nullable(def, rows.table(), columns)?;
            let nulls = vec![Value::Null; columns.len()];
            rows.set(origin, &rows.by_keys(&gone)?, columns, &nulls).await?;
        }
        if !taken.is_empty() {
            let key = self.owner_key()?;
            rows.set(origin, &rows.by_keys(&taken)?, columns, key).await?;
        }
        for given in &changes.add {
            let stored = given.key.as_ref().and_then(|k| rows.find(&known, k));
            if stored.is_none() {
                let mut row = self.unstored(given)?.clone();
                put(&mut row, columns, self.owner_key()?);
                rows.insert(origin, row).await?;
            }
        }
        Ok(())
    }
}
