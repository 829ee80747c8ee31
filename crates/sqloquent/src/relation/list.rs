//! Relations by lists of ids in a column.

use std::sync::Arc;

use sqloquent_core::{Error, ErrorKind, Result, Value, ValueRef, text_form};

use super::{RelationDef, RelationKind, def::columns_at, key_index::KeyIndex};
use crate::{
    expr::{ColumnRef, Expr, Slot, SourceRef},
    query::{Item, Join, JoinKind, Select, Source},
    schema::{ColumnType, Table, derived::Derived},
    types::{id_text, normalized, text_ids},
};

/// The columns of both ends: that of the list, and that of the ids in it.
fn ends(def: &RelationDef, owner: Slot, related: Slot) -> Option<(ColumnRef, ColumnRef)> {
    let own = columns_at(&def.owner, &def.owner_key, owner).pop()?;
    let other = columns_at(&def.related, &def.related_key, related).pop()?;
    match def.kind {
        RelationKind::Contains => Some((own, other)),
        RelationKind::Within => Some((other, own)),
        _ => None,
    }
}

/// Joins the ids of the related rows' lists; gives their column.
pub(super) fn join_ids(def: &RelationDef, select: &mut Select) -> ColumnRef {
    let list = columns_at(&def.related, &def.related_key, select.slot).pop();
    let list = list.map_or_else(Expr::null, Expr::Column);
    let ids: Table = Table::Derived(Arc::new(Derived::ids(list, ColumnType::Text)));
    let at = select.slot.at(1);
    let column = ColumnRef {
        source: SourceRef::Slot(at),
        name: ids.columns[0].name.clone(),
        ty: ColumnType::Text,
    };
    select.sources.push(Source {
        table: ids,
        alias: None,
        join: Some(Join {
            kind: JoinKind::Inner,
            on: None,
        }),
    });
    column
}

/// The condition that the rows at two places in a query are related; none for relations without lists.
pub(super) fn correlated(def: &RelationDef, related: Slot, owner: Slot) -> Option<Expr> {
    let (list, id) = ends(def, owner, related)?;
    if def.kind == RelationKind::Within {
        return Some(Expr::listed(Expr::Column(list), Expr::Column(id)));
    }
    // Goes from the ids of the list to their rows by the key.
    let ids = Derived::ids(Expr::Column(list), id.ty);
    let mut ids = Select::from_table(Table::Derived(Arc::new(ids)));
    let value = columns_at(ids.base(), &[0], ids.slot);
    ids.items = value
        .into_iter()
        .map(|c| Item {
            expr: Expr::Column(c),
            alias: None,
        })
        .collect();
    Some(Expr::InQuery {
        operand: Box::new(Expr::Column(id)),
        query: Box::new(ids),
        negated: false,
    })
}

/// The condition that the rows at a place in a query are related to an owner with the key; none for relations without
/// lists.
pub(super) fn of_owner(def: &RelationDef, related: Slot, key: &[Value]) -> Option<Expr> {
    let column = columns_at(&def.related, &def.related_key, related).pop()?;
    match def.kind {
        RelationKind::Contains => Some(Expr::InList {
            values: match key {
                [Value::Text(list)] => ids_of(list, column.ty).collect(),
                _ => Vec::new(),
            },
            operand: Box::new(Expr::Column(column)),
            negated: false,
        }),
        RelationKind::Within => {
            let id = key.first().cloned().unwrap_or_default();
            Some(Expr::listed(Expr::Column(column), Expr::Value(id)))
        }
        _ => None,
    }
}

/// The ids of a list as values of the column that they are looked for in. Text that is no such id leads nowhere.
pub(crate) fn ids_of(list: &str, ty: ColumnType) -> impl Iterator<Item = Value> {
    text_ids(list).filter_map(move |id| match ty {
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 => id.parse().ok().map(Value::Int),
        ColumnType::Uuid => text_form::read_uuid(id).map(Value::Uuid),
        _ => Some(Value::Text(id.to_owned())),
    })
}

/// Which lists the ids are in.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) ids: KeyIndex,
    groups: Vec<Vec<u32>>,
}

impl Members {
    /// Takes in a list under a number of its own, which is that of an equal list; none for a list that is NULL.
    pub(super) fn learn(
        &mut self,
        def: &RelationDef,
        lists: &mut KeyIndex,
        key: &[ValueRef<'_>],
    ) -> Result<Option<u32>> {
        let text = match key {
            [ValueRef::Text(text)] => normalized(text),
            [ValueRef::Null] => return Ok(None),
            _ => return Err(no_list(def)),
        };
        let before = lists.len();
        let number = lists.insert(&[ValueRef::Text(&text)]);
        if let (Some(group), true) = (number, lists.len() > before) {
            let ty = def.related_columns().next().map_or(ColumnType::Any, |c| c.ty);
            for id in ids_of(&text, ty) {
                if let Some(id) = self.ids.insert(&[id.as_ref()]) {
                    let id = id as usize;
                    self.groups.resize_with(self.groups.len().max(id + 1), Vec::new);
                    self.groups[id].push(group);
                }
            }
        }
        Ok(number)
    }

    /// The numbers of the lists that have an id.
    pub(super) fn of(&mut self, key: &[ValueRef<'_>]) -> Vec<u32> {
        let id = self.ids.find(key);
        id.and_then(|id| self.groups.get(id as usize))
            .cloned()
            .unwrap_or_default()
    }
}

/// The text by which an owner's id is in lists.
pub(super) fn listed_key(def: &RelationDef, key: &[ValueRef<'_>]) -> Result<Option<Value>> {
    match *key {
        [id] if !id.is_null() => {
            let text = id_text(id).map_err(|e| {
                let column = def.owner_columns().next().map_or("", |c| &c.name);
                e.comparing(&def.owner.name, column)
            })?;
            Ok(Some(Value::Text(text)))
        }
        _ => Ok(None),
    }
}

#[cold]
fn no_list(def: &RelationDef) -> Error {
    let column = def.owner_columns().next().map_or("", |c| &c.name);
    Error::new(
        ErrorKind::Decode,
        format!("cannot load `{}`: `{column}` holds no list of ids", def.path()),
    )
    .with_table(def.owner.name.clone().into_owned())
    .with_column(column.to_owned())
}
