//! Rows that name rows of their own table: lists of ids, ancestors and descendants, ids that lead nowhere.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "models and helpers of tests"
)]

mod contains;
mod contains_saved;
mod id_list;
mod lineage;
mod random;

use sqloquent::{IdList, prelude::*};

/// A node of a graph whose parents are in a list.
#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Node {
    #[model(id(given))]
    pub id: String,
    pub parent_ids: IdList<String>,
}

/// The same with integer ids, and lists that may be NULL.
#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Task {
    #[model(id(given))]
    pub id: i64,
    pub needs: Option<IdList<i64>>,
}

/// A tree by a column.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "staff")]
pub(crate) struct Person {
    #[model(id(given))]
    pub id: i64,
    pub boss_id: Option<i64>,
}

pub(crate) async fn database() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<(Node, Task, Person)>().await.unwrap();
    db
}

pub(crate) fn list(ids: &[&str]) -> IdList<String> {
    IdList::of(ids.iter().copied()).unwrap()
}

/// Nodes with the given parents, parents first or not.
pub(crate) async fn nodes(db: &Db, nodes: &[(&str, &[&str])]) {
    let nodes = nodes.iter().map(|(id, parents)| Node {
        id: (*id).to_owned(),
        parent_ids: list(parents),
    });
    Node::insert_many(db, nodes).await.unwrap();
}

pub(crate) fn ids(mut nodes: Vec<Node>) -> Vec<String> {
    nodes.sort_by(|a, b| a.id.cmp(&b.id));
    nodes.into_iter().map(|n| n.id).collect()
}
