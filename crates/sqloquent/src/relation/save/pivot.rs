//! Relations by a pivot.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::Saving;
use crate::{
    expr::{Assignment, BinaryOp, Expr},
    query::Select,
    relation::{
        Via, columns_at,
        member::Given,
        rows::{ValueRows, pick},
    },
    write::{self, Origin},
};

impl Saving {
    pub(super) async fn save_pivot(&self, origin: Origin<'_>, pivot: &ValueRows) -> Result<()> {
        let (def, changes) = (&self.def, &self.changes);
        let Some(via) = &def.via else { return Ok(()) };
        let owner = self.owner_key()?;
        let there = pivot.read(origin, &pairs(pivot, via, owner, None)).await?;
        let held: Vec<Vec<Value>> = there.iter().map(|r| pick(r, &via.related_key)).collect();
        let mut related = self
            .related
            .read_given(origin, changes.add.iter().chain(&changes.toggle))
            .await?;
        let mut gone: Vec<Vec<Value>> = Vec::new();
        let mut kept: Vec<Vec<Value>> = Vec::new();
        let mut new: Vec<Vec<Value>> = Vec::new();
        let toggled = changes.toggle.iter().map(|g| (g, true));
        for (given, toggle) in changes.add.iter().map(|g| (g, false)).chain(toggled) {
            let row = self.stored(origin, given, &mut related).await?;
            let key = pick(&row, &def.related_key);
            if held.contains(&key) {
                if toggle {
                    gone.push(key);
                    continue;
                }
                if !given.pivot.is_empty() {
                    let select = pairs(pivot, via, owner, Some(&key));
                    write::update_query_from(origin, &select, given.pivot.clone()).await?;
                }
                kept.push(key);
            } else if !kept.contains(&key) {
                new.push(pivot_row(pivot, via, owner, &key, &given.pivot)?);
                kept.push(key);
            }
        }
        for given in &changes.remove {
            // A row that is known by its id alone is held by that: the pivot holds ids.
            gone.extend(given.key.clone().filter(|k| held.contains(k)));
        }
        if changes.replace {
            gone.extend(held.iter().filter(|k| !kept.contains(k)).cloned());
        }
        if !gone.is_empty() {
            let select = pairs_among(pivot, via, owner, &gone);
            write::delete_query_from(origin, &select).await?;
        }
        pivot.insert_many(origin, new).await
    }

    /// The related row as it is stored; it is inserted if it is not.
    async fn stored(
        &self,
        origin: Origin<'_>,
        given: &Given,
        known: &mut Vec<Vec<Value>>,
    ) -> Result<Vec<Value>> {
        if let Some(row) = given.key.as_ref().and_then(|k| self.related.find(known, k)) {
            return Ok(row.clone());
        }
        let row = self.related.insert(origin, self.unstored(given)?.clone()).await?;
        known.push(row.clone());
        Ok(row)
    }
}

/// The pivot rows of an owner, possibly to one related row.
fn pairs(pivot: &ValueRows, via: &Via, owner: &[Value], related: Option<&[Value]>) -> Select {
    let mut select = pivot.all();
    let slot = select.slot;
    let mut equal = |columns: &[usize], values: &[Value]| {
        let columns = columns_at(&via.table, columns, slot);
        let conditions = columns.into_iter().zip(values);
        select.filter.extend(
            conditions.map(|(c, v)| Expr::binary(BinaryOp::Eq, Expr::Column(c), Expr::Value(v.clone()))),
        );
    };
    equal(&via.owner_key, owner);
    if let Some(related) = related {
        equal(&via.related_key, related);
    }
    select
}

/// The pivot rows of an owner to some related rows.
fn pairs_among(pivot: &ValueRows, via: &Via, owner: &[Value], related: &[Vec<Value>]) -> Select {
    let mut select = pairs(pivot, via, owner, None);
    let columns = columns_at(&via.table, &via.related_key, select.slot);
    let condition = if let [only] = &*columns {
        Expr::InList {
            operand: Box::new(Expr::Column(only.clone())),
            values: related.iter().filter_map(|k| k.first().cloned()).collect(),
            negated: false,
        }
    } else {
        let one = |key: &Vec<Value>| {
            let pairs = columns.iter().cloned().zip(key);
            Expr::All(
                pairs
                    .map(|(c, v)| Expr::binary(BinaryOp::Eq, Expr::Column(c), Expr::Value(v.clone())))
                    .collect(),
            )
        };
        Expr::Any(related.iter().map(one).collect())
    };
    select.filter.push(condition);
    select
}

/// A new pivot row.
fn pivot_row(
    pivot: &ValueRows,
    via: &Via,
    owner: &[Value],
    related: &[Value],
    own: &[Assignment],
) -> Result<Vec<Value>> {
    let ends = via.owner_key.iter().zip(owner);
    let ends = ends.chain(via.related_key.iter().zip(related));
    let mut given: Vec<(usize, Value)> = ends.map(|(&c, v)| (c, v.clone())).collect();
    for assignment in own {
        let table = pivot.table();
        let column = table
            .position(assignment.column())
            .ok_or_else(|| table.unknown_column(assignment.column()))?;
        let Expr::Value(value) = assignment.value() else {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "a new pivot row is made of values, not of expressions",
            )
            .with_table(table.name.clone().into_owned()));
        };
        given.push((column, value.clone()));
    }
    pivot.new_row(&given)
}
