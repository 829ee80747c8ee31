//! Ancestors and descendants: rows of a table that are reached by going from row to row.

mod dynamic;
mod link;
mod typed;

pub use link::{IntoParentLink, LinkType, ParentLink};
pub(in crate::query) use typed::whole;

use std::borrow::Cow;

use sqloquent_core::{Result, Value};

use self::link::Named;
use super::{Item, Join, JoinKind, Select, Source};
use crate::{
    expr::{BinaryOp, ColumnRef, Expr, Function, SourceRef, raw_expr},
    schema::{
        ColumnDef, ColumnType, Table, TableDef,
        derived::{Derived, Recursive},
    },
};

/// The table of the rows reached, as the query around sees it.
const LINEAGE: &str = "lineage";
/// The rows reached so far, as the steps see them.
const WALK: &str = "sqloquent_walk";
/// Pairs of child and parent, where those are named in lists.
const EDGES: &str = "sqloquent_edges";
const DEPTH: &str = "depth";

/// Where a walk begins.
pub(crate) enum Start {
    /// At the row of a key.
    Key(Vec<Value>),
    /// At the rows of a query.
    Rows(Box<Select>),
}

/// A walk from rows to those above or below them.
pub(crate) struct Walk {
    pub(crate) table: Table,
    pub(crate) link: ParentLink,
    /// To the parents, or else to the children.
    pub(crate) up: bool,
    pub(crate) start: Start,
    /// How many steps at most.
    pub(crate) depth: Option<u32>,
}

impl Walk {
    /// The condition that a row of the query is reached.
    pub(crate) fn condition(&self, query: &Select) -> Result<Expr> {
        let reached = self.reached(false)?;
        let key = key_of(&self.table, query.slot, 0);
        let mut rows = Select::from_table(Table::Derived(reached.into()));
        let found = columns_of(&rows, 0);
        let condition = if key.len() == 1 {
            rows.items = items(found);
            Expr::InQuery {
                operand: Box::new(all_of(key)),
                query: Box::new(rows),
                negated: false,
            }
        } else {
            rows.filter = pairs(found, key);
            Expr::Exists {
                query: Box::new(rows),
                negated: false,
            }
        };
        Ok(condition)
    }

    /// Joins the depth at which each row is reached first; rows that are not reached are left out.
    pub(crate) fn join_depth(&self, query: &mut Select) -> Result<Expr> {
        let reached = self.reached(true)?;
        let at = query.sources.len();
        let key = key_of(&self.table, query.slot, 0);
        query
            .sources
            .push(joined(Table::Derived(reached.into()), Vec::new()));
        let mut found = columns_of(query, at);
        let depth = found.pop().unwrap_or_else(Expr::null);
        query.sources[at] = joined(query.sources[at].table.clone(), pairs(found, key));
        Ok(depth)
    }

