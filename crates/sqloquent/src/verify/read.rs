//! Verifying records where they are read.

use std::sync::Arc;

use sqloquent_core::{ErrorKind, Result, RowAccess, Value};

use super::{
    check_plain,
    rows::{Match, matches_id},
};
use crate::{
    content,
    expr::Mistake,
    query::{Decode, Query, Select},
    schema::TableDef,
    types::read_as,
    write::mismatch,
};

impl<S, T: 'static> Query<S, T> {
    /// The same query, whose records are verified as they are read: one that does not hold what its id is the hash of is
    /// an error, and is not given out. Say it last; what is loaded with the records is not verified.
    ///
    /// Other forms of the same content, as databases of other libraries hold them, are right. What the journal says is
    /// not looked at: that is what [`verify`](Self::verify) is for.
    ///
    /// ```
    /// use sqloquent::{ContentId, prelude::*};
    ///
    /// #[derive(Model, Clone, Debug)]
    /// #[model(hashed)]
    /// struct Doc {
    ///     #[model(id)]
    ///     id: ContentId,
    ///     title: String,
    /// }
    ///
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.create_tables::<(Doc,)>().await?;
    /// Doc::new("Notes").insert(&db).await?;
    /// let docs = Doc::query().verified();
    /// assert_eq!(docs.get(&db).await?.len(), 1);
    ///
    /// db.execute_script("update docs set title = 'Forged'").await?;
    /// assert_eq!(docs.get(&db).await.unwrap_err().kind(), ErrorKind::ContentMismatch);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The terminals give [`ErrorKind::ContentMismatch`] for a record that is not what its id says,
    /// [`ErrorKind::InvalidQuery`] for a query of several tables or of groups, and [`ErrorKind::Configuration`] for a
    /// model whose ids are no hashes.
    pub fn verified(self) -> Query<(), T> {
        let Self {
            mut select,
            decode,
            includes,
            ..
        } = self;
        if let Some(mistake) = mistake(&select) {
            select.mistake.get_or_insert_with(|| Box::new(mistake));
        }
        let table = select.base().clone();
        let checked = Decode::Closure(Arc::new(move |row: &dyn RowAccess| {
            let record = decode.row(row)?;
            if is_sound(&table, row)? {
                Ok(record)
            } else {
                Err(mismatch(&table))
            }
        }));
        let mut query = Query::from_parts(select, checked);
        query.includes = includes;
        query
    }
}

/// Why the rows of a query cannot be verified one by one.
fn mistake(select: &Select) -> Option<Mistake> {
    if let Err(e) = check_plain(select) {
        return Some(Mistake::from_error(&e));
    }
    let table = select.base();
    table.hashed.is_none().then(|| {
        Mistake::new(
            ErrorKind::Configuration,
            format!(
                "the ids of `{}` are no hashes, so that records cannot be verified by them; declare the model as hashed",
                table.model
            ),
        )
    })
}

/// Whether a row, which begins with the mapped columns, has the id of its content.
fn is_sound(table: &TableDef, row: &dyn RowAccess) -> Result<bool> {
    let mut values = Vec::with_capacity(table.columns.len());
    for (at, def) in table.mapped().enumerate() {
        match read_as(row.get(at)?, def.ty) {
            Ok(value) => values.push(value),
            // What the model can read all the same is in no form that a hash is made of.
            Err(_) => return Ok(false),
        }
    }
    let id = content::id_at(table).ok().and_then(|at| values.get(at));
    Ok(match id {
        Some(Value::Text(id)) => !matches!(matches_id(table, &values, id), Match::No),
        _ => false,
    })
}
