//! Relations whose owner holds the key of the related row.

use sqloquent_core::{Result, Value};

use super::{Saving, check_nullable};
use crate::{
    relation::rows::{pick, put},
    write::Origin,
};

impl Saving {
    pub(super) async fn save_belongs_to(&self, origin: Origin<'_>) -> Result<Option<Vec<Value>>> {
        let (def, changes, rows) = (&self.def, &self.changes, &self.related);
        if !changes.replace {
            return Ok(None);
        }
        let key = match changes.add.first() {
            None => {
                if !self.key.iter().any(Value::is_null) {
                    check_nullable(def, self.owners.table(), &def.owner_key)?;
                }
                vec![Value::Null; def.owner_key.len()]
            }
            Some(given) => {
                let known = rows.read_given(origin, std::iter::once(given)).await?;
                let row = match known.into_iter().next() {
                    Some(row) => row,
                    None => rows.insert(origin, self.unstored(given)?.clone()).await?,
                };
                pick(&row, &def.related_key)
            }
        };
        let mut after = self.owner.clone();
        put(&mut after, &def.owner_key, &key);
        self.owners.update(origin, self.owner.clone(), after).await
    }
}