    fn reached(&self, with_depth: bool) -> Result<Derived> {
        let named = self.link.resolve(&self.table)?;
        let counted = with_depth || self.depth.is_some();
        let mut columns: Vec<Cow<'static, str>> = (1..=self.table.key.len())
            .map(|n| format!("k{n}").into())
            .collect();
        let keys = columns.len();
        if counted {
            columns.push(DEPTH.into());
        }
        let walked = self.walked(&columns);

        let edges = (!named.follows(self.up))
            .then(|| named.pairs(&self.table))
            .flatten();
        let mut base;
        let mut step = Select::from_table(walked.clone());
        let so_far = columns_of(&step, 0);
        let next = if let Some(edges) = &edges {
            base = Select::from_table(self.edges_table(edges.len()));
            let (child, parent) = halves(columns_of(&base, 0));
            base.filter.push(self.start_at(parent));
            base.items = items(child);
            step.sources.push(joined(base.base().clone(), Vec::new()));
            let (child, parent) = halves(columns_of(&step, 1));
            step.sources[1] = joined(base.base().clone(), pairs(parent, so_far.clone()));
            child
        } else {
            base = Select::from_table(self.table.clone());
            base.filter.push(self.start_at(key_of(&self.table, base.slot, 0)));
            base.items = items(named.step(&mut base, &self.table, self.up));
            let here = key_of(&self.table, step.slot, 1);
            step.sources
                .push(joined(self.table.clone(), pairs(here, so_far.clone())));
            named.step(&mut step, &self.table, self.up)
        };
        if self.depth == Some(0) {
            base.filter.push(Expr::Any(Vec::new()));
        }
        step.items = items(next);
        if counted {
            let depth = so_far[keys].clone();
            base.items.extend(items(vec![raw_expr("1", ())]));
            let deeper = Expr::binary(BinaryOp::Add, depth.clone(), raw_expr("1", ()));
            step.items.extend(items(vec![deeper]));
            step.filter
                .push(Expr::binary(BinaryOp::Lt, depth, self.furthest()));
        }
        let mut result = Select::from_table(walked);
        let mut all = columns_of(&result, 0);
        if with_depth && let Some(depth) = all.pop() {
            result.group = all.clone();
            all.push(Expr::call(Function::Min, depth));
        } else {
            all.truncate(keys);
        }
        result.items = all
            .into_iter()
            .zip(&columns)
            .map(|(expr, name)| Item {
                expr,
                alias: Some(name.clone()),
            })
            .collect();
        let def = self.def(LINEAGE, &columns[..result.items.len()]);
        let edges = edges.map(|select| {
            let columns = (1..=select.len()).map(|n| format!("k{n}").into()).collect();
            (EDGES, columns, select.select)
        });
        Ok(Derived::recursive(
            def,
            Recursive {
                edges,
                name: WALK,
                columns,
                base,
                step,
                result,
            },
        ))
    }

    /// The greatest depth: no path that comes by no row twice is longer than there are rows.
    fn furthest(&self) -> Expr {
        match self.depth {
            Some(depth) => Expr::Value(Value::Int(depth.into())),
            None => {
                let mut all = Select::from_table(self.table.clone());
                all.items = items(vec![crate::expr::Expression::into_expr(crate::expr::count_all())]);
                Expr::Scalar(Box::new(all))
            }
        }
    }

    fn start_at(&self, key: Vec<Expr>) -> Expr {
        match &self.start {
            Start::Key(values) => Expr::All(pairs(key, values.iter().cloned().map(Expr::Value).collect())),
            Start::Rows(rows) => Expr::InQuery {
                operand: Box::new(all_of(key)),
                query: rows.clone(),
                negated: false,
            },
        }
    }

    /// A table of the key's columns and the depth.
    fn def(&self, name: &'static str, columns: &[Cow<'static, str>]) -> TableDef {
        let keys = self.table.key_columns().map(|c| c.ty);
        let types = keys.chain([ColumnType::Int64]);
        let columns = columns.iter().zip(types);
        TableDef::new(
            name,
            columns
                .map(|(name, ty)| ColumnDef::new(name.clone(), ty))
                .collect(),
        )
    }

    fn walked(&self, columns: &[Cow<'static, str>]) -> Table {
        self.def(WALK, columns).into()
    }

    fn edges_table(&self, columns: usize) -> Table {
        let keys: Vec<ColumnType> = self.table.key_columns().map(|c| c.ty).collect();
        let types = keys.iter().chain(&keys);
        let defs = (1..=columns)
            .zip(types)
            .map(|(n, ty)| ColumnDef::new(format!("k{n}"), *ty));
        TableDef::new(EDGES, defs.collect()).into()
    }
}

/// Pairs of child and parent.
struct Pairs {
    select: Select,
}

impl Pairs {
    fn len(&self) -> usize {
        self.select.items.len()
    }
}

impl Named {
    /// Whether the next rows are those that a row names, and not those that name it.
    fn follows(&self, up: bool) -> bool {
        let (Self::Columns { reversed, .. } | Self::List { reversed, .. }) = self;
        up != *reversed
    }

