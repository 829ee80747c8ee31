//! From relations to queries.

use sqloquent_core::{Dialect, Error, ErrorKind, Result, Value};

use super::{RelationDef, RelationKind, Via, def::columns_at, list};
use crate::{
    compile::{self, Compiled},
    expr::{BinaryOp, ColumnRef, Direction, Expr, Order, Slot},
    query::{Item, Join, JoinKind, Select, Source},
};

/// The query for the related rows of many owners, but for their keys.
#[derive(Clone, Debug)]
pub(crate) struct RelatedRows {
    tree: Select,
    keys: Vec<ColumnRef>,
    /// Where in the row the columns are that hold the owners' keys.
    pub(crate) key_at: Vec<usize>,
    /// Where in the row the pivot's columns begin.
    pub(crate) pivot_at: usize,
    /// Whether each owner has a limit of its own.
    ranked: bool,
    /// Whether a row that a pivot leads to twice counts once for the limit.
    once: bool,
    /// The limit of each owner, where it is kept while reading.
    pub(crate) share: Share,
}

/// Which of the related rows of each owner are kept, in their order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Share {
    pub(crate) skip: u64,
    pub(crate) limit: Option<u64>,
}

impl RelatedRows {
    /// `select` is what the related rows are narrowed and ordered by.
    pub(crate) fn new(def: &RelationDef, select: &Select, pivot: bool) -> Result<Self> {
        let limited = select.limit.is_some() || select.offset.is_some();
        // A row that is in several lists comes once, so that its place in each is known only here.
        let shared = def.kind == RelationKind::Contains;
        let ranked = limited && !shared;
        if select.mistake.is_none() {
            check(def, select, limited)?;
        }
        let mut tree = select.clone();
        let mut share = Share::default();
        if shared {
            share.skip = tree.offset.take().unwrap_or(0);
            share.limit = tree.limit.take();
        }
        if ranked {
            // Equal in the order that was asked for, rows are told apart by their key.
            let key = columns_at(&def.related, &def.related.key, tree.slot).into_iter();
            tree.order
                .extend(key.map(|c| Order::new(Expr::Column(c), Direction::Asc)));
        }
        let mapped = tree.base().mapped().count();
        let within = def.kind == RelationKind::Within;
        let keys = match &def.via {
            None if within => vec![list::join_ids(def, &mut tree)],
            None => columns_at(&def.related, &def.related_key, tree.slot),
            Some(via) => {
                let at = tree.slot.at(1);
                tree.sources.push(joined(def, via, tree.slot, at));
                columns_at(&via.table, &via.owner_key, at)
            }
        };
        let plain = def.via.is_none() && !ranked && !within;
        let key_at = if plain {
            def.related_key.to_vec()
        } else {
            (mapped..mapped + keys.len()).collect()
        };
        let pivot_at = mapped + keys.len();
        if !plain {
            let all: Vec<usize> = (0..mapped).collect();
            let mut columns = columns_at(&def.related, &all, tree.slot);
            columns.extend(keys.iter().cloned());
            if let Some(via) = def.via.as_ref().filter(|_| pivot) {
                let all: Vec<usize> = (0..via.table.mapped().count()).collect();
                columns.extend(columns_at(&via.table, &all, tree.slot.at(1)));
            }
            tree.items = columns.into_iter().map(plain_item).collect();
        }
        Ok(Self {
            tree,
            keys,
            key_at,
            pivot_at,
            ranked,
            once: !pivot && def.via.as_ref().is_some_and(|via| !via.is_unique()),
            share,
        })
    }

    /// The statement for owners whose keys are among the lists, one for each column; gives the lists back.
    pub(crate) fn compile(
        &self,
        dialect: Dialect,
        lists: Vec<Vec<Value>>,
    ) -> Result<(Compiled, Vec<Vec<Value>>)> {
        let mut tree = self.tree.clone();
        let before = tree.filter.len();
        for (column, values) in self.keys.iter().zip(lists) {
            tree.filter.push(Expr::InList {
                operand: Box::new(Expr::Column(column.clone())),
                values,
                negated: false,
            });
        }
        let compiled = if self.ranked {
            let keys: Vec<Expr> = self.keys.iter().cloned().map(Expr::Column).collect();
            compile::compile(dialect, |w| w.ranked(&tree, &keys, self.once))?
        } else {
            compile::select(dialect, &tree)?
        };
        let lists = tree
            .filter
            .drain(before..)
            .filter_map(|condition| match condition {
                Expr::InList { values, .. } => Some(values),
                _ => None,
            });
        let lists = lists.collect();
        Ok((compiled, lists))
    }