    /// Joins the rows of the next step to the last table, and gives their key.
    fn step(&self, select: &mut Select, table: &Table, up: bool) -> Vec<Expr> {
        let here = select.sources.len() - 1;
        match self {
            Self::Columns { child, parent, .. } => {
                let (from, to) = if self.follows(up) {
                    (child, parent)
                } else {
                    (parent, child)
                };
                let next = here + 1;
                let on = pairs(
                    columns_at(table, select, next, to),
                    columns_at(table, select, here, from),
                );
                select.sources.push(joined(table.clone(), on));
                key_of(table, select.slot, next)
            }
            Self::List { column, id, .. } => join_listed(select, table, *column, (table, *id)),
        }
    }

    /// Where lists name the rows: all pairs of a row that names and a row that is named, so that lists are not looked
    /// through again at each step.
    fn pairs(&self, table: &Table) -> Option<Pairs> {
        let Self::List { column, id, .. } = self else {
            return None;
        };
        let mut select = Select::from_table(table.clone());
        let mut both = key_of(table, select.slot, 0);
        both.extend(join_listed(&mut select, table, *column, (table, *id)));
        select.items = items(both);
        Some(Pairs { select })
    }
}

/// Joins to the last table, of which a column holds a list of ids, the rows that the list names; gives their key.
pub(crate) fn join_listed(
    select: &mut Select,
    lister: &Table,
    column: usize,
    (target, id): (&Table, usize),
) -> Vec<Expr> {
    let here = select.sources.len() - 1;
    let list = columns_at(lister, select, here, &[column]);
    let ids = Derived::ids(all_of(list), target.columns[id].ty);
    select
        .sources
        .push(joined(Table::Derived(ids.into()), Vec::new()));
    let value = columns_of(select, here + 1);
    let on = pairs(columns_at(target, select, here + 2, &[id]), value);
    select.sources.push(joined(target.clone(), on));
    key_of(target, select.slot, here + 2)
}

pub(crate) fn joined(table: Table, on: Vec<Expr>) -> Source {
    Source {
        table,
        alias: None,
        join: Some(Join {
            kind: JoinKind::Inner,
            on: Some(Expr::All(on)),
        }),
    }
}

fn items(exprs: Vec<Expr>) -> Vec<Item> {
    exprs.into_iter().map(|expr| Item { expr, alias: None }).collect()
}

/// The only one of them; the compiler says what is wrong with several.
fn all_of(mut exprs: Vec<Expr>) -> Expr {
    match (exprs.pop(), exprs.is_empty()) {
        (Some(only), true) => only,
        _ => Expr::Mistake(Box::new(crate::expr::Mistake::query(
            "a walk from the rows of a query needs a key of one column; begin at one row",
        ))),
    }
}

fn pairs(left: Vec<Expr>, right: Vec<Expr>) -> Vec<Expr> {
    left.into_iter()
        .zip(right)
        .map(|(l, r)| Expr::Binary {
            op: BinaryOp::Eq,
            sides: Box::new((l, r)),
        })
        .collect()
}

fn halves(mut all: Vec<Expr>) -> (Vec<Expr>, Vec<Expr>) {
    let second = all.split_off(all.len() / 2);
    (all, second)
}

/// Columns of a table that is, or will be, one of the query's.
pub(crate) fn columns_at(table: &TableDef, select: &Select, index: usize, columns: &[usize]) -> Vec<Expr> {
    let source = SourceRef::Slot(select.slot.at(index as u16));
    let column = |&at: &usize| {
        Expr::Column(ColumnRef {
            source: source.clone(),
            name: table.columns[at].name.clone(),
            ty: table.columns[at].ty,
        })
    };
    columns.iter().map(column).collect()
}

fn columns_of(select: &Select, index: usize) -> Vec<Expr> {
    let table = &select.sources[index].table;
    let all: Vec<usize> = (0..table.columns.len()).collect();
    columns_at(table, select, index, &all)
}

fn key_of(table: &Table, slot: crate::expr::Slot, index: usize) -> Vec<Expr> {
    let mut select = Select::at(slot, table.clone());
    select.sources.truncate(1);
    columns_at(table, &select, index, &table.key)
}