    /// How many columns the owners' keys have.
    pub(crate) fn width(&self) -> usize {
        self.keys.len()
    }
}

fn check(def: &RelationDef, select: &Select, ranked: bool) -> Result<()> {
    let what = if !select.group.is_empty() || !select.having.is_empty() {
        "grouped"
    } else if select.distinct && ranked {
        "distinct and limited"
    } else if select.sources.len() > 1 || !select.items.is_empty() {
        "joined"
    } else {
        return Ok(());
    };
    let message = format!(
        "`{}` cannot be loaded {what}; narrow it by conditions, orders and limits",
        def.path()
    );
    Err(Error::new(ErrorKind::InvalidQuery, message).with_table(def.related.name.clone().into_owned()))
}

fn plain_item(column: ColumnRef) -> Item {
    Item {
        expr: Expr::Column(column),
        alias: None,
    }
}

/// The columns of both sides are equal.
fn equal(left: Vec<ColumnRef>, right: Vec<ColumnRef>) -> Expr {
    let pairs = left.into_iter().zip(right);
    Expr::All(
        pairs
            .map(|(l, r)| Expr::binary(BinaryOp::Eq, Expr::Column(l), Expr::Column(r)))
            .collect(),
    )
}

/// The table between, joined to the related one.
fn joined(def: &RelationDef, via: &Via, related: Slot, at: Slot) -> Source {
    Source {
        table: via.table.clone(),
        alias: None,
        join: Some(Join {
            kind: JoinKind::Inner,
            on: Some(equal(
                columns_at(&via.table, &via.related_key, at),
                columns_at(&def.related, &def.related_key, related),
            )),
        }),
    }
}

/// Narrows a query of related rows to those of the row that the query around it stands on.
pub(crate) fn correlate(def: &RelationDef, mut select: Select, owner: Slot) -> Select {
    if let Some(condition) = list::correlated(def, select.slot, owner) {
        select.filter.push(condition);
        return select;
    }
    let owner = columns_at(&def.owner, &def.owner_key, owner);
    let condition = match &def.via {
        None => equal(columns_at(&def.related, &def.related_key, select.slot), owner),
        Some(via) if via.is_unique() && select.sources.len() == 1 => {
            let at = select.slot.at(1);
            select.sources.push(joined(def, via, select.slot, at));
            equal(columns_at(&via.table, &via.owner_key, at), owner)
        }
        Some(via) => {
            let mut between = Select::from_table(via.table.clone());
            let at = between.slot;
            let related = columns_at(&def.related, &def.related_key, select.slot);
            between
                .filter
                .push(equal(columns_at(&via.table, &via.related_key, at), related));
            between
                .filter
                .push(equal(columns_at(&via.table, &via.owner_key, at), owner));
            Expr::Exists {
                query: Box::new(between),
                negated: false,
            }
        }
    };
    select.filter.push(condition);
    select
}

/// The condition that the related rows at a place in a query are those of an owner with the key.
pub(crate) fn of_owner(def: &RelationDef, related: Slot, key: &[Value]) -> Expr {
    if key.iter().any(Value::is_null) {
        return Expr::Any(Vec::new());
    }
    if let Some(condition) = list::of_owner(def, related, key) {
        return condition;
    }
    let is = |columns: Vec<ColumnRef>| {
        let pairs = columns.into_iter().zip(key);
        pairs.map(|(c, v)| Expr::binary(BinaryOp::Eq, Expr::Column(c), Expr::Value(v.clone())))
    };
    let Some(via) = &def.via else {
        let mut all: Vec<Expr> = is(columns_at(&def.related, &def.related_key, related)).collect();
        return if all.len() == 1 {
            all.remove(0)
        } else {
            Expr::All(all)
        };
    };
    let mut between = Select::from_table(via.table.clone());
    let at = between.slot;
    between
        .filter
        .extend(is(columns_at(&via.table, &via.owner_key, at)));
    let held = columns_at(&via.table, &via.related_key, at);
    let keys = columns_at(&def.related, &def.related_key, related);
    if let ([held], [key]) = (&*held, &*keys) {
        between.items = vec![plain_item(held.clone())];
        return Expr::InQuery {
            operand: Box::new(Expr::Column(key.clone())),
            query: Box::new(between),
            negated: false,
        };
    }
    between.filter.push(equal(held, keys));
    Expr::Exists {
        query: Box::new(between),
        negated: false,
    }
}
